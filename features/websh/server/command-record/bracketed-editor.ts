import {
  type Beginning,
  beginAt,
  chooseText,
  type Dialect,
  type EndedLine,
  findStart,
  type Start,
} from './ended-line.ts'
import type { Key } from './keys.ts'
import { isPlausible } from './prompts.ts'
import type { Anchor, Screen } from './screen.ts'
import { findPrompt, positionAfter, runsOn, tailBefore, wholeLine } from './screen-line.ts'
import { isEnd, isEnter, isInterrupt, TypedAhead, typed } from './typed-ahead.ts'
import type { TypedLine } from './typed-line.ts'

/** An Enter that was answered by something else than the line's end, before the next key this much later, did not end it. */
const SETTLED_SECONDS = 0.012
const UNANSWERED_SECONDS = 0.08

/** What the editor needs to know of the prompts seen before. */
export interface KnownPrompts {
  readonly tails: readonly string[]
}

/**
 * Lines of editors that say when they wait: bracketed paste (mode 2004) is on from the prompt to the line's end, in bash,
 * zsh and fish and all that uses readline. Between two switches stands exactly one line.
 */
export class BracketedEditor {
  readonly #screen: Screen
  readonly #prompts: KnownPrompts
  readonly #ahead = new TypedAhead()
  #isOpen = false
  /** The cursor at the first key after the prompt stood. */
  #waiting: Beginning | undefined
  /** The cursor when it was switched on: after the prompt for zsh, before it for others. */
  #opened: Beginning | undefined
  /** Given by a mark of the shell (OSC 133 B). */
  #marked: Beginning | undefined
  #lastFeed: { readonly row: number; readonly text: string } | undefined
  #isStyledSinceFeed = false
  /** No line begins above the end of the one before. */
  #lastEnd: Anchor | undefined
  #lastRight: Beginning['right']
  #hasOutputSinceKey = false
  #lastOutputSeconds = 0

  constructor(screen: Screen, prompts: KnownPrompts) {
    this.#screen = screen
    this.#prompts = prompts
  }

  get isOpen(): boolean {
    return this.#isOpen
  }

  output(seconds: number): void {
    this.#hasOutputSinceKey = true
    this.#lastOutputSeconds = seconds
  }

