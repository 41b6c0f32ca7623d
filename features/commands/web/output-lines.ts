import type { OutputPiece } from '../common/command.ts'
import { plain, readSgr, type Style, unfinishedSequence } from './ansi.ts'

export type Stream = 'stdout' | 'stderr'
export interface Span {
  readonly text: string
  readonly style: Style
}

export type OutputLine =
  | {
      readonly kind: 'text'
      /** Its number; null where a very long line goes on, and after a band: nobody knows how many lines that stands for. */
      readonly number: number | null
      readonly stream: Stream
      readonly spans: Span[]
    }
  | { readonly kind: 'band'; readonly bytes: number; readonly downloadable: boolean }

/** Characters of one line on the screen; a longer one goes on below, so that no line can stall the page. */
export const SEGMENT_CHARACTERS = 2000

interface Reading {
  style: Style
  /** The start of an escape sequence whose rest has not come yet. */
  carry: string
}

/**
 * Turns pieces of output into lines as they come. Where both streams are shown, a line ends when the other stream
 * speaks, so that each line belongs to one of them.
 */
export class OutputLines {
  readonly lines: OutputLine[] = []
  /** The streams that spoke, shown or not. */
  readonly streams = new Set<Stream>()
  readonly #only: Stream | null
  #reading: Record<Stream, Reading> = { stdout: fresh(), stderr: fresh() }
  #open: { stream: Stream; characters: number } | null = null
  #count = 0
  #isWhole = true

  /** @param only one stream, or null for both in the order they came */
  constructor(only: Stream | null) {
    this.#only = only
  }

  /** Whether nothing is left out between these lines. */
  get isWhole(): boolean {
    return this.#isWhole
  }

  get count(): number {
    return this.#count
  }

  push(piece: OutputPiece): void {
    if (piece.kind === 'band') {
      this.#open = null
      this.#isWhole = false
      this.#reading = { stdout: fresh(), stderr: fresh() }
      this.lines.push({ kind: 'band', bytes: piece.bytes, downloadable: piece.downloadable })
      return
    }
    this.streams.add(piece.stream)
    if (this.#only !== null && piece.stream !== this.#only) return
    if (this.#open !== null && this.#open.stream !== piece.stream) this.#open = null
    const reading = this.#reading[piece.stream]
    const text = reading.carry + piece.text
    reading.carry = unfinishedSequence(text)
    const { spans, style } = readSgr(text.slice(0, text.length - reading.carry.length), reading.style)
    reading.style = style
    for (const span of spans) this.#write(piece.stream, span)
  }

  #write(stream: Stream, span: Span): void {
    const parts = span.text.split('\n')
    for (const [index, part] of parts.entries()) {
      const isLast = index === parts.length - 1
      // A carriage return before the newline belongs to the line's end, not to its text.
      const text = !isLast && part.endsWith('\r') ? part.slice(0, -1) : part
      if (text !== '' || !isLast) this.#append(stream, text, span.style)
      if (!isLast) this.#open = null
    }
  }

  #append(stream: Stream, text: string, style: Style): void {
    let rest = text
    do {
      if (this.#open === null || this.#open.characters >= SEGMENT_CHARACTERS) this.#begin(stream)
      const room = SEGMENT_CHARACTERS - this.#open!.characters
      const head = wholeCharacters(rest, room)
      const line = this.lines.at(-1)!
      if (line.kind === 'text' && head !== '') line.spans.push({ text: head, style })
      this.#open!.characters += Math.max(head.length, rest === '' ? 0 : 1)
      rest = rest.slice(head.length)
    } while (rest !== '')
  }

  #begin(stream: Stream): void {
    const goesOn = this.#open !== null
    if (!goesOn) this.#count++
    this.lines.push({
      kind: 'text',
      number: goesOn || !this.#isWhole ? null : this.#count,
      stream,
      spans: [],
    })
    this.#open = { stream, characters: 0 }
  }
}

const fresh = (): Reading => ({ style: plain, carry: '' })

/** At most `length` characters, without cutting a surrogate pair in two. */
function wholeCharacters(text: string, length: number): string {
  if (text.length <= length) return text
  const last = text.charCodeAt(length - 1)
  const end = last >= 0xd800 && last <= 0xdbff ? (length === 1 ? 2 : length - 1) : length
  return text.slice(0, end)
}
