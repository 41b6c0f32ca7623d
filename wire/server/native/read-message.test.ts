import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readMessage } from './read-message.ts'

const { valid, invalid } = JSON.parse(
  readFileSync(new URL('../../fixtures/agent-messages.json', import.meta.url), 'utf8'),
) as Record<'valid' | 'invalid', Record<string, unknown>>

describe('the fixtures of the wire, from the server side', () => {
  test.each(Object.entries(valid))('%s is heard', (_name, message) => {
    expect(readMessage(JSON.stringify(message))).toMatchObject({ t: (message as { t: string }).t })
  })

  test.each(Object.entries(invalid))(
    '%s is a breach, a thing unknown, or one bad report',
    (_name, message) => {
      const heard = readMessage(JSON.stringify(message))
      if (typeof heard === 'object')
        expect(heard).toMatchObject({
          t: 'reports',
          items: expect.arrayContaining([{ n: 1, why: expect.any(String) }]),
        })
      else expect(['string', 'undefined']).toContain(typeof heard)
    },
  )
})

test('no text, however torn or strange, is more than a breach', () => {
  const text = JSON.stringify(valid)
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json(),
        fc.nat(text.length).map((end) => text.slice(0, end)),
      ),
      (frame) => {
        readMessage(frame)
      },
    ),
  )
})
