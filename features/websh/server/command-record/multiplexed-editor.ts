import type { KnownPrompts } from './bracketed-editor.ts'
import { beginAt, type EndedLine, isShownAs, type Start } from './ended-line.ts'
import type { Key } from './keys.ts'
import { Pane } from './pane.ts'
import { isPlausible, isReplPrompt, likeness } from './prompts.ts'
import type { Position, View } from './screen.ts'
import {
  beforeSuggestion,
  findPrompt,
  type RightPrompt,
  readText,
  runsOn,
  tailBefore,
} from './screen-line.ts'
import { isEnd, isEnter, isInterrupt, type Press, typed } from './typed-ahead.ts'

export type Multiplexer = 'tmux' | 'screen'

/** A line whose Enter was pressed, while the screen still has to show that the shell took it. */
interface Waiting {
  readonly seconds: number
  readonly presses: readonly Press[]
  readonly start: { readonly tail: string; readonly right: RightPrompt | undefined } | undefined
  readonly isBracketed: boolean
  /** What the line was seen to hold last. */
  shown: string
  /** The line above it at a prompt, which the line itself takes the place of. */
  above: string
}

const MOST_PRESSES = 5000

/**
 * Lines typed in the panes of tmux or screen. These draw what changed and leave out what did not last, so a line is read
 * while it stands and once more above the output that follows; the keys of the multiplexer itself are left out.
 */
export class MultiplexedEditor {
  readonly #screen: View
  readonly #prompts: KnownPrompts
  readonly #prefix: string
  readonly #hasStatus: boolean
  #presses: Press[] = []
  #start: { readonly tail: string; readonly right: RightPrompt | undefined } | undefined
  #wasBracketed = true
  #waiting: Waiting | undefined
  #isForMultiplexer = false
  isBracketed = false

  constructor(screen: View, prompts: KnownPrompts, program: Multiplexer) {
    this.#screen = screen
    this.#prompts = prompts
    this.#prefix = program === 'tmux' ? 'B' : 'A'
    this.#hasStatus = program === 'tmux'
  }

