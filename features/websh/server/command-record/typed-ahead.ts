import type { Key } from './keys.ts'
import { TypedLine } from './typed-line.ts'

export interface Press {
  readonly key: Key
  readonly seconds: number
  /** Pressed while the editor stood at its prompt. */
  readonly isLive?: boolean
  /** Pressed while cursor keys were asked for as applications want them. */
  readonly isForApplication?: boolean
  /** An Enter that did not end the line: it opened a new one in it, or took a completion. */
  isSettled?: boolean
  /** Pressed before the editor waited: it may have gone to the program before. */
  isDoubtful?: boolean
}

/** More than this pressed and not yet read is forgotten, oldest first. */
const MOST_PRESSES = 20_000

export const isEnter = ({ key }: Press): boolean => key.type === 'enter'
export const isInterrupt = ({ key }: Press): boolean => key.type === 'control' && key.letter === 'C'
export const isEnd = ({ key }: Press): boolean => key.type === 'control' && key.letter === 'D'
export const isSuspend = ({ key }: Press): boolean => key.type === 'control' && key.letter === 'Z'

/** What was pressed and not yet read by a line editor, oldest first. */
export class TypedAhead {
  readonly presses: Press[] = []

  push(press: Press): void {
    this.presses.push(press)
    if (this.presses.length > MOST_PRESSES) this.presses.splice(0, MOST_PRESSES / 2)
  }

  forgetUntil(seconds: number): void {
    const count = this.presses.findLastIndex((press) => press.seconds <= seconds) + 1
    this.presses.splice(0, count)
  }

  clear(): void {
    this.presses.length = 0
  }

  /** Where the line now ended stops: at the first key that ends one. @returns a count of 0 for none. */
  lineEnd(): { readonly count: number; readonly end: Press | undefined } {
    const { presses } = this
    let at = presses.findIndex((press) => press.isSettled !== true && (isEnter(press) || isInterrupt(press)))
    if (at < 0) at = presses.findLastIndex((press) => isEnter(press) || isInterrupt(press))
    if (at < 0) at = presses.findIndex(isEnd)
    return { count: at + 1, end: presses[at] }
  }
}

/** The same without those that may have gone elsewhere: what they left in the line is not known. */
export function withoutDoubtful(presses: readonly Press[]): Press[] {
  const [first] = presses
  if (first?.isDoubtful !== true) return [...presses]
  return [{ ...first, key: { type: 'other', sequence: '' } }, ...presses.filter((press) => !press.isDoubtful)]
}

/** What these presses make, the last Enter left out. */
export function typed(presses: readonly Press[]): TypedLine {
  const line = new TypedLine()
  const last = presses.at(-1)
  for (const press of presses) {
    if (press !== last || !(isEnter(press) || isInterrupt(press))) line.press(press.key)
  }
  return line
}
