import { type Beginning, beginAt, findStart, type Start } from './ended-line.ts'
import { lengthOfEnding } from './keyed-text.ts'
import type { Launch } from './programs.ts'
import { isPlausible, isPromptOf, likeness } from './prompts.ts'
import type { Position, Screen } from './screen.ts'
import { findPrompt, positionAfter, readText, tailBefore, wholeLine } from './screen-line.ts'

/** What an editor needs to know of the prompts seen before. */
export interface KnownPrompts {
  readonly tails: readonly string[]
  readonly launch: Launch
  readonly isUnfinished: boolean
}

/** Where the line that is being edited may begin: as the cursor stood, as the shell says, as prompts seen before show. */
export class LineBeginnings {
  readonly #screen: Screen
  readonly #prompts: KnownPrompts
  /** The cursor at the first key after the prompt stood. */
  #waiting: Beginning | undefined
  /** The cursor when the editor was switched on: after the prompt for zsh, before it for others. */
  #opened: Beginning | undefined
  /** Given by a mark of the shell (OSC 133 B). */
  #marked: Beginning | undefined
  /** No line begins where the one before did, or above. */
  #lastStart: Beginning | undefined
  #lastRight: Beginning['right']
  /** What stood before the cursor when the shell had drawn its prompt and nobody had typed yet. */
  #rested: string | undefined

  constructor(screen: Screen, prompts: KnownPrompts) {
    this.#screen = screen
    this.#prompts = prompts
  }

  /** Where it is known to begin since the first key. */
  get waiting(): Beginning | undefined {
    return this.#waiting
  }

  opens(): void {
    this.forget()
    this.#opened = beginAt(this.#screen, this.#screen.cursor)
  }

  /** The shell has drawn all it had, and nobody has typed. */
  rests(): void {
    this.#rested ??= tailBefore(this.#screen, this.#screen.cursor)
  }

  /** A shell's own word for where its prompt ends. */
  promptEnds(): void {
    this.#marked?.anchor.release()
    this.#marked = beginAt(this.#screen, this.#screen.cursor)
  }

  /** Nothing has been typed: it begins at the cursor. */
  waitsAtCursor(): void {
    this.#setWaiting(beginAt(this.#screen, this.#screen.cursor))
    this.#lastRight = this.#waiting?.right ?? this.#lastRight
  }

  /** Something stands between here and the cursor already. */
  waitsBefore(position: Position): void {
    this.#setWaiting({ ...beginAt(this.#screen, position), right: this.#lastRight })
  }

