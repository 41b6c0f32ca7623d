import { beginAt, type EndedLine } from './ended-line.ts'
import { commandFrom, expanded, mayExpand } from './history-expansion.ts'
import { filledFrom, hasUnknown, isShownAs, lengthOfEnding } from './keyed-text.ts'
import type { Key } from './keys.ts'
import type { KnownPrompts } from './line-beginnings.ts'
import { Pane } from './pane.ts'
import { isContinuation, isPlausible, isPromptOf, isReplPrompt, likeness } from './prompts.ts'
import type { Position, View } from './screen.ts'
import {
  beforeSuggestion,
  endsInRight,
  findPrompt,
  type RightPrompt,
  readText,
  runsOn,
  tailBefore,
} from './screen-line.ts'
import { isIncomplete } from './shell-syntax.ts'
import { isEnd, isEnter, isInterrupt, type Press, typed } from './typed-ahead.ts'
import type { TypedLine } from './typed-line.ts'

/** `none`: a shell on the other screen, which some program left on. */
export type Multiplexer = 'tmux' | 'screen' | 'none'

interface Start {
  readonly tail: string
  readonly right: RightPrompt | undefined
  /** What stood on the rows above it, by row. */
  readonly above: ReadonlyMap<number, string>
}

/** A line whose Enter was pressed, while the screen still has to show that the shell took it. */
interface Waiting {
  readonly seconds: number
  readonly keyed: TypedLine
  readonly start: Start | undefined
  readonly isBracketed: boolean
  /** Rows it went over when Enter was pressed. */
  readonly rows: number
  /** The line above it at a prompt, which the line itself takes the place of. */
  readonly above: string
  /** What the line was seen to hold last. */
  shown: string
}

interface Found {
  readonly position: Position
  readonly text: string
  readonly endRow: number
}

const MOST_PRESSES = 5000
const MOST_WAITING = 100
const MOST_RECENT = 30
/** Nothing drawn for so long: what was to be drawn has been. */
const SETTLED_SECONDS = 0.012

/**
 * Lines typed in the panes of tmux or screen. These draw what changed and leave out what did not last, so a line is read
 * while it stands and once more above the output that follows; the keys of the multiplexer itself are left out.
 */
export class MultiplexedEditor {
  readonly #screen: View
  readonly #prompts: KnownPrompts
  readonly #prefix: string | undefined
  readonly #hasStatus: boolean
  #presses: Press[] = []
  #start: Start | undefined
  #wasBracketed = true
  #waiting: Waiting[] = []
  #isForMultiplexer = false
  #lastDrawnSeconds = 0
  /** Lines found last, which may be called back. */
  readonly #recent: string[] = []
  isBracketed = false

  constructor(screen: View, prompts: KnownPrompts, program: Multiplexer) {
    this.#screen = screen
    this.#prompts = prompts
    this.#prefix = { tmux: 'B', screen: 'A', none: undefined }[program]
    this.#hasStatus = program === 'tmux'
  }

  /** Whether a line was ended and not yet seen to be taken. */
  get isWaiting(): boolean {
    return this.#waiting.length > 0
  }

