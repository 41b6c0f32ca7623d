import {
  type Beginning,
  beginAt,
  type ChosenText,
  chooseText,
  type Dialect,
  type EndedLine,
  findStart,
  type Start,
} from './ended-line.ts'
import { hasUnknown, isSameText, lengthOfEnding, UNKNOWN } from './keyed-text.ts'
import type { Key } from './keys.ts'
import type { KnownPrompts } from './line-beginnings.ts'
import { isPlausible, isPromptOf, isReplPrompt, likeness } from './prompts.ts'
import { HIDDEN_TEXT } from './run-command.ts'
import type { Position, Screen } from './screen.ts'
import { findPrompt, positionAfter, readText, tailBefore, wholeLine } from './screen-line.ts'
import { isEnd, isEnter, isInterrupt, isSuspend, type Press, TypedAhead, typed } from './typed-ahead.ts'
import type { TypedLine } from './typed-line.ts'

/** Keys that move about in a line, or call another: more than the terminal itself can do. */
const EDITS = new Set(['left', 'right', 'home', 'end', 'other', ...'ABEFKNPTY'])
/** Nothing shown for so long: the program has done what it does at once. */
const SETTLED_SECONDS = 0.012
/** Lines typed ahead that no prompt has taken yet. */
const MOST_WAITING_LINES = 200

/**
 * Lines of everything that does not say when it waits: dash and every program that leaves the editing to the terminal,
 * node, old shells, TERM=dumb. Enter is answered by a line feed; what stands on the row then is the line.
 */
export class PlainEditor {
  readonly #screen: Screen
  readonly #prompts: KnownPrompts
  readonly #ahead = new TypedAhead()
  #beginning: Beginning | undefined
  #isSeen = false
  #hasFed = false
  #lastOutputSeconds = 0
  /** Typed and shown before the prompt that will take them. */
  #waitingLines: { readonly text: string; readonly seconds: number }[] = []

  constructor(screen: Screen, prompts: KnownPrompts) {
    this.#screen = screen
    this.#prompts = prompts
  }

  /** Whether keys were pressed that end no line yet. */
  get isWaiting(): boolean {
    return this.#ahead.presses.length > 0
  }

  output(seconds: number): void {
    this.#lastOutputSeconds = seconds
  }