  #setWaiting(beginning: Beginning): void {
    this.#waiting?.anchor.release()
    this.#waiting = beginning
  }

  /** The line has not begun after all. */
  forgetWaiting(): void {
    this.#waiting?.anchor.release()
    this.#waiting = undefined
  }

  /** Where what was typed begins, when all of it stands right before the cursor. */
  ofTyped(text: string): { readonly position: Position; readonly isWholeTail: boolean } | undefined {
    const { cursor } = this.#screen
    const tail = tailBefore(this.#screen, cursor)
    const length = lengthOfEnding(tail, text, isPromptOf(this.#prompts.tails))
    if (length === undefined) return undefined
    const start = this.#screen.lineStart(cursor.row)
    const isWholeTail = tail.trim().length === tail.slice(-length).trim().length
    return { position: positionAfter(this.#screen, start, tail.length - length), isWholeTail }
  }

  /** Where the last prompt known from before ends since the editor was switched on, and what stands between it and the cursor. */
  ofKnownPrompt(): { readonly position: Position; readonly text: string } | undefined {
    const screen = this.#screen
    const { cursor } = screen
    const to = this.#opened?.anchor.position?.row ?? screen.top
    const position = findPrompt(screen, { from: cursor.row, to, tails: this.#prompts.tails })
    return position && { position, text: readText(screen, position, cursor.row, this.#lastRight, cursor) }
  }

  /**
   * Where the prompt ends when the shell has put a line behind it already: one put aside, to be edited, or the next of the history.
   * @param hasLostKeys whether keys may have come before anybody looked: then what stands behind the prompt was typed.
   */
  filled(hasLostKeys: boolean): Position | undefined {
    const screen = this.#screen
    const { cursor } = screen
    const { tails } = this.#prompts
    const start = screen.lineStart(cursor.row)
    const known = hasLostKeys ? findPrompt(screen, { from: cursor.row, to: start, tails }) : undefined
    const found = known ?? this.#filledBehind(tailBefore(screen, cursor), start)
    const isBefore = found !== undefined && (found.row < cursor.row || found.col < cursor.col)
    return isBefore ? found : undefined
  }

  #filledBehind(tail: string, start: number): Position | undefined {
    const { tails } = this.#prompts
    if (isPromptOf(tails)(tail)) return undefined
    // A program in the background wrote behind the prompt: the line begins where it left the cursor.
    if (this.#rested !== undefined && likeness(this.#rested, tails) === 'exact') return undefined
    const prompts = tails.filter((known) => known.trim() !== '' && tail.startsWith(known))
    const length = Math.max(0, ...prompts.map((known) => known.length))
    if (length === 0 || tail.slice(length).trim() === '') return undefined
    return positionAfter(this.#screen, start, length)
  }

  /** @param keyed what the line holds by its keys; empty where they do not say. @returns likeliest first. */
  starts(endRow: number, keyed: string): Start[] {
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
    const length = ending === '' ? undefined : lengthOfEnding(whole, ending, isPromptOf(tails))
    if (length !== undefined) {
      const position = positionAfter(screen, row, whole.length - length)
      starts.push({ position, tail: tailBefore(screen, position), right })
    }
    const sigil = /^.{0,200}?[$#%>❯➜»λ] /u.exec(whole)
    if (sigil !== null)
      starts.push({ position: positionAfter(screen, row, sigil[0].length), tail: sigil[0], right })
    const misplaced = this.#misplaced()
    if (misplaced !== undefined) starts.push(misplaced)
    const last = this.#lastStart?.anchor.position
    // After the screen was cleared the row is another.
    const stands = last !== undefined && tailBefore(screen, last) === this.#lastStart?.tail
    const floor = stands ? last.row : -1
    return starts.filter(({ position }) => position.row > floor)
  }

  /**
   * Behind output without a line end readline takes its prompt to begin the row all the same, and draws a line it calls back
   * where it would stand then, over the prompt.
   */
  #misplaced(): Start | undefined {
    const position = this.#waiting?.anchor.position
    const tail = this.#waiting?.tail ?? ''
    const own = this.#prompts.tails.filter((known) => known.trim() !== '' && tail.endsWith(known))
    const prompt = own.reduce((longest, known) => (known.length > longest.length ? known : longest), '')
    if (position === undefined || prompt === '' || prompt.length >= tail.length) return undefined
    if (tailBefore(this.#screen, position) === tail) return undefined
    return { position: { row: position.row, col: prompt.length }, tail: prompt, right: undefined }
  }

  /** The line has ended; the next begins further down. */
  ended(start: Position): void {
    this.#lastStart?.anchor.release()
    this.#lastStart = beginAt(this.#screen, start)
  }

  /** What is erased is not the line before any more. */
  erased(): void {
    const { row, col } = this.#screen.cursor
    const last = this.#lastStart?.anchor.position
    if (last === undefined || last.row < row || (last.row === row && col > 0)) return
    this.#lastStart?.anchor.release()
    this.#lastStart = undefined
  }

  /** The prompt is gone. */
  close(): void {
    this.forget()
    this.#marked?.anchor.release()
    this.#marked = undefined
  }

  forget(): void {
    this.forgetWaiting()
    this.#opened?.anchor.release()
    this.#opened = undefined
    this.#rested = undefined
  }
}
