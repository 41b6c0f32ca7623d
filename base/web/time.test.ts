import { expect, test } from 'vitest'
import { span } from './time.ts'

test.each([
  [null, '–'],
  [0.214, '0.21s'],
  [221, '3m 41s'],
  [4320, '1h 12m'],
  [86_399, '23h 59m'],
  [93_600, '1d 02h'],
  [217_461_498, '2,516d 21h'],
])('a duration of %s seconds is never more than two units', (seconds, words) => {
  expect(span(seconds)).toBe(words)
})