  press(key: Key, seconds: number): EndedLine[] {
    if (this.#isForMultiplexer) {
      this.#isForMultiplexer = false
      this.#forget()
      return []
    }
    if (key.type === 'control' && key.letter === this.#prefix) {
      this.#isForMultiplexer = true
      return this.#settle()
    }
    const [first] = this.#waiting
    const isSettled = seconds - this.#lastDrawnSeconds > SETTLED_SECONDS
    const ended =
      first !== undefined && isSettled && first.seconds < this.#lastDrawnSeconds ? this.#settle() : []
    const { row } = this.#screen.cursor
    const isOnStatus = this.#hasStatus && row === this.#screen.top + this.#screen.rows - 1
    if (isOnStatus && this.#presses.length === 0 && !this.#isPromptOn(row)) return ended
    const press = { key, seconds }
    if (isInterrupt(press) || (isEnd(press) && typed(this.#presses).text === '')) {
      this.#forget()
      return ended
    }
    if (this.#presses.length === 0 || this.#hasPromptCome()) this.#begin()
    this.#wasBracketed ||= this.isBracketed
    if (this.#presses.length < MOST_PRESSES) this.#presses.push(press)
    if (isEnter(press)) this.#wait(seconds)
    return ended
  }

  /** The last row is tmux's own, unless it was told to have its status elsewhere. */
  #isPromptOn(row: number): boolean {
    return findPrompt(this.#screen, { from: row, to: row, tails: this.#prompts.tails }) !== undefined
  }

  #forget(): void {
    this.#presses = []
    this.#start = undefined
  }

  #pane(): Pane {
    return new Pane(this.#screen, this.#hasStatus)
  }

  /** What was pressed before went to a program that has made way for a prompt. */
  #hasPromptCome(): boolean {
    if (this.#start !== undefined || this.#waiting.length > 0) return false
    const pane = this.#pane()
    const tail = tailBefore(pane, pane.cursor)
    if (likeness(tail, this.#prompts.tails) === 'exact') return true
    const { text, isExact } = typed(this.#presses)
    const length =
      isExact && text !== '' ? lengthOfEnding(tail, text, isPromptOf(this.#prompts.tails)) : undefined
    const before = length === undefined ? '' : tail.slice(0, tail.length - length)
    // It came between two keys, and those before stand behind it.
    if (likeness(before, this.#prompts.tails) === 'exact')
      this.#start = { tail: before, right: undefined, above: rowsAbove(pane) }
    return false
  }

  #begin(): void {
    this.#presses = []
    const pane = this.#pane()
    const { tail, right } = beginAt(pane, pane.cursor)
    const isPrompt =
      likeness(tail, this.#prompts.tails) !== undefined || isPlausible(tail) || isReplPrompt(tail)
    this.#wasBracketed = this.isBracketed
    // While lines wait to be taken, the cursor is not where this one will be.
    this.#start = isPrompt && this.#waiting.length === 0 ? { tail, right, above: rowsAbove(pane) } : undefined
  }

  #wait(seconds: number): void {
    const start = this.#start
    const keyed = typed(this.#presses)
    const isBracketed = start === undefined || this.#wasBracketed
    const pane = this.#pane()
    const open: Waiting = { seconds, keyed, start, isBracketed, rows: 1, above: '', shown: '' }
    const found = start && this.#find(pane, pane.cursor.row, open)
    const seen = found && {
      rows: Math.max(pane.cursor.row - found.position.row + 1, 1),
      above: this.#above(pane, found.position, open),
      shown: found.text,
    }
    if (this.#waiting.length < MOST_WAITING) this.#waiting.push({ ...open, ...seen })
    this.#forget()
  }

  #above(pane: Pane, position: Position, waiting: Waiting): string {
    const above = this.#find(pane, position.row - 1, waiting)
    return above === undefined ? '' : `${above.position.row} ${above.text}`
  }

  /** Output has been drawn. @returns the lines that show now that they were taken. */
  drawn(seconds: number): EndedLine[] {
    this.#lastDrawnSeconds = seconds
    return this.#taken()
  }

  #taken(): EndedLine[] {
    const ended: EndedLine[] = []
    for (let [waiting] = this.#waiting; waiting !== undefined; [waiting] = this.#waiting) {
      const pane = this.#pane()
      const found = this.#taking(pane, waiting)
      if (found === undefined) break
      const run = this.#expanded(pane, found)
      if (run === 'not yet') break
      this.#waiting.shift()
      if (run === undefined) continue
      const isKeyed = waiting.keyed.isExact && isShownAs(found.text, waiting.keyed.text)
      const typedText = isKeyed ? filledFrom(found.text, waiting.keyed.text) : found.text
      const text = run === found.text ? typedText : run
      ended.push(this.#line(waiting, text, tailBefore(pane, found.position), found.position))
    }
    return ended
  }

  /** What ran in its place, which the shell prints under it; undefined when nothing did. */
  #expanded(pane: Pane, { text, endRow }: Found): string | 'not yet' | undefined {
    if (!mayExpand(text)) return text
    const below = commandFrom(pane, endRow + 1)
    return below === undefined ? 'not yet' : expanded(text, below)
  }

  /** Where the line stands now that the shell has taken it; undefined while it has not. */
  #taking(pane: Pane, waiting: Waiting): Found | undefined {
    const { row } = pane.cursor
    const { keyed, start } = waiting
    const isWhole = keyed.isExact && keyed.text.trim() !== ''
    const found = this.#find(pane, row, waiting)
    if (found === undefined) return undefined
    if (isWhole) {
      // Several lines may have been taken at once: it is the one that reads as it was typed.
      for (
        let at: Found | undefined = found, from = row;
        at !== undefined;
        at = this.#find(pane, from, waiting)
      ) {
        if (at.endRow < row && isShownAs(at.text, keyed.text)) return at
        // Above the line taken last stand only older ones.
        if (at.text !== '' && at.text === this.#recent.at(-1)) break
        // A prompt may end a row below the one it begins on: always further up.
        from = Math.min(at.position.row, from) - 1
      }
      if (start === undefined) return undefined
    } else if (start === undefined) return undefined
    if (found.endRow < row) return found
    const hasMoved = this.#above(pane, found.position, waiting) !== waiting.above
    const isNew = found.text.trim() === '' && (waiting.shown.trim() !== '' || (!keyed.isExact && hasMoved))
    if (!isNew) {
      waiting.shown = found.text
      return undefined
    }
    const before = this.#find(pane, found.position.row - 1, waiting)
    return before !== undefined && !isWhole && before.text.startsWith(waiting.shown) ? before : undefined
  }

  /** All that waits was taken, whether it still shows or not. */
  #settle(): EndedLine[] {
    return [...this.#taken(), ...this.finish()]
  }

  /** What was seen of the lines before they went, made whole by the keys. @returns those that can be known. */
  finish(): EndedLine[] {
    const gone = this.#waiting
    this.#waiting = []
    return gone.flatMap((waiting) => {
      const { start, keyed, shown } = waiting
      if (start === undefined) return []
      const isKeyed = keyed.isExact && keyed.text.startsWith(shown) && !hasUnknown(keyed.text)
      const text = isKeyed ? keyed.text : shown
      return [this.#line(waiting, text, start.tail, this.#screen.cursor)]
    })
  }

  #line({ seconds, isBracketed }: Waiting, text: string, tail: string, position: Position): EndedLine {
    this.#recent.push(text)
    if (this.#recent.length > MOST_RECENT) this.#recent.shift()
    return {
      text,
      tail,
      seconds,
      editor: isBracketed ? 'bracketed' : 'plain',
      // zsh's second prompt names what is open.
      dialect: /^[a-z]+( [a-z]+)*> $/.test(tail) ? 'zle' : 'readline',
      startRow: position.row,
      end: { position, release: () => {} },
      isInterrupted: false,
      isRedrawn: true,
    }
  }

  /** Whether the rows from the position to this one are the lines of one command that was called back whole. */
  #completes(pane: Pane, position: Position, last: number, right: RightPrompt | undefined): boolean {
    if (last >= pane.cursor.row || isContinuation(/^[a-z ]*> /.exec(pane.text(last))?.[0] ?? 'none'))
      return false
    const before = readText(pane, position, last - 1, right)
    return isIncomplete(before) && !isIncomplete(readText(pane, position, last, right))
  }

  /** The nearest line at the prompt, from the row upwards. */
  #find(pane: Pane, from: number, waiting: Waiting): Found | undefined {
    const { start, rows, keyed } = waiting
    const tails = start === undefined ? [...this.#prompts.tails, '> '] : [start.tail]
    if (from < pane.top) return undefined
    const position = findPrompt(pane, { from, to: pane.top, tails })
    if (position === undefined) return undefined
    // What stood there before the line began is an older one.
    if (!keyed.isExact && start !== undefined && isUnmoved(pane, position.row, start.above)) return undefined
    let endRow = position.row
    // A line that just fills its row ends there; what follows is what it printed.
    const isAll = (row: number) =>
      keyed.isExact && isShownAs(readText(pane, position, row, start?.right), keyed.text)
    while (runsOn(pane, endRow) && !endsInRight(pane, endRow, start?.right) && !isAll(endRow)) endRow++
    const end = beforeSuggestion(pane, position, endRow, start?.right)
    const text = readText(pane, position, endRow, start?.right, end)
    // A row that ends in a blank of the line itself does not look full.
    for (let last = endRow + 1; last < pane.top + pane.rows && last < position.row + 12; last++) {
      if (pane.text(last).trim() === '') break
      const longer = readText(pane, position, last, start?.right, undefined, true)
      if (!keyed.isExact && this.#completes(pane, position, last, start?.right)) {
        return { position, text: readText(pane, position, last, start?.right), endRow: last }
      }
      const isIt = keyed.isExact
        ? isShownAs(longer, keyed.text)
        : last === position.row + rows - 1 || this.#recent.some((recent) => isShownAs(longer, recent))
      if (isIt) return { position, text: longer, endRow: last }
    }
    return { position, text, endRow }
  }
}

function rowsAbove(pane: Pane): ReadonlyMap<number, string> {
  const rows = new Map<number, string>()
  for (let row = pane.top; row < pane.cursor.row; row++) rows.set(row, pane.text(row))
  return rows
}

/** Whether this row and all below it, down to where the line began, read as they did then. */
function isUnmoved(pane: Pane, from: number, above: ReadonlyMap<number, string>): boolean {
  if (!above.has(from)) return false
  for (const [row, text] of above) if (row >= from && pane.text(row) !== text) return false
  return true
}
