import type { OnCopyData } from './connection.ts'

/** Where the fields of one row are: `starts[i]` to `ends[i]`; an end of -1 is NULL. Reused from row to row. */
export interface Fields {
  readonly starts: Int32Array
  readonly ends: Int32Array
}

/** Takes the binary COPY format apart: a header, rows of counted fields, a trailer. @throws Error on anything else. */
export function eachRow(columns: number, onRow: (buffer: Buffer, fields: Fields) => void): OnCopyData {
  const fields = { starts: new Int32Array(columns), ends: new Int32Array(columns) }
  let begun = false
  return (buffer, from, to) => {
    let at = from
    if (!begun) {
      if (buffer.toString('latin1', at, at + 11) !== 'PGCOPY\n\xff\r\n\0')
        throw new Error('the database sent no binary copy')
      at += 19 + buffer.readInt32BE(at + 15)
      begun = true
    }
    while (at < to) {
      const count = buffer.readInt16BE(at)
      at += 2
      if (count === -1) return
      if (count !== columns) throw new Error(`the database sent ${count} columns instead of ${columns}`)
      for (let column = 0; column < columns; column++) {
        const length = buffer.readInt32BE(at)
        at += 4
        fields.starts[column] = at
        fields.ends[column] = length < 0 ? -1 : at + length
        if (length > 0) at += length
      }
      onRow(buffer, fields)
    }
  }
}

export const int8At = (buffer: Buffer, at: number): number =>
  buffer.readInt32BE(at) * 4294967296 + buffer.readUInt32BE(at + 4)

export const textOf = (buffer: Buffer, { starts, ends }: Fields, column: number): string =>
  buffer.toString('utf8', starts[column], ends[column])

export const bytesOf = (buffer: Buffer, { starts, ends }: Fields, column: number): Buffer =>
  Buffer.from(buffer.subarray(starts[column], ends[column]))
