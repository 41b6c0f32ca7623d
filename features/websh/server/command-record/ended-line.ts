import type { Editor } from './levels.ts'
import type { Anchor, Position, Screen } from './screen.ts'
import { findPrompt, type RightPrompt, readText, rightOf, tailBefore } from './screen-line.ts'
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
  /** Ctrl-C: not to be run. */
  readonly isInterrupted: boolean
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

export function beginAt(screen: Screen, position: Position): Beginning {
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
  screen: Screen,
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

const plainText = (text: string): string => text.replace(/\s+/g, ' ').trim()

/** Equal but for what a screen does not tell: tabs, blanks at a row's end. */
export const isSameText = (a: string, b: string): boolean => plainText(a) === plainText(b)

/**
 * The line's text: what the screen shows from the likeliest start, where the keys agree with one of them from that one. The
 * keys' own version is taken only where the screen cannot have it: other output ran through the line, or it was longer than the screen.
 */
export function chooseText(
  screen: Screen,
  starts: readonly Start[],
  endRow: number,
  line: TypedLine,
): { readonly text: string; readonly start: Start } | undefined {
  const readings = starts.map((start) => ({
    start,
    text: readText(screen, start.position, endRow, start.right),
  }))
  const keyed = line.isExact ? line.text : ''
  if (keyed.trim() !== '') {
    const agreeing = readings.find(({ text }) => isSameText(text, keyed))
    if (agreeing !== undefined) return { start: agreeing.start, text: keyed }
  }
  const [first] = readings
  if (first === undefined) return undefined
  if (keyed.trim() !== '' && wasRunThrough(first.text, keyed, screen.rows))
    return { start: first.start, text: keyed }
  return first
}

/** Whether what was typed is on the screen in pieces, with rows of something else between them. */
function wasRunThrough(shown: string, keyed: string, rows: number): boolean {
  const shownRows = shown.split('\n').length
  if (shownRows <= keyed.split('\n').length && keyed.length < rows * 20) return false
  let at = 0
  const letters = keyed.replace(/\s+/g, '')
  for (const letter of shown.replace(/\s+/g, '')) if (letter === letters[at]) at++
  return at >= letters.length || (shownRows >= rows - 2 && at > 0)
}