  /** @returns lines typed ahead that the shell took without showing them again. */
  press(key: Key, seconds: number): EndedLine[] {
    const press = { key, seconds, isForApplication: this.#screen.isApplicationKeys }
    const taken = this.#takenBefore(this.#screen.cursor.row, 1)
    // Whatever the shell has not taken when it waits, a program has read.
    if (seconds - this.#lastOutputSeconds > SETTLED_SECONDS && this.#isAtPrompt()) {
      this.#waitingLines = []
      const isStale = (press: Press) => isEnter(press) && press.seconds < this.#lastOutputSeconds
      const stale = this.#ahead.presses.findLastIndex(isStale)
      if (stale >= 0) this.#ahead.presses.splice(0, stale + 1)
      const last = this.#ahead.presses.at(-1)
      const isBeforePrompt = last !== undefined && last.seconds < this.#lastOutputSeconds
      if (isBeforePrompt && !this.#isHeadShown()) this.#ahead.clear()
    }
    if (this.#ahead.presses.length === 0) this.#begin(true)
    // At the start of a line Ctrl-D ends what is read, and nothing of it shows.
    if (isEnd(press) && typed(this.#ahead.presses).text === '') {
      this.#ahead.clear()
      this.#waitingLines = []
    } else if (!isSuspend(press) || typed(this.#ahead.presses).text !== '') this.#ahead.push(press)
    if (isInterrupt(press)) this.drop()
    return taken
  }

  /** Whether what was typed before the prompt came was shown, as what waits for a shell is: a program shows nothing of its keys. */
  #isHeadShown(): boolean {
    const { text, isExact } = typed(this.#ahead.presses)
    const position = this.#beginning?.anchor.position
    if (!isExact || text === '' || hasUnknown(text) || position === undefined) return true
    if (this.#screen.text(position.row, position.col).startsWith(text)) return true
    const tail = tailBefore(this.#screen, this.#screen.cursor)
    return this.#prompts.tails.some((known) => tail.endsWith(`${text}${known}`) || tail.endsWith(text))
  }

  /** @param isSeen whether the cursor is known to stand where the line's first letter will. */
  #begin(isSeen: boolean): void {
    this.#beginning?.anchor.release()
    this.#beginning = beginAt(this.#screen, this.#screen.cursor)
    this.#isSeen = isSeen
    this.#hasFed = false
  }

  #isAtPrompt(): boolean {
    const tail = tailBefore(this.#screen, this.#screen.cursor)
    return this.#prompts.tails.some((known) => known.trim() !== '' && tail.endsWith(known))
  }

  /** The cursor has gone down. @returns the lines that ended with it. */
  lineFed(): EndedLine[] {
    const endRow = this.#screen.cursor.row - 1
    const at = this.#ahead.presses.findIndex(isEnter)
    if (at < 0) {
      this.#hasFed = true
      return this.#waitingLines.length > 0 ? this.#takenBefore(endRow, 0) : []
    }
    const presses = this.#ahead.presses.slice(0, at + 1)
    const line = typed(presses)
    const found =
      this.#aroundPrompt(endRow, line) ??
      this.#withHead(
        chooseText(this.#screen, this.#starts(endRow, line), endRow, line, this.#prompts.tails),
        line,
      )
    if (this.#isStillDrawn(found, line)) return []
    // Without having seen the beginning, only what was typed counts: the rest may be output behind a prompt.
    const isSure =
      (this.#beginning !== undefined && this.#isSeen) ||
      !line.isExact ||
      (isSameText(found?.text ?? '', line.text) &&
        (!hasUnknown(line.text) || isPromptOf(this.#prompts.tails)(found?.start.tail ?? '')))
    if (found === undefined || !isSure) {
      // The terminal itself shows what is typed while nobody reads it.
      const start = { row: this.#screen.lineStart(endRow), col: 0 }
      const shown = readText(this.#screen, start, endRow)
      if (line.isExact && !hasUnknown(line.text) && isSameText(shown, line.text)) {
        this.#wait(shown, presses)
        this.#take(at)
      } else this.#hasFed = true
      return []
    }
    const isHidden = this.#isHidden(found, line)
    this.#take(at)
    const end = presses.at(-1)!
    if (isHidden) return [{ ...this.#ended(HIDDEN_TEXT, found.start, end.seconds, endRow), isHidden }]
    const dialect = dialectOf(presses, found.text)
    if (found.start.tail.trim() === '' && this.#prompts.tails.every((tail) => tail.trim() !== '')) {
      this.#wait(found.text, presses)
    }
    return [{ ...this.#ended(found.text, found.start, end.seconds, endRow), dialect }]
  }

  /** node goes down a row to show what a line would give, and comes back, before it has drawn all that was typed. */
  #isStillDrawn(found: ChosenText | undefined, line: TypedLine): boolean {
    if (found === undefined || found.isAgreed || !line.isExact || hasUnknown(line.text)) return false
    const keyed = line.text.trimEnd()
    return found.text !== '' && found.text.length < keyed.length && keyed.startsWith(found.text)
  }

  /** What stands behind the prompt is the first thing the command printed: what was typed was not shown at all. */
  #isHidden({ text, start, isAgreed }: ChosenText, line: TypedLine): boolean {
    const keyed = [...line.text.trim()]
    if (!line.isExact || keyed.length === 0 || !this.#isSeen) return false
    if (likeness(start.tail, this.#prompts.tails) !== 'exact') return false
    if (keyed.every((key) => key === UNKNOWN)) return [...text].length !== keyed.length
    return !isAgreed && !keyed.includes(UNKNOWN) && !text.startsWith(keyed[0]!)
  }

  /** The prompt was printed between two letters of the line. */
  #aroundPrompt(endRow: number, line: TypedLine): ReturnType<typeof chooseText> {
    const position = this.#beginning?.anchor.position
    const text = line.text.trimEnd()
    if (position === undefined || !line.isExact || text === '' || position.row !== endRow) return undefined
    if (hasUnknown(text)) return undefined
    const shown = this.#screen.text(endRow, position.col).trimEnd()
    if (shown.length <= text.length || shown.length > text.length + 200) return undefined
    for (let before = 1; before <= text.length && shown.startsWith(text.slice(0, before)); before++) {
      if (!shown.endsWith(text.slice(before))) continue
      const tail = shown.slice(before, shown.length - (text.length - before)).replace(/\S$/, '$& ')
      if (!isPlausible(tail) && !isReplPrompt(tail) && !this.#prompts.tails.includes(tail)) continue
      const start: Start = { position: { row: endRow, col: 0 }, tail, right: undefined }
      return { text: line.text, start, isAgreed: true }
    }
    return undefined
  }

  /** The first letters of a line may have been typed, and shown, before the prompt was. */
  #withHead(found: ReturnType<typeof chooseText>, line: TypedLine): ReturnType<typeof chooseText> {
    const head = this.#beginning
    if (found === undefined || head === undefined || !line.isExact || found.text === line.text) return found
    const position = head.anchor.position
    const missing = line.text.length - found.text.length
    if (position === undefined || missing <= 0 || !line.text.endsWith(found.text)) return found
    const shown = this.#screen.text(position.row, position.col)
    return shown.startsWith(line.text.slice(0, missing)) ? { ...found, text: line.text } : found
  }

  #wait(text: string, presses: readonly Press[]): void {
    if (this.#waitingLines.length < MOST_WAITING_LINES) {
      this.#waitingLines.push({ text, seconds: presses.at(-1)!.seconds })
    }
  }

  #take(at: number): void {
    this.#ahead.presses.splice(0, at + 1)
    if (this.#ahead.presses.length > 0) {
      this.#begin(false)
      return
    }
    this.#beginning?.anchor.release()
    this.#beginning = undefined
    this.#hasFed = true
  }

  #starts(endRow: number, line: TypedLine): Start[] {
    const starts: Start[] = []
    const { tails } = this.#prompts
    const beginning = this.#beginning
    const row = this.#screen.lineStart(endRow)
    const isPromptTyped = line.isExact && tails.some((tail) => tail !== '' && line.text.startsWith(tail))
    if (isPromptTyped && wholeLine(this.#screen, row).trimEnd() === line.text.trimEnd()) {
      return [{ position: { row, col: 0 }, tail: '', right: undefined }]
    }
    if (beginning !== undefined) {
      if (this.#isSeen && (!this.#hasFed || beginning.tail.trim() !== '')) {
        const start = findStart(this.#screen, beginning, endRow, tails)
        if (start !== undefined) starts.push(start)
      }
      if (!this.#hasFed && this.#isSeen) return starts
    }
    const known = this.#lastPrompt(endRow)
    if (known !== undefined)
      starts.push({ position: known, tail: tailBefore(this.#screen, known), right: undefined })
    if (line.isExact && line.text.trim() !== '') {
      const start = this.#behindPrompt(endRow, line.text.trimEnd())
      if (start !== undefined) starts.push(start)
    }
    return starts
  }

  /** Prompts the shell printed for lines it already had stand one behind the other. */
  #lastPrompt(endRow: number): Position | undefined {
    const { tails } = this.#prompts
    const row = this.#screen.lineStart(endRow)
    const found = findPrompt(this.#screen, { from: row, to: row, tails })
    if (found === undefined) return undefined
    const whole = wholeLine(this.#screen, row)
    let length = tailBefore(this.#screen, found).length
    const tail = tails.find((known) => known.trim() !== '' && whole.slice(0, length).endsWith(known))
    while (tail !== undefined && whole.startsWith(tail, length)) length += tail.length
    return positionAfter(this.#screen, row, length)
  }

  /** A line known by heart, behind something that looks like a prompt. */
  #behindPrompt(endRow: number, text: string): Start | undefined {
    const row = this.#screen.lineStart(endRow)
    const whole = wholeLine(this.#screen, row)
    const length = lengthOfEnding(whole, text, isPromptOf(this.#prompts.tails))
    if (length === undefined) return undefined
    const tail = whole.slice(0, whole.length - length)
    if (!isPlausible(tail) && !isReplPrompt(tail)) return undefined
    return { position: positionAfter(this.#screen, row, tail.length), tail, right: undefined }
  }

  /**
   * The shell took lines typed ahead: they stand behind a prompt once more, or, where the terminal alone had shown them, a
   * prompt is followed by what they printed or by the next prompt.
   * @param waiting how many prompts at the row's end are still waiting.
   */
  #takenBefore(row: number, waiting: 0 | 1): EndedLine[] {
    const [first] = this.#waitingLines
    if (first === undefined) return []
    const again = waiting === 0 && first.text !== '' ? this.#behindPrompt(row, first.text) : undefined
    if (again !== undefined) {
      this.#waitingLines.shift()
      return [this.#ended(first.text, again, first.seconds, row)]
    }
    const line = `${wholeLine(this.#screen, this.#screen.lineStart(row))} `
    // A program that prints what it reads.
    if (line.trimEnd() === first.text.trimEnd()) return []
    const head = typed(this.#ahead.presses).text
    for (const tail of this.#tailsOn(line)) {
      const at = tail.trim() === '' ? -1 : line.indexOf(tail)
      // Before it may stand the first letters of a line whose Enter is still to come.
      if (at < 0 || (at > 0 && !head.startsWith(line.slice(0, at)))) continue
      let count = 0
      while (line.startsWith(tail, at + count * tail.length)) count++
      const taken = this.#waitingLines.splice(0, Math.max(count - waiting, 0))
      const start: Start = { position: { row, col: tail.length }, tail, right: undefined }
      return taken.map(({ text, seconds }) => ({
        ...this.#ended(text, start, seconds, row),
        isTakenAhead: true,
      }))
    }
    return []
  }

  /** Prompts that may stand on the row, those of a shell that has just begun and second ones among them. */
  #tailsOn(line: string): readonly string[] {
    const { tails, launch, isUnfinished } = this.#prompts
    if (isUnfinished) return [...tails, '> ']
    const isNew = launch === 'shell' || launch === 'perhaps-shell'
    const first = isNew ? /^\S{0,60}[$#%>❯] /u.exec(line) : null
    return first === null ? tails : [...tails, first[0]]
  }

  /** The shell's own editor has read this line; the terminal may have shown it before. */
  read(text: string): void {
    const at = this.#waitingLines.findIndex((line) => isSameText(line.text, text))
    if (at >= 0) this.#waitingLines.splice(0, at + 1)
  }

  /** The recording has ended. @returns lines the last prompt took. */
  finish(): EndedLine[] {
    return this.#takenBefore(this.#screen.cursor.row, 0)
  }

  #ended(text: string, { position, tail }: Start, seconds: number, endRow: number): EndedLine {
    return {
      text,
      tail,
      seconds,
      editor: 'plain',
      dialect: 'terminal',
      startRow: position.row,
      end: this.#screen.anchor({ row: endRow, col: 0 }),
      isInterrupted: false,
    }
  }

  drop(): void {
    this.#waitingLines = []
    this.suspend()
  }

  /** The shell's own editor reads from here on, and what was typed ahead first. */
  suspend(): void {
    this.#ahead.clear()
    this.#beginning?.anchor.release()
    this.#beginning = undefined
  }
}

/**
 * Which editor it was that says nothing of itself. The terminal's own shows the keys it does not know (`^[[A`), others obey
 * them; of those that do, zsh asks for keys in a way of its own.
 */
function dialectOf(presses: readonly Press[], text: string): Dialect {
  if (presses.some(({ isForApplication }) => isForApplication)) return 'zle'
  const isObeyed = presses.some(({ key }) => EDITS.has(key.type === 'control' ? key.letter : key.type))
  return isObeyed && text !== '' && !/\^[[A-Z]/.test(text) ? 'readline' : 'terminal'
}
