import { PieceReader, PieceTrack, type ReadPiece, resizeContent } from '../../common/piece.ts'
import type { RecordingPieces } from '../../common/recording.ts'

/** Stands where pieces were removed: at its time the screen is empty and has the size in its content. No piece has this track. */
export const HOLE = 0

export type LinePiece = ReadPiece | (Omit<ReadPiece, 'track'> & { readonly track: typeof HOLE })

const SHOWN_MAX = 4000
const LOOK_AHEAD = 50

/** Whether a piece changes what one sees. */
const isSeen = ({ track }: LinePiece) =>
  track === HOLE || track === PieceTrack.output || track === PieceTrack.resize || track === PieceTrack.masked

/** Whether a piece prints anything but blanks: shells set up their terminal before they say a word. */
const isVisible = ({ track, content }: LinePiece) =>
  track === PieceTrack.output && /[^\s\x00-\x1f\x7f]/.test(withoutControls(new TextDecoder().decode(content)))
const withoutControls = (text: string) =>
  text.replace(
    /\x1b(?:\[[\x20-\x3f]*[\x40-\x7e]|[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?|[\x20-\x2f]*[\x30-\x7e])/g,
    '',
  )

/** The pieces that were read and are not shown yet, and where those stood that were. */
export class PieceLine {
  #reader: PieceReader
  #ahead: LinePiece[] = []
  #next = 0
  #aheadBytes = 0
  #lastAt: number
  /** Where the stream stood after each piece that changed the screen, and when. */
  /** Null: a hole came first. */
  #firstVisibleAt: number | null | undefined
  #shown: { readonly end: number; readonly at: number }[] = []
  readonly #from: number

  /** @param from offset of the stream that is read first, and the time of the piece before it */
  constructor(from: { readonly at: number; readonly offset: number }) {
    this.#reader = new PieceReader(from)
    this.#lastAt = from.at
    this.#from = from.offset
  }

  /** Bytes of the pieces that wait. */
  get aheadBytes(): number {
    return this.#aheadBytes
  }

  /** Time of the last piece that was read. */
  get lastAt(): number {
    return this.#lastAt
  }

  /** Offset up to which pieces were read. */
  get end(): number {
    return this.#reader.end
  }

  /** When the screen changes next. */
  get nextAt(): number | null {
    for (let index = this.#next; index < this.#ahead.length; index++)
      if (isSeen(this.#ahead[index]!)) return this.#ahead[index]!.at
    return null
  }

  /** When something was printed that one can see, as far as this line was read; undefined where nothing was, or what was is gone. */
  get firstVisibleAt(): number | undefined {
    return this.#firstVisibleAt ?? undefined
  }

  /** Up to when nothing is kept, where the line stands before a hole. */
  get goneTo(): number | null {
    const next = this.#ahead.slice(this.#next).find(isSeen)
    return next?.track === HOLE ? next.at : null
  }

  /** The pieces that wait. */
  get waiting(): readonly LinePiece[] {
    return this.#ahead.slice(this.#next, this.#next + LOOK_AHEAD)
  }

  /** Takes more of the stream, exactly where the last stretch ended. @throws RangeError when these are no pieces */
  feed(bytes: Uint8Array): void {
    this.#ahead.splice(0, this.#next)
    this.#next = 0
    for (const piece of this.#reader.read(bytes)) {
      this.#ahead.push(piece)
      this.#aheadBytes += piece.content.length
      this.#lastAt = piece.at
      if (this.#firstVisibleAt === undefined && isVisible(piece)) this.#firstVisibleAt = piece.at
    }
  }

  /** What would follow was removed; the stream goes on behind it. */
  skip({ toMilliseconds, toOffset, columns, rows }: NonNullable<RecordingPieces['removed']>): void {
    const content = resizeContent(columns, rows)
    this.#firstVisibleAt ??= null
    this.#ahead.push({ track: HOLE, at: toMilliseconds, end: toOffset, content })
    this.#aheadBytes += content.length
    this.#reader = new PieceReader({ at: toMilliseconds, offset: toOffset })
    this.#lastAt = toMilliseconds
  }

  /** The pieces of up to and with that moment. */
  takeUntil(at: number): LinePiece[] {
    return this.#takeWhile((piece) => piece.at <= at)
  }

  /** The pieces up to that offset of the stream. */
  takeTo(end: number): LinePiece[] {
    return this.#takeWhile((piece) => piece.end <= end)
  }

  /** The pieces up to and with the next that changes the screen; none where none is known. */
  takeOne(): LinePiece[] {
    if (this.nextAt === null) return []
    let isDone = false
    return this.#takeWhile((piece) => {
      if (isDone) return false
      isDone = isSeen(piece)
      return true
    })
  }

  /**
   * Where the stream stood before the last change of the screen, and when that was reached; undefined where it was before
   * this line began.
   */
  get before(): { readonly end: number; readonly at: number } | undefined {
    return this.#shown.length > 1 ? this.#shown.at(-2) : undefined
  }

  /** The first change of the screen this line knows of, for going back beyond it. */
  get firstShownAt(): number | undefined {
    return this.#shown[0]?.at
  }

  get beginsAtStart(): boolean {
    return this.#from === 0
  }

  #takeWhile(holds: (piece: LinePiece) => boolean): LinePiece[] {
    const begin = this.#next
    while (this.#next < this.#ahead.length && holds(this.#ahead[this.#next]!)) {
      const piece = this.#ahead[this.#next++]!
      this.#aheadBytes -= piece.content.length
      if (isSeen(piece)) this.#shown.push({ end: piece.end, at: piece.at })
    }
    if (this.#shown.length > SHOWN_MAX * 2) this.#shown.splice(0, SHOWN_MAX)
    return this.#ahead.slice(begin, this.#next)
  }
}
