import {
  type Beginning,
  beginAt,
  chooseText,
  type Dialect,
  type EndedLine,
  findStart,
  isShownAs,
  type Start,
} from './ended-line.ts'
import { withoutIndent } from './fish-indent.ts'
import type { Key } from './keys.ts'
import type { Launch } from './programs.ts'
import { isPlausible } from './prompts.ts'
import type { Screen } from './screen.ts'
import { findPrompt, positionAfter, readText, runsOn, tailBefore, wholeLine } from './screen-line.ts'
import { isEnd, isEnter, isInterrupt, TypedAhead, typed } from './typed-ahead.ts'
import type { TypedLine } from './typed-line.ts'

/** An Enter that was answered by something else than the line's end, before the next key this much later, did not end it. */
const SETTLED_SECONDS = 0.012
const UNANSWERED_SECONDS = 0.08

/** What the editor needs to know of the prompts seen before. */
export interface KnownPrompts {
  readonly tails: readonly string[]
  readonly launch: Launch
  readonly isUnfinished: boolean
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
  /** No line begins where the one before did, or above. */
  #lastStart: Beginning | undefined
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

  /** Whether it stands at a prompt with nothing left to read. */
  get isWaiting(): boolean {
    return this.#isOpen && this.#waiting !== undefined
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
    const screen = this.#screen
    const cursor = screen.cursor
    const { presses } = this.#ahead
    const { tails } = this.#prompts
    const isQuiet = seconds - this.#lastOutputSeconds > SETTLED_SECONDS
    // Whole lines typed ahead that are still here when the editor waits were read by a program.
    if (isQuiet) presses.splice(0, presses.findLastIndex(isEnter) + 1)
    else if (presses.some(isEnter)) return
    // The prompt has not been printed yet.
    if (cursor.col === 0 && tails.length > 0 && tails.every((tail) => tail.trim() !== '')) return
    const before = typed(presses)
    if (before.text === '' && before.isExact) {
      this.#waiting = beginAt(screen, cursor)
      this.#lastRight = this.#waiting.right ?? this.#lastRight
      return
    }
    // Some of the line was typed before anybody waited for it, and stands behind the prompt now.
    const right = this.#lastRight
    const tail = tailBefore(screen, cursor)
    if (before.isExact && tail.endsWith(before.text)) {
      const start = screen.lineStart(cursor.row)
      const position = positionAfter(screen, start, tail.length - before.text.length)
      this.#waiting = { ...beginAt(screen, position), right }
      return
    }
    const to = this.#opened?.anchor.position?.row ?? screen.top
    const known = findPrompt(screen, { from: cursor.row, to, tails })
    const shown = known && readText(screen, known, cursor.row, right, cursor)
    if (known !== undefined) this.#waiting = { ...beginAt(screen, known), right }
    const isWhole = before.isExact && shown !== undefined && isShownAs(shown, before.text)
    if (!isWhole && isQuiet) {
      // Which of the keys made it to the line nobody knows.
      presses.length = 0
      this.#ahead.push({ key: { type: 'other', sequence: '' }, seconds })
    }
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
    if (found === undefined) return undefined
    this.#lastStart?.anchor.release()
    this.#lastStart = beginAt(this.#screen, found.start.position)
    return {
      text:
        dialect === 'fish' && !line.isExact
          ? withoutIndent(found.text, found.start.position.col)
          : found.text,
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
    const last = this.#lastStart?.anchor.position
    // After the screen was cleared the row is another.
    const stands = last !== undefined && tailBefore(screen, last) === this.#lastStart?.tail
    const floor = stands ? last.row : -1
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
