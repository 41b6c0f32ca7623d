import { CalledBack } from './called-back.ts'
import { chooseText, type Dialect, type EndedLine, isLongerThan } from './ended-line.ts'
import { withoutIndent } from './fish-indent.ts'
import { hasUnknown, isShownAs } from './keyed-text.ts'
import type { Key } from './keys.ts'
import { type KnownPrompts, LineBeginnings } from './line-beginnings.ts'
import { HIDDEN_TEXT } from './run-command.ts'
import type { Screen } from './screen.ts'
import { runsOn } from './screen-line.ts'
import { isEnd, isEnter, isInterrupt, type Press, TypedAhead, typed, withoutDoubtful } from './typed-ahead.ts'
import type { TypedLine } from './typed-line.ts'

/** An Enter that was answered by something else than the line's end, before the next key this much later, did not end it. */
const SETTLED_SECONDS = 0.012
/** Enters looked at as a line's end: more are never pressed within one. */
const MOST_TRIES = 12
const UNANSWERED_SECONDS = 0.08
/** A shell draws its prompt, and a line it has for it, without such a pause: what comes then is somebody else's. */
const RESTING_SECONDS = 0.05
/** Keys of lines set aside. */
const MOST_ASIDE = 5000

const wasLive = ({ isLive }: Press): boolean => isLive === true

/**
 * Lines of editors that say when they wait: bracketed paste (mode 2004) is on from the prompt to the line's end, in bash,
 * zsh and fish and all that uses readline. Between two switches stands exactly one line.
 */
export class BracketedEditor {
  readonly #screen: Screen
  readonly #prompts: KnownPrompts
  readonly #begins: LineBeginnings
  readonly #ahead = new TypedAhead()
  #isOpen = false
  #lastFeed: { readonly row: number; readonly text: string } | undefined
  #isStyledSinceFeed = false
  /** Keys pressed for a program that fills the screen; the last of them may have come too late for it. */
  #hasLostKeys = false
  /** Lines pressed before the editor waited, while they may still come. */
  #aside: Press[] = []
  #hasOutputSinceKey = false
  #lastOutputSeconds = 0
  readonly #calledBack = new CalledBack()

  constructor(screen: Screen, prompts: KnownPrompts) {
    this.#screen = screen
    this.#prompts = prompts
    this.#begins = new LineBeginnings(screen, prompts)
  }

  get isOpen(): boolean {
    return this.#isOpen
  }

  /** Whether it stands at a prompt with nothing left to read. */
  get isWaiting(): boolean {
    return this.#isOpen && this.#begins.waiting !== undefined
  }

