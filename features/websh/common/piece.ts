/**
 * What happens at a terminal is a stream of *pieces*: the agent writes them where it holds the PTY, they travel as stream
 * `terminal.record`, and a recording is these very bytes, cut into segments.
 *
 *   track       1 byte, see PieceTrack
 *   delta       varint: milliseconds since the piece before it, or since the start of the terminal for the first
 *   length      varint: bytes of content
 *   content     output and input: the bytes · masked: varint, how many keys · resize: varint columns, varint rows · note: UTF-8 JSON
 *
 * A varint is unsigned LEB128, at most 7 bytes (below 2^48).
 */
export const PieceTrack = { output: 1, input: 2, masked: 3, resize: 4, note: 5 } as const
export type PieceTrack = (typeof PieceTrack)[keyof typeof PieceTrack]

/** A longer output or input is cut into several pieces with the same time. */
export const PIECE_CONTENT_BYTES_MAX = 16 * 1024

export interface Piece {
  readonly track: PieceTrack
  /** Milliseconds since the start of the terminal. */
  readonly at: number
  readonly content: Uint8Array
}

/** A piece that was read: `end` is how many bytes of the stream are before what follows it. */
export interface ReadPiece extends Piece {
  readonly end: number
}

/** The header takes at most this much before the content. */
const HEADER_BYTES_MAX = 15
const VARINT_BYTES_MAX = 7

/** @param before `at` of the piece before this one, 0 for the first */
export function encodePiece({ track, at, content }: Piece, before: number): Uint8Array {
  if (content.length > PIECE_CONTENT_BYTES_MAX) throw new RangeError('a piece is longer than allowed')
  const bytes = new Uint8Array(HEADER_BYTES_MAX + content.length)
  bytes[0] = track
  // A clock that was set back makes no piece older than the one before it.
  let length = writeVarint(bytes, 1, Math.max(0, Math.round(at) - before))
  length = writeVarint(bytes, length, content.length)
  bytes.set(content, length)
  return bytes.subarray(0, length + content.length)
}

/**
 * Reads pieces from bytes that may be cut anywhere.
 * @throws RangeError on bytes no encoder writes; nothing after them can be read
 */
export class PieceReader {
  #rest: Uint8Array = new Uint8Array(0)
  #at: number
  #end: number

  /** @param from where reading begins: time of the piece before the first one read, and bytes of the stream before it */
  constructor(from: { readonly at: number; readonly offset: number } = { at: 0, offset: 0 }) {
    this.#at = from.at
    this.#end = from.offset
  }

  /** Bytes taken in that do not make a whole piece yet. */
  get pendingBytes(): number {
    return this.#rest.length
  }

  /** Bytes of the stream up to the end of the last whole piece. */
  get end(): number {
    return this.#end
  }

  read(bytes: Uint8Array): ReadPiece[] {
    const all = this.#rest.length === 0 ? bytes : joined(this.#rest, bytes)
    const pieces: ReadPiece[] = []
    let begin = 0
    for (;;) {
      const delta = readVarint(all, begin + 1)
      if (delta === undefined) break
      const length = readVarint(all, delta.end)
      if (length === undefined) break
      const track = all[begin]!
      if (track < PieceTrack.output || track > PieceTrack.note)
        throw new RangeError(`there is no track ${track}`)
      if (length.value > PIECE_CONTENT_BYTES_MAX) throw new RangeError('a piece is longer than allowed')
      const end = length.end + length.value
      if (end > all.length) break
      this.#at += delta.value
      this.#end += end - begin
      pieces.push({
        track: track as PieceTrack,
        at: this.#at,
        content: all.subarray(length.end, end),
        end: this.#end,
      })
      begin = end
    }
    this.#rest = all.slice(begin)
    return pieces
  }
}

export const resizeContent = (columns: number, rows: number): Uint8Array => varints(columns, rows)
export const maskedContent = (keys: number): Uint8Array => varints(keys)

/** @throws RangeError when the content is not as many varints and nothing else */
export function readVarints(content: Uint8Array, count: number): number[] {
  const values: number[] = []
  let at = 0
  for (let i = 0; i < count; i++) {
    const read = readVarint(content, at)
    if (read === undefined) throw new RangeError('a piece ends too early')
    values.push(read.value)
    at = read.end
  }
  if (at !== content.length) throw new RangeError('a piece has bytes too many')
  return values
}

function varints(...values: number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * VARINT_BYTES_MAX)
  let length = 0
  for (const value of values) length = writeVarint(bytes, length, value)
  return bytes.subarray(0, length)
}

function writeVarint(bytes: Uint8Array, at: number, value: number): number {
  let rest = value
  while (rest >= 0x80) {
    bytes[at++] = (rest % 0x80) | 0x80
    rest = Math.floor(rest / 0x80)
  }
  bytes[at++] = rest
  return at
}

function readVarint(bytes: Uint8Array, at: number): { value: number; end: number } | undefined {
  let value = 0
  for (let i = 0; i < VARINT_BYTES_MAX; i++) {
    const byte = bytes[at + i]
    if (byte === undefined) return undefined
    value += (byte & 0x7f) * 2 ** (7 * i)
    if (byte < 0x80) {
      if (value >= 2 ** 48) throw new RangeError('a number is too large')
      return { value, end: at + i + 1 }
    }
  }
  throw new RangeError('a number is too long')
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const all = new Uint8Array(first.length + second.length)
  all.set(first)
  all.set(second, first.length)
  return all
}
