import fc from 'fast-check'
import pg from 'pg'
import { expect, test } from 'vitest'
import { readInstant } from './read-instant.ts'

const { getTypeParser, builtins } = pg.types
// Whoever imported the database's module has replaced it: this is how the driver reads it by itself.
const readAny: (text: string) => Date | number | null = getTypeParser(builtins.TIMESTAMP)

/** As PostgreSQL prints it: no zeros at the end of a fraction. */
const printed = (at: Date, microseconds: number) => {
  const fraction = `.${String(at.getUTCMilliseconds()).padStart(3, '0')}${String(microseconds).padStart(3, '0')}`
  const digits = fraction.replace(/0+$/, '')
  return `${at.toISOString().slice(0, 19).replace('T', ' ')}${digits === '.' ? '' : digits}+00`
}

test('every instant of four-digit years is read to the millisecond', () => {
  const min = new Date('0100-01-01T00:00:00Z')
  const max = new Date('9999-12-31T23:59:59.999Z')
  fc.assert(
    fc.property(fc.date({ min, max, noInvalidDate: true }), fc.nat(999), (at, microseconds) => {
      expect(readInstant(printed(at, microseconds))).toEqual(at)
    }),
    { numRuns: 2000 },
  )
})

test.each([
  'infinity',
  '-infinity',
  '2026-05-01 12:00:00.5+02',
  '2026-05-01 12:00:00-03:30',
  '0044-03-15 12:00:00+00 BC',
  '0044-03-15 12:00:00+00',
  '12026-05-01 12:00:00+00',
])('%s is read as the driver reads it', (text) => {
  expect(readInstant(text)).toEqual(readAny(text))
})