  output(seconds: number): void {
    const isAtRest = this.#isOpen && !this.isWaiting && this.#ahead.presses.length === 0
    if (isAtRest && seconds - this.#lastOutputSeconds > RESTING_SECONDS) this.#begins.rests()
    this.#hasOutputSinceKey = true
    this.#lastOutputSeconds = seconds
  }

  press(key: Key, seconds: number): void {
    const press = { key, seconds }
    if (isInterrupt(press) && !this.#isOpen) {
      // The terminal throws away what was typed ahead.
      this.#ahead.clear()
      this.#aside = []
      return
    }
    if (this.#isOpen) {
      if (this.#begins.waiting === undefined) this.#waitsSince(seconds)
      else if (this.#begins.waiting.tail.trim() === '') this.#seePrompt()
      if (this.#hasOutputSinceKey) {
        for (const earlier of this.#ahead.presses) {
          const ends = isEnter(earlier) || isInterrupt(earlier)
          if (ends && earlier.isLive && seconds - earlier.seconds > SETTLED_SECONDS) earlier.isSettled = true
        }
      }
      // fish answers Ctrl-C with a new prompt at most, and with nothing when the line was still on its way.
      for (const earlier of this.#ahead.presses) {
        if (isInterrupt(earlier) && seconds - earlier.seconds > UNANSWERED_SECONDS) earlier.isSettled = true
      }
    }
    this.#hasOutputSinceKey = false
    this.#ahead.push({ ...press, isLive: this.isWaiting })
  }

  /** In a recording without keys: somebody ended the line, and whatever stands behind the prompt was typed. */
  endsUnseen(seconds: number): void {
    const press = { seconds, isLive: true }
    if (!this.isWaiting) this.#ahead.push({ ...press, key: { type: 'other', sequence: '' } })
    this.#ahead.push({ ...press, key: { type: 'enter' } })
  }

  #waitsSince(seconds: number): void {
    const screen = this.#screen
    const { presses } = this.#ahead
    const { tails } = this.#prompts
    const isQuiet = seconds - this.#lastOutputSeconds > SETTLED_SECONDS
    // The prompt has not been printed yet.
    const isBare = screen.cursor.col === 0 && tails.every((tail) => tail.trim() !== '')
    if (isBare && (tails.length > 0 || presses.some(isEnter))) return
    // Whole lines typed ahead that are still here when the editor waits were read by a program, or are still on their way.
    if (isQuiet) this.#setAside(presses.splice(0, presses.findLastIndex(isEnter) + 1))
    else if (presses.some(isEnter)) return
    const before = typed(presses)
    if (before.text === '' && before.isExact) {
      const filled = this.#begins.filled(this.#hasLostKeys)
      this.#hasLostKeys = false
      if (filled === undefined) this.#begins.waitsAtCursor()
      else {
        this.#ahead.push({ key: { type: 'other', sequence: '' }, seconds })
        this.#begins.waitsBefore(filled)
      }
      return
    }
    // Some of the line was typed before anybody waited for it, and stands behind the prompt now.
    const start = before.isExact ? this.#begins.ofTyped(before.text) : undefined
    if (start !== undefined) {
      this.#begins.waitsBefore(start.position)
      return
    }
    const known = this.#begins.ofKnownPrompt()
    if (known !== undefined) this.#begins.waitsBefore(known.position)
    const isWhole = before.isExact && known !== undefined && isShownAs(known.text, before.text)
    // Longer than the screen it cannot be seen whole, and its prompt not at all.
    if (before.isExact && isLongerThan(screen, before.text)) return
    if (!isWhole && isQuiet) {
      // Which of the keys made it to the line shows when it ends.
      for (const press of presses) press.isDoubtful = true
    }
  }

  /** The prompt came after the first key, and what was typed stands behind it now. */
  #seePrompt(): void {
    const { text, isExact } = typed(this.#ahead.presses)
    const start = isExact && text !== '' ? this.#begins.ofTyped(text) : undefined
    if (start !== undefined && !start.isWholeTail) this.#begins.waitsBefore(start.position)
  }

  lineFed(): void {
    if (!this.#isOpen) return
    const { row } = this.#screen.cursor
    this.#lastFeed = { row, text: this.#screen.text(row) }
    this.#isStyledSinceFeed = false
  }

  /** Rows from the cursor on are free for another line. */
  erased(): void {
    this.#begins.erased()
  }

  styled(): void {
    this.#isStyledSinceFeed = true
  }

  /** A shell's own word for where its prompt ends. */
  promptEnds(): void {
    this.#begins.promptEnds()
  }

  /** @returns the line that ended, when one did. */
  switched(isOn: boolean): EndedLine | undefined {
    if (isOn) {
      this.#forget()
      this.#isOpen = true
      this.#begins.opens()
      return undefined
    }
    if (!this.#isOpen) return undefined
    this.#isOpen = false
    const line = this.#end()
    this.#forget()
    this.#begins.close()
    return line
  }

  /** What was pressed until now was nothing, and the line has not begun. */
  forgetKeys(): void {
    this.#ahead.clear()
    this.#begins.forgetWaiting()
  }

  /** The lines of a command become one entry of the history. */
  ran(text: string): void {
    if (text.includes('\n')) this.#calledBack.keep(text)
  }

  /** What was pressed until then has been read by somebody else. */
  forgetUntil(seconds: number): void {
    this.#ahead.forgetUntil(seconds)
    this.#aside = this.#aside.filter((press) => press.seconds > seconds)
  }

  /** Keys pressed until now went to a program that fills the screen. */
  drop(): void {
    this.#hasLostKeys = true
    this.#ahead.clear()
    this.#aside = []
    this.#forget()
    this.#isOpen = false
  }

  #end(): EndedLine | undefined {
    const { presses, end } = this.#take()
    if (end === undefined || isEnd(end)) return undefined
    let line = typed(presses)
    let shown = this.#shown(line, presses[0])
    if (shown.found?.isAgreed !== true && presses[0]?.isDoubtful) {
      line = typed(withoutDoubtful(presses))
      shown = this.#shown(line)
    }
    const { endRow, dialect, found } = shown
    if (found === undefined) return undefined
    this.#begins.ended(found.start.position)
    const isIndented = dialect === 'fish' && (!line.isExact || hasUnknown(line.text))
    const shownText = isIndented ? withoutIndent(found.text, found.start.position.col) : found.text
    // Keys were pressed at a prompt, and nothing came of them but the end of the line. zsh and fish see to the echo themselves.
    const isTyped = line.isExact && line.text.trim() !== '' && presses.every(wasLive)
    const isHidden = dialect !== 'fish' && shownText === '' && isTyped
    const isCalledBack = !line.isExact || hasUnknown(line.text)
    const text = isCalledBack
      ? this.#calledBack.whole(this.#screen, {
          text: shownText,
          start: found.start.position,
          endRow,
          dialect,
        })
      : shownText
    this.#calledBack.keep(text)
    return {
      text: isHidden ? HIDDEN_TEXT : text,
      isHidden,
      tail: found.start.tail,
      seconds: end.seconds,
      editor: 'bracketed',
      dialect,
      startRow: found.start.position.row,
      end: this.#screen.anchor({ row: endRow, col: 0 }),
      isInterrupted: isInterrupt(end),
    }
  }

  #setAside(presses: readonly Press[]): void {
    if (this.#aside.length + presses.length <= MOST_ASIDE) this.#aside.push(...presses)
  }

  /** The keys that made the line now ended. */
  #take(): { readonly presses: readonly Press[]; readonly end: Press | undefined } {
    const { count, end, isAgreed } = this.#lineEnd()
    const aside = isAgreed ? undefined : this.#fromAside()
    if (aside !== undefined) return { presses: aside, end: aside.at(-1) }
    this.#aside = []
    return { presses: this.#ahead.presses.splice(0, count), end }
  }

  /** A line shown so late that it was taken for one a program had read. */
  #fromAside(): Press[] | undefined {
    const next = this.#ahead.presses
    const end = next.findIndex(isEnter)
    // What is typed next does not say what it makes: then it may be this.
    if (this.#aside.length === 0 || (end >= 0 && !typed(next.slice(0, end + 1)).isExact)) return undefined
    let from = 0
    for (const [index, press] of this.#aside.entries()) {
      if (!isEnter(press)) continue
      const presses = this.#aside.slice(from, index + 1)
      const line = typed(presses)
      if (line.isExact && line.text.trim() !== '' && this.#shown(line).found?.isAgreed) {
        this.#aside = this.#aside.slice(index + 1)
        return presses
      }
      from = index + 1
    }
    return undefined
  }

  /** Which key ended the line: the Enter up to which the keys make what is shown; failing that the first that is not settled. */
  #lineEnd(): { readonly count: number; readonly end: Press | undefined; readonly isAgreed: boolean } {
    const { presses } = this.#ahead
    let tries = 0
    for (const [index, press] of presses.entries()) {
      if (isInterrupt(press) || tries >= MOST_TRIES) break
      if (!isEnter(press)) continue
      tries++
      const line = typed(presses.slice(0, index + 1))
      const isMade = line.isExact && this.#shown(line, presses[0]).found?.isAgreed === true
      if (isMade) return { count: index + 1, end: press, isAgreed: true }
    }
    const found = this.#ahead.lineEnd()
    if (found.end !== undefined) return { ...found, isAgreed: false }
    // zsh runs a line and keeps it, too, with Alt-A.
    const at = presses.findLastIndex(({ key }) => key.type === 'other' && key.sequence === 'a')
    return { count: at + 1, end: presses[at], isAgreed: false }
  }

  /** @param first of its keys: where it may have gone elsewhere, a part that is shown says nothing. */
  #shown(line: TypedLine, first?: Press) {
    const { endRow, dialect } = this.#ending(line)
    const starts = this.#begins.starts(endRow, line.isExact && !first?.isDoubtful ? line.text : '')
    const tail = this.#prompts.tails.at(-1)
    if (starts.length === 0 && tail !== undefined && line.isExact && isLongerThan(this.#screen, line.text)) {
      const position = { row: this.#screen.top, col: 0 }
      starts.push({ position, tail, right: undefined })
    }
    return {
      endRow,
      dialect,
      found: chooseText(this.#screen, starts, endRow, line, this.#prompts.tails, dialect !== 'readline'),
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

  #forget(): void {
    this.#begins.forget()
    this.#lastFeed = undefined
    this.#isStyledSinceFeed = false
  }
}
