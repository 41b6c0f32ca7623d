import { PieceTrack } from '../../../common/piece.ts'
import type { View } from '../../command-record/index.ts'
import { echoedShare } from './echo.ts'

export interface MaskEvent {
  readonly track:
    | typeof PieceTrack.output
    | typeof PieceTrack.input
    | typeof PieceTrack.resize
    | typeof PieceTrack.note
  readonly milliseconds: number
  readonly content: Uint8Array
}

/** What comes out: keys that were not shown are only counted. */
export type MaskedEvent =
  | MaskEvent
  | { readonly track: typeof PieceTrack.masked; readonly milliseconds: number; readonly keys: number }

/** Keys of one line, until it is known whether the screen showed them. */
interface TypedLine {
  readonly events: { index: number; bytes: Uint8Array }[]
  text: string
  /** What the cursor's line said before the first of these keys. */
  before: string
  /** The share of the text that had appeared at the last look. */
  share: number
  /** The largest share there was, and how long the text was then: editing takes away again. */
  best: { share: number; length: number }
  isEnded: boolean
  /** Line feeds since it ended. */
  feeds: number
}

/** So much of what was typed has to have appeared, in order, when Enter is worked on … */
const SHOWN_SHARE = 0.6
/** … or so much of it when at least half of it was typed. */
const SHOWN_BEFORE_SHARE = 0.8
/** Typed ahead, a line is shown when the program is ready to read it. */
const FEEDS_WAITED = 6
/** A shorter text stands somewhere by chance. */
const AHEAD_LENGTH_MIN = 4
const WAITED_EVENTS_MAX = 20_000
/** Of a line longer than any that is typed. */
const LINE_CHARACTERS_MAX = 4000
const WAITED_BYTES_MAX = 8 * 1024 * 1024
const WAITED_MILLISECONDS_MAX = 60_000

const isPrintable = (code: number) => code >= 0x20 && code !== 0x7f

/**
 * Takes secrets out of what was typed, where only the recording itself tells that echo was off: of a line whose keys did
 * not appear where the cursor was, the printable ones are counted and not kept. Control keys stay, so that one can still
 * see when Enter was pressed. In doubt a line is masked: what it did is on the screen anyway.
 */
