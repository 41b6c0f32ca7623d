import { expect, test } from 'vitest'
import { csv, csvCell } from './csv.ts'

test('what a spreadsheet would take for a formula stays text', () => {
  for (const start of ['=', '+', '-', '@', '\t', '\r'])
    expect(csvCell(`${start}cmd|'/c calc'!A1`).replace(/^"/, '').startsWith(`'${start}`)).toBe(true)
  expect(csvCell('a=1')).toBe('a=1')
  expect(csvCell(-3)).toBe('-3')
})

test('commas, quotes and line ends are kept within their cell', () => {
  expect(csvCell('a, "b"\nc')).toBe('"a, ""b""\nc"')
  expect(csvCell('\r')).toBe('"\'\r"')
})

test('a file has a mark, a header and a line for each row', () => {
  expect(
    csv(
      ['Person', 'Failed'],
      [
        ['Zoë', 2],
        ['=1+1', 0],
      ],
    ),
  ).toBe("\u{feff}Person,Failed\r\nZoë,2\r\n'=1+1,0\r\n")
})
