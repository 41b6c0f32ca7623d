import { maskedContent, PieceTrack } from '../../common/piece.ts'
import type { AddPiece } from './typed-record.ts'

/** A longer line is looked at in stretches. */
const LINE_BYTES_MAX = 4096

/**
 * Masks what the workspace's patterns match in typed lines. A line has to be whole for that, so where there are patterns
 * typed text is kept from the Enter on, not key by key.
 */
export class LineMasks {
  readonly #patterns: readonly RegExp[]
  readonly #add: AddPiece
  #line: Uint8Array[] = []
  #bytes = 0
  #at = 0

  /** @param patterns regular expressions; one that is none is passed over */
  constructor(patterns: readonly string[], add: AddPiece) {
    this.#patterns = patterns.flatMap((pattern) => {
      try {
        return [new RegExp(pattern, 'gu')]
      } catch {
        return []
      }
    })
    this.#add = add
  }

  readonly add: AddPiece = (track, content, at) => {
    if (track !== PieceTrack.input || this.#patterns.length === 0) {
      this.#add(track, content, at)
      return
    }
    this.#at = at
    for (let from = 0; from < content.length; ) {
      const enter = content.findIndex((byte, index) => index >= from && (byte === 0x0d || byte === 0x0a))
      const end = enter < 0 ? content.length : enter
      this.#line.push(content.slice(from, end))
      this.#bytes += end - from
      if (enter >= 0) {
        this.finish()
        this.#add(track, content.slice(enter, enter + 1), at)
      } else if (this.#bytes >= LINE_BYTES_MAX) this.finish()
      from = end + 1
    }
  }

  /** What there is of a line is looked at as it is. */
  finish(): void {
    const line = Buffer.concat(this.#line)
    this.#line = []
    this.#bytes = 0
    if (line.length === 0) return
    const text = line.toString('utf8')
    let from = 0
    for (const [start, end] of this.#found(text)) {
      this.#keep(text.slice(from, start))
      this.#add(PieceTrack.masked, maskedContent([...text.slice(start, end)].length), this.#at)
      from = end
    }
    this.#keep(text.slice(from))
  }

  #keep(text: string): void {
    if (text !== '') this.#add(PieceTrack.input, Buffer.from(text), this.#at)
  }

  /** Stretches that any pattern matches, in order and joined where they overlap. */
  #found(text: string): [number, number][] {
    const all = this.#patterns
      .flatMap((pattern) => [...text.matchAll(pattern)])
      .filter(([match]) => match !== '')
      .map((match): [number, number] => [match.index, match.index + match[0].length])
      .sort(([a], [b]) => a - b)
    const joined: [number, number][] = []
    for (const [start, end] of all) {
      const last = joined.at(-1)
      if (last && start <= last[1]) last[1] = Math.max(last[1], end)
      else joined.push([start, end])
    }
    return joined
  }
}