export class InputMask {
  readonly #screen: View
  readonly #waiting: (
    | MaskEvent
    | { readonly decided: readonly MaskedEvent[]; readonly milliseconds: number }
  )[] = []
  #waitingBytes = 0
  /** Index in the whole stream of the first event that waits. */
  #first = 0
  #lines: TypedLine[] = []
  /** @param screen shows each event before it is taken; whoever draws it calls `fed` at each line feed */
  constructor(screen: View) {
    this.#screen = screen
  }

  /** @returns events that are decided, in order */
  take(event: MaskEvent): MaskedEvent[] {
    if (this.#lines.length > 0) this.#compare()
    this.#waiting.push(event)
    this.#waitingBytes += event.content.length
    if (event.track === PieceTrack.input) this.#type(event.content)
    const oldest = this.#waiting[0]!
    const isLate =
      this.#waiting.length > WAITED_EVENTS_MAX ||
      this.#waitingBytes > WAITED_BYTES_MAX ||
      event.milliseconds - oldest.milliseconds > WAITED_MILLISECONDS_MAX
    if (isLate && this.#lines.length > 0) this.#decide(this.#lines[0]!)
    return this.#release()
  }

  end(): MaskedEvent[] {
    for (const line of [...this.#lines]) this.#decide(line)
    return this.#release()
  }

  #type(bytes: Uint8Array) {
    const index = this.#first + this.#waiting.length - 1
    let line = this.#lines.findLast(({ isEnded }) => !isEnded)
    if (line === undefined) {
      line = {
        events: [],
        text: '',
        before: this.#cursorLine(),
        share: 0,
        best: { share: 0, length: 0 },
        isEnded: false,
        feeds: 0,
      }
      this.#lines.push(line)
    }
    line.events.push({ index, bytes })
    line.text += printableOf(bytes)
    // Enter, and what gives a line up: ^C, ^D, ^U, ^Z.
    if (bytes.some((code) => [0x0d, 0x0a, 0x03, 0x04, 0x15, 0x1a].includes(code))) {
      line.isEnded = true
      if (line.text === '') this.#decide(line)
    }
  }

  #cursorLine(): string {
    const { row } = this.#screen.cursor
    return this.#line(this.#screen.lineStart(row), this.#screen.top + this.#screen.rows)
  }

  /** The line that begins on a row, joined over those it wraps on to, before the row `end`. */
  #line(start: number, end: number): string {
    let text = ''
    for (let row = start; row < end; row++) {
      const wraps = row + 1 < end && this.#screen.isWrapped(row + 1)
      const last = this.#screen.cols - 1
      // A wide character that has no room at the end of a row leaves a cell empty there.
      const isLeft = wraps && !this.#screen.isWritten(row, last) && this.#screen.width(row + 1, 0) === 2
      text += this.#screen.text(row, 0, isLeft ? last : undefined)
      if (!wraps || text.length >= LINE_CHARACTERS_MAX) break
    }
    return text.trimEnd()
  }

  #compare(text = this.#cursorLine()) {
    for (const line of this.#lines) {
      // Typed ahead, it is shown late and elsewhere; there only all of it in one piece counts.
      if (line.feeds > 0) {
        if (line.text.length >= AHEAD_LENGTH_MIN && text.includes(line.text)) line.share = 1
        continue
      }
      line.share = echoedShare(line.text, line.before, text)
      if (line.share > line.best.share || (line.share === line.best.share && line.share > 0))
        line.best = { share: line.share, length: line.text.length }
    }
  }

  /** The cursor went to the next row: the line it left is as it was when Enter was worked on. */
  fed(): void {
    const { row } = this.#screen.cursor
    if (this.#lines.length === 0 || row === 0) return
    this.#compare(this.#line(this.#screen.lineStart(row - 1), row))
    for (const line of [...this.#lines]) {
      if (!line.isEnded) continue
      line.feeds++
      if (isShown(line) || line.feeds >= FEEDS_WAITED) this.#decide(line)
    }
  }

  #decide(line: TypedLine) {
    this.#lines = this.#lines.filter((other) => other !== line)
    const isKept = isShown(line)
    for (const { index, bytes } of line.events) {
      const event = this.#waiting[index - this.#first] as MaskEvent
      const decided = isKept ? [event] : withoutPrintable(bytes, event.milliseconds)
      this.#waiting[index - this.#first] = { decided, milliseconds: event.milliseconds }
      this.#waitingBytes -= bytes.length
    }
  }

  #release(): MaskedEvent[] {
    const open = new Set(this.#lines.flatMap(({ events }) => events.map(({ index }) => index)))
    const released: MaskedEvent[] = []
    while (this.#waiting.length > 0 && !open.has(this.#first)) {
      const next = this.#waiting.shift()!
      this.#first++
      if ('decided' in next) released.push(...next.decided)
      else {
        released.push(next)
        this.#waitingBytes -= next.content.length
      }
    }
    return released
  }
}

const isShown = ({ text, share, best }: TypedLine) =>
  text === '' || share >= SHOWN_SHARE || (best.share >= SHOWN_BEFORE_SHARE && best.length * 2 >= text.length)

/** Control keys as they were, and for each run of printable ones how many. */
function withoutPrintable(bytes: Uint8Array, milliseconds: number): MaskedEvent[] {
  const events: MaskedEvent[] = []
  for (let from = 0; from < bytes.length; ) {
    const isText = isPrintable(bytes[from]!)
    let to = from + 1
    while (to < bytes.length && isPrintable(bytes[to]!) === isText) to++
    const run = bytes.subarray(from, to)
    events.push(
      isText
        ? { track: PieceTrack.masked, milliseconds, keys: new TextDecoder().decode(run).length }
        : { track: PieceTrack.input, milliseconds, content: run },
    )
    from = to
  }
  return events
}

/** What a person typed as text; keys that send escape sequences are not. */
function printableOf(bytes: Uint8Array): string {
  const text = new TextDecoder().decode(bytes)
  return text.replace(/\x1b(\[[0-9;?]*[ -/]*[@-~]|O.|.)/g, '').replace(/[\x00-\x1f\x7f]/g, '')
}
