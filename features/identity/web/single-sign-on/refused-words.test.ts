import { expect, test } from 'vitest'
import { singleSignOnFaults } from '../../common/single-sign-on-faults.ts'
import { refusedWords } from './refused-words.ts'

test('every refusal that leads to the sign-in page has a sentence there', () => {
  const codes = Object.keys(singleSignOnFaults).filter((code) => code.startsWith('auth.'))
  expect(codes.length).toBeGreaterThan(5)
  for (const code of codes) expect(refusedWords(code), code).toMatch(/^[A-Z].{20,}\.$/)
})

test.each(['', 'constructor', '__proto__', 'single-sign-on.twice', '<b>Call +1 555</b>', 'request.invalid'])(
  'an address cannot put words of its own there: %j',
  (code) => expect(refusedWords(code)).toBe('That sign-in did not work. Begin again.'),
)
