import { bareText, filledFrom, hasUnknown, isShownAs, lengthOfEnding, withControls } from './keyed-text.ts'
import type { Editor } from './levels.ts'
import { isPlausible, isPromptOf, likeness } from './prompts.ts'
import type { Anchor, Position, View } from './screen.ts'
import {
  beforeSuggestion,
  findPrompt,
  positionAfter,
  type RightPrompt,
  readText,
  rightOf,
  tailBefore,
} from './screen-line.ts'
import type { TypedLine } from './typed-line.ts'

/** Which line editor it was, as far as it shows: it decides how a command of several lines is kept. */
export type Dialect = 'readline' | 'zle' | 'fish' | 'terminal'

/** A line somebody ended, as the screen showed it at that moment. */
export interface EndedLine {
  readonly text: string
  /** What stood before it on its row: the prompt. */
  readonly tail: string
  /** When the key that ended it was pressed. */
  readonly seconds: number
  readonly editor: Editor
  readonly dialect: Dialect
  readonly startRow: number
  /** The row it ended on, moving with it. */
  readonly end: Anchor
  /** Read from a screen that is drawn anew, where rows are not followed when they move. */
  readonly isRedrawn?: boolean
  /** Typed before the shell asked for it, and shown before its prompt. */
  readonly isTakenAhead?: boolean
  /** Ctrl-C: not to be run. */
  readonly isInterrupted: boolean
  /** Typed while nothing of it was shown, and run all the same: the text is HIDDEN_TEXT. */
  readonly isHidden?: boolean
}

/** Where a line may begin, with what stands before it. */
export interface Start {
  readonly position: Position
  readonly tail: string
  readonly right: RightPrompt | undefined
}

/** Remembers where the cursor stood when nothing of the line was typed yet. */
export interface Beginning {
  readonly anchor: Anchor
  readonly tail: string
  readonly right: RightPrompt | undefined
}

export function beginAt(screen: View, position: Position): Beginning {
  return {
    anchor: screen.anchor(position),
    tail: tailBefore(screen, position),
    right: rightOf(screen, position),
  }
}

/**
 * Where the line that ends on `endRow` begins. A prompt drawn again further down (after a list of completions, after Ctrl-L)
 * counts, not where it stood first.
 */
export function findStart(
  screen: View,
  beginning: Beginning,
  endRow: number,
  knownTails: readonly string[],
): Start | undefined {
  const { tail, right } = beginning
  const position = beginning.anchor.position
  const own = knownTails.filter((known) => known.trim() !== '' && tail.endsWith(known))
  const stands = position !== undefined && position.row <= endRow && tailBefore(screen, position) === tail
  if (tail.trim() !== '') {
    const tails = [tail, ...own]
    const drawnAgain = findPrompt(screen, { from: endRow, to: stands ? position.row + 1 : screen.top, tails })
    if (drawnAgain !== undefined) return { position: drawnAgain, tail, right }
  }
  if (stands) return { position, tail, right }
  if (position !== undefined && position.row <= endRow && endRow - position.row < screen.rows) {
    return { position, tail: tailBefore(screen, position), right }
  }
  return undefined
}

export interface ChosenText {
  readonly text: string
  readonly start: Start
  /** The keys made just what is shown. */
  readonly isAgreed: boolean
}

/**
 * The line's text: what the screen shows from the likeliest start, where the keys agree with one of them from that one. The
 * keys' own version is taken only where the screen cannot have it: other output ran through the line, or it was longer than the screen.
 */