  press(key: Key, seconds: number): void {
    const press = { key, seconds }
    if (isInterrupt(press) && !this.#isOpen) {
      // The terminal throws away what was typed ahead.
      this.#ahead.clear()
      return
    }
    if (this.#isOpen) {
      if (this.#waiting === undefined) this.#waitsSince(seconds)
      if (this.#hasOutputSinceKey) {
        for (const earlier of this.#ahead.presses) {
          const ends = isEnter(earlier) || isInterrupt(earlier)
          if (ends && seconds - earlier.seconds > SETTLED_SECONDS) earlier.isSettled = true
        }
      }
      // fish answers Ctrl-C with a new prompt at most, and with nothing when the line was still on its way.
      for (const earlier of this.#ahead.presses) {
        if (isInterrupt(earlier) && seconds - earlier.seconds > UNANSWERED_SECONDS) earlier.isSettled = true
      }
    }
    this.#hasOutputSinceKey = false
    this.#ahead.push(press)
  }

  #waitsSince(seconds: number): void {
    const cursor = this.#screen.cursor
    const before = typed(this.#ahead.presses)
    const presses = this.#ahead.presses
    // Whole lines typed ahead that are still here when the editor waits were read by a program.
    if (seconds - this.#lastOutputSeconds > SETTLED_SECONDS) {
      const last = presses.findLastIndex(isEnter)
      if (last >= 0) presses.splice(0, last + 1)
    } else if (presses.some(isEnter)) return
    // The prompt has not been printed yet.
    const hasPrompts =
      this.#prompts.tails.every((tail) => tail.trim() !== '') && this.#prompts.tails.length > 0
    if (cursor.col === 0 && hasPrompts) return
    const text = before.text
    if (text !== '' && before.isExact) {
      const tail = tailBefore(this.#screen, cursor)
      if (tail.endsWith(text)) {
        const start = this.#screen.lineStart(cursor.row)
        this.#waiting = beginAt(this.#screen, positionAfter(this.#screen, start, tail.length - text.length))
        return
      }
      if (seconds - this.#lastOutputSeconds <= SETTLED_SECONDS) return
      presses.length = 0
      const { tails } = this.#prompts
      const known = findPrompt(this.#screen, {
        from: cursor.row,
        to: this.#screen.lineStart(cursor.row),
        tails,
      })
      if (known !== undefined) {
        // Some of what was typed is on the line, and which of it nobody knows.
        this.#ahead.push({ key: { type: 'other', sequence: '' }, seconds })
        this.#waiting = beginAt(this.#screen, known)
        return
      }
    }
    this.#waiting = beginAt(this.#screen, cursor)
    this.#lastRight = this.#waiting.right ?? this.#lastRight
  }

  lineFed(): void {
    if (!this.#isOpen) return
    const { row } = this.#screen.cursor
    this.#lastFeed = { row, text: this.#screen.text(row) }
    this.#isStyledSinceFeed = false
  }

  styled(): void {
    this.#isStyledSinceFeed = true
  }

  /** A shell's own word for where its prompt ends. */
  promptEnds(): void {
    this.#marked?.anchor.release()
    this.#marked = beginAt(this.#screen, this.#screen.cursor)
  }

  /** @returns the line that ended, when one did. */
  switched(isOn: boolean): EndedLine | undefined {
    if (isOn) {
      this.#forget()
      this.#isOpen = true
      this.#opened = beginAt(this.#screen, this.#screen.cursor)
      return undefined
    }
    if (!this.#isOpen) return undefined
    this.#isOpen = false
    const line = this.#end()
    this.#forget()
    this.#marked?.anchor.release()
    this.#marked = undefined
    return line
  }

  /** Keys pressed until now went to a program that fills the screen. */
  drop(): void {
    this.#ahead.clear()
    this.#forget()
    this.#isOpen = false
  }

  #end(): EndedLine | undefined {
    const { presses, end } = this.#ahead.takeLine()
    if (end === undefined || isEnd(end)) return undefined
    const line = typed(presses)
    const { endRow, dialect } = this.#ending(line)
    const starts = this.#starts(endRow, line.isExact ? line.text : '')
    const found = chooseText(this.#screen, starts, endRow, line, dialect !== 'readline')
    this.#lastEnd?.release()
    this.#lastEnd = this.#screen.anchor({ row: endRow, col: 0 })
    if (found === undefined) return undefined
    return {
      text: found.text,
      tail: found.start.tail,
      seconds: end.seconds,
      editor: 'bracketed',
      dialect,
      startRow: found.start.position.row,
      end: this.#screen.anchor({ row: endRow, col: 0 }),
      isInterrupted: isInterrupt(end),
    }
  }

  /** readline and fish go to the next row before they switch, zsh after. */
  #ending(line: TypedLine): { readonly endRow: number; readonly dialect: Dialect } {
    const { row, col } = this.#screen.cursor
    const feed = this.#lastFeed
    const isFed = feed !== undefined && feed.row === row && col === 0 && feed.text === this.#screen.text(row)
    if (!isFed) {
      // zsh lets go of the line with the cursor wherever it stands; below the line may still be a list of completions.
      let endRow = row
      if (line.isExact && line.text.trimEnd().includes('\n')) {
        endRow = this.#screen.top + this.#screen.rows - 1
        while (endRow > row && this.#screen.text(endRow).trim() === '') endRow--
      } else while (runsOn(this.#screen, endRow)) endRow++
      return { endRow, dialect: 'zle' }
    }
    return { endRow: row - 1, dialect: this.#isStyledSinceFeed ? 'fish' : 'readline' }
  }

  #starts(endRow: number, keyed: string): Start[] {
    const { tails } = this.#prompts
    const screen = this.#screen
    const starts: Start[] = []
    for (const beginning of [this.#marked, this.#waiting]) {
      const start = beginning && findStart(screen, beginning, endRow, tails)
      if (start !== undefined) starts.push(start)
    }
    const right = this.#lastRight
    const known = findPrompt(screen, { from: endRow, to: Math.max(screen.top, endRow - screen.rows), tails })
    if (known !== undefined) starts.push({ position: known, tail: tailBefore(screen, known), right })
    const opened = this.#opened
    if (opened !== undefined && isPlausible(opened.tail)) {
      const start = findStart(screen, opened, endRow, tails)
      if (start !== undefined) starts.push(start)
    }
    const row = screen.lineStart(endRow)
    const whole = wholeLine(screen, row)
    const ending = keyed.trimEnd()
    if (ending !== '' && whole.endsWith(ending)) {
      const position = positionAfter(screen, row, whole.length - ending.length)
      starts.push({ position, tail: tailBefore(screen, position), right })
    }
    const sigil = /^.{0,200}?[$#%>❯➜»λ] /u.exec(whole)
    if (sigil !== null)
      starts.push({ position: positionAfter(screen, row, sigil[0].length), tail: sigil[0], right })
    const floor = this.#lastEnd?.position?.row ?? -1
    return starts.filter(({ position }) => position.row > floor)
  }

  #forget(): void {
    this.#waiting?.anchor.release()
    this.#opened?.anchor.release()
    this.#waiting = undefined
    this.#opened = undefined
    this.#lastFeed = undefined
    this.#isStyledSinceFeed = false
  }
}
