import { describe, expect, test } from 'vitest'
import { disguises, hunt, plant } from './hunt.ts'

describe('the hunt finds a secret', () => {
  const secret = { what: 'a secret', text: plant(), isGuessable: true }
  test.each(disguises(secret).map((word, n) => [n, word] as const))('in disguise %i', (_n, word) => {
    expect(hunt([secret], [{ where: 'here', text: `before ${word} after` }])).toHaveLength(1)
  })

  test.each([0, 1, 2, 3, 4])('inside base64 of something longer, %i bytes in', (before) => {
    const text = Buffer.from(`${'a'.repeat(before)}${secret.text}zz`)
    for (const encoding of ['base64', 'base64url', 'hex'] as const)
      expect(hunt([secret], [{ where: 'here', text: text.toString(encoding) }])).toHaveLength(1)
  })

  test('in every answer but the one that hands it out', () => {
    const known = { ...secret, handedBy: ['token.create'] }
    const place = (endpoint: string) => ({ where: 'here', text: secret.text, endpoint })
    expect(hunt([known], [place('token.create')])).toEqual([])
    expect(hunt([known], [place('token.list')])).toHaveLength(1)
  })
})
