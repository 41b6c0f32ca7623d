type Cell = string | number

/**
 * A cell as RFC 4180 has it. A spreadsheet takes what begins with = + - @, a tab or a return for a formula; an apostrophe
 * before it keeps it text.
 */
export function csvCell(cell: Cell): string {
  if (typeof cell === 'number') return String(cell)
  const text = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** UTF-8, a header, CRLF; the mark at its beginning tells a spreadsheet that it is UTF-8. */
export const csv = (head: readonly string[], rows: readonly (readonly Cell[])[]): string =>
  `\u{feff}${[head, ...rows].map((cells) => `${cells.map(csvCell).join(',')}\r\n`).join('')}`