  press(key: Key, seconds: number): EndedLine[] {
    if (this.#isForMultiplexer) {
      this.#isForMultiplexer = false
      this.#presses = []
      this.#start = undefined
      return []
    }
    if (key.type === 'control' && key.letter === this.#prefix) {
      this.#isForMultiplexer = true
      return this.#settle()
    }
    const { row } = this.#screen.cursor
    if (this.#hasStatus && row === this.#screen.top + this.#screen.rows - 1) return this.#settle()
    const ended = this.#settle()
    const press = { key, seconds }
    if (isInterrupt(press) || (isEnd(press) && typed(this.#presses).text === '')) {
      this.#presses = []
      this.#start = undefined
      return ended
    }
    this.#start ??= this.#startHere()
    if (this.#presses.length < MOST_PRESSES) this.#presses.push(press)
    if (isEnter(press)) this.#wait(seconds)
    return ended
  }

  #pane(): Pane {
    return new Pane(this.#screen, this.#hasStatus)
  }

  #startHere(): Start | undefined {
    const pane = this.#pane()
    const { tail, right } = beginAt(pane, pane.cursor)
    const isPrompt =
      likeness(tail, this.#prompts.tails) !== undefined || isPlausible(tail) || isReplPrompt(tail)
    if (this.#presses.length === 0 && isPrompt) {
      this.#wasBracketed = this.isBracketed
      return { position: pane.cursor, tail, right }
    }
    return undefined
  }

  #wait(seconds: number): void {
    const start = this.#start
    this.#waiting = {
      seconds,
      presses: this.#presses,
      start,
      isBracketed: start === undefined || this.#wasBracketed,
      shown: '',
      above: '',
    }
    this.#presses = []
    this.#start = undefined
    const pane = this.#pane()
    const position = this.#find(pane, pane.cursor.row, this.#waiting)
    if (position === undefined) return
    this.#waiting.shown = this.#read(pane, position, this.#waiting).text
    this.#waiting.above = this.#above(pane, position, this.#waiting)
  }

  #above(pane: Pane, position: Position, waiting: Waiting): string {
    const above = this.#find(pane, position.row - 1, waiting)
    return above === undefined ? '' : `${above.row} ${this.#read(pane, above, waiting).text}`
  }

  /** Output has been drawn. @returns the line, once it shows that it was taken. */
  drawn(): EndedLine[] {
    const waiting = this.#waiting
    if (waiting === undefined) return []
    const pane = this.#pane()
    const { row } = pane.cursor
    const position = this.#find(pane, row, waiting)
    if (position === undefined) return []
    const { text, endRow } = this.#read(pane, position, waiting)
    if (endRow < row) return this.#ended(waiting, pane, position)
    const keyed = typed(waiting.presses)
    const isTyped = waiting.shown.trim() !== '' || (keyed.isExact && keyed.text.trim() !== '')
    const hasMoved = this.#above(pane, position, waiting) !== waiting.above
    const isNew = text.trim() === '' && (isTyped || (!keyed.isExact && hasMoved))
    if (!isNew) {
      waiting.shown = text
      return []
    }
    const before = this.#find(pane, position.row - 1, waiting)
    if (before === undefined) return []
    return this.#agrees(waiting, this.#read(pane, before, waiting).text)
      ? this.#ended(waiting, pane, before)
      : []
  }

  /** The line was taken, whether it still shows or not. */
  #settle(): EndedLine[] {
    const waiting = this.#waiting
    if (waiting === undefined) return []
    const drawn = this.drawn()
    if (drawn.length > 0 || this.#waiting === undefined) return drawn
    return this.#unseen(waiting)
  }

  /** The multiplexer has left the screen. */
  finish(): EndedLine[] {
    return this.#waiting === undefined ? [] : this.#unseen(this.#waiting)
  }

  /** What was seen of it before it went, made whole by the keys. */
  #unseen(waiting: Waiting): EndedLine[] {
    this.#waiting = undefined
    if (waiting.start === undefined) return []
    const keyed = typed(waiting.presses)
    const isWhole = keyed.isExact && keyed.text.startsWith(waiting.shown)
    const text = isWhole ? keyed.text : waiting.shown
    return [this.#line(waiting, text, waiting.start.tail, this.#screen.cursor)]
  }

  #agrees({ presses, shown }: Waiting, text: string): boolean {
    const keyed = typed(presses)
    return keyed.isExact ? isShownAs(text, keyed.text) : text.startsWith(shown)
  }

  #ended(waiting: Waiting, pane: Pane, position: Position): EndedLine[] {
    const { text } = this.#read(pane, position, waiting)
    const keyed = typed(waiting.presses)
    const isKeyed = keyed.isExact && isShownAs(text, keyed.text)
    // Found by its prompt alone it may be another line.
    if (waiting.start === undefined && !isKeyed) {
      this.#waiting = undefined
      return []
    }
    this.#waiting = undefined
    return [this.#line(waiting, isKeyed ? keyed.text : text, tailBefore(pane, position), position)]
  }

  #line({ seconds, isBracketed }: Waiting, text: string, tail: string, position: Position): EndedLine {
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

  #find(pane: Pane, from: number, { start }: Waiting): Position | undefined {
    const tails = start === undefined ? this.#prompts.tails : [start.tail]
    return from < pane.top ? undefined : findPrompt(pane, { from, to: pane.top, tails })
  }

  #read(
    pane: Pane,
    position: Position,
    { start }: Waiting,
  ): { readonly text: string; readonly endRow: number } {
    let endRow = position.row
    while (runsOn(pane, endRow)) endRow++
    const end = beforeSuggestion(pane, position, endRow, start?.right)
    return { text: readText(pane, position, endRow, start?.right, end), endRow }
  }
}