export function chooseText(
  screen: View,
  starts: readonly Start[],
  endRow: number,
  line: TypedLine,
  tails: readonly string[],
  maySuggest = false,
): ChosenText | undefined {
  const readings = starts.map((start) => {
    const { position, right } = start
    const end = maySuggest ? beforeSuggestion(screen, position, endRow, right) : undefined
    return { start, text: readText(screen, position, endRow, right, end) }
  })
  // Enter on an empty line leaves fish waiting as it was.
  const keyed = line.isExact ? line.text.replace(/^\n+/, '') : ''
  if (keyed.trim() !== '') {
    const mayBegin = isPromptOf(tails)
    const isDoubtful = hasUnknown(keyed) || line.isRestarted
    const agreeing = readings.find(
      ({ text, start }) => isShownAs(text, keyed) && (!isDoubtful || mayBegin(start.tail)),
    )
    if (agreeing !== undefined) {
      // A tab that left no trace was a key, not a character.
      const isTraceless = keyed.includes('\t') && keyed.replaceAll('\t', '').trimEnd() === agreeing.text
      const text = isTraceless ? agreeing.text : filledFrom(agreeing.text, keyed)
      return { start: agreeing.start, text, isAgreed: true }
    }
  }
  const [first] = readings
  if (first === undefined) return undefined
  if (line.isExact && keyed.trim() === '' && first.text === '') return { ...first, isAgreed: true }
  const behind = readings
    .map((reading) => behindPrompt(screen, reading, keyed, tails))
    .find((start) => start !== undefined)
  if (behind !== undefined) return { ...behind, isAgreed: true }
  if (hasUnknown(keyed)) return { ...likeliest(readings, tails), isAgreed: false }
  for (const { start, text } of readings) {
    const literal = withControls(text, keyed)
    if (literal !== undefined) return { start, text: literal, isAgreed: true }
  }
  // What stands at the right of the prompt was not seen before the line was typed.
  const besides = readings.find(({ text }) => isBesides(text, keyed))
  if (besides !== undefined) return { start: besides.start, text: keyed, isAgreed: true }
  if (!maySuggest) {
    const broken = readings.find(({ text }) => isBrokenInto(text, keyed))
    if (broken !== undefined) return { start: broken.start, text: keyed, isAgreed: false }
    // Behind output without a line end readline takes the row's end to be elsewhere, and draws over its own line.
    const isMisplaced = ({ tail }: Start) =>
      tails.some((known) => known !== '' && tail !== known && tail.endsWith(known))
    const holed = readings.find(
      ({ text, start }) => isMisplaced(start) && isBrokenInto(keyed.trimEnd(), text),
    )
    if (holed !== undefined) return { start: holed.start, text: keyed, isAgreed: false }
  }
  const isLong = isLongerThan(screen, keyed)
  if (isLong && hasPieceOf(bareText(first.text), bareText(keyed))) {
    return { start: first.start, text: keyed, isAgreed: true }
  }
  if (keyed.trim() !== '' && wasRunThrough(first.text, keyed)) {
    return { start: first.start, text: keyed, isAgreed: false }
  }
  const isBare = first.start.tail.trim() === '' && likeness(first.start.tail, tails) !== 'exact'
  return { ...(isBare ? likeliest(readings, tails) : first), isAgreed: false }
}

interface Reading {
  readonly start: Start
  readonly text: string
}

/** The line behind a prompt seen before; behind what stood there when it began; or behind something that looks like a prompt. */
function likeliest(readings: readonly Reading[], tails: readonly string[]): Reading {
  const known = readings.find(({ start }) => likeness(start.tail, tails) === 'exact')
  const first = readings[0]!
  if (known !== undefined || first.start.tail.trim() !== '') return known ?? first
  return readings.find(({ start }) => isPromptOf(tails)(start.tail)) ?? first
}

/** Whether a line of this text leaves no room for all of it. */
export const isLongerThan = (screen: View, text: string): boolean =>
  text.length > (screen.rows - 2) * screen.cols || text.split('\n').length > screen.rows - 2

/** Of a line longer than the screen only a part is shown, with signs of the editor's own at its ends. */
const hasPieceOf = (shown: string, keyed: string): boolean =>
  [0, 1 / 4, 1 / 2, 3 / 4].some((part) => {
    const at = Math.floor(shown.length * part)
    return shown.length >= 40 && keyed.includes(shown.slice(at, at + 40))
  })

/** The prompt came after the first key: what was typed stands behind something that looks like one. */
function behindPrompt(
  screen: View,
  { start, text }: { readonly start: Start; readonly text: string },
  keyed: string,
  tails: readonly string[],
): { readonly start: Start; readonly text: string } | undefined {
  if (start.tail.trim() !== '' || keyed.trim() === '') return undefined
  const length = hasUnknown(keyed)
    ? (lengthOfEnding(text, keyed.trim(), isPromptOf(tails)) ?? text.length)
    : undefined
  const at = length === undefined ? text.indexOf(keyed.trim().slice(0, 12)) : text.length - length
  const tail = text.slice(0, Math.max(at, 0))
  if (!isPlausible(tail) || tail.includes('\n') || !isShownAs(text.slice(at), keyed)) return undefined
  const position = positionAfter(screen, start.position.row, start.position.col + tail.length)
  return { start: { ...start, position, tail }, text: filledFrom(text.slice(at), keyed) }
}

const isBesides = (shown: string, keyed: string): boolean =>
  keyed.trim() !== '' &&
  shown.startsWith(keyed.trimEnd()) &&
  /^ {3,}\S[^\n]*$/.test(shown.slice(keyed.trimEnd().length))

/** Whether something else was written into the middle of what was typed, by a program in the background. */
function isBrokenInto(shown: string, keyed: string): boolean {
  const text = keyed.trimEnd()
  if (text.length < 4 || shown.length <= text.length || hasUnknown(text)) return false
  let before = 0
  while (before < text.length && text[before] === shown[before]) before++
  let after = 0
  while (after < text.length && text.at(-1 - after) === shown.at(-1 - after)) after++
  return before > 0 && after > 0 && before < text.length && before + after >= text.length
}

/** Whether what was typed is on the screen in pieces, with rows of something else between them. */
function wasRunThrough(shown: string, keyed: string): boolean {
  if (shown.split('\n').length <= keyed.split('\n').length) return false
  let at = 0
  const letters = bareText(keyed)
  for (const letter of bareText(shown)) if (letter === letters[at]) at++
  return at >= letters.length
}
