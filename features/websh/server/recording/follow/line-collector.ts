import type { IBuffer, Terminal } from '@xterm/headless'

/** A line as it stood on the screen, joined where it wrapped, without the blanks at its end. */
export interface ShownLine {
  readonly text: string
  /** When it had become this. */
  readonly milliseconds: number
  /** Where on the screen its beginning was, from 0. */
  readonly row: number
}

interface Shown {
  text: string
  milliseconds: number
  row: number
  isTold: boolean
}

/** No screen row is longer; a line that wraps on for ever is told in stretches. */
const LINE_CHARACTERS_MAX = 4000

/** What was shown between two takings. */
export interface ShownLines {
  readonly lines: readonly ShownLine[]
  /** Lines beyond what one taking may hold: they are in no search. */
  readonly left: number
}

/**
 * Collects every line a terminal shows, also those that scroll by between two looks. A line that only grew is told once,
 * as it became: whatever it was before is within it. Has to look after at most as many lines as the scrollback keeps.
 */
export class LineCollector {
  readonly #terminal: Terminal
  /** By where the line is counted from the start of the terminal, in each of the two buffers. */
  #shown = new Map<number, Shown>()
  #marker: { readonly line: number; dispose(): void } | undefined
  /** The number of the marked line. */
  #top = 0
  #buffer: 'normal' | 'alternate' = 'normal'
  #told = new Map<string, ShownLine>()
  #toldCharacters = 0
  #left = 0

  #charactersMax = Number.POSITIVE_INFINITY

  constructor(terminal: Terminal) {
    this.#terminal = terminal
    this.#mark()
  }

  /** How much is told until the next taking; what is more is counted. */
  bound(charactersMax: number): void {
    this.#charactersMax = charactersMax
  }

  /** To be called after each write. */
  look(milliseconds: number): void {
    const { active } = this.#terminal.buffer
    if (active.type !== this.#buffer) this.restart()
    // Inserting lines pushes the mark down and deleting its line loses it: then all that may be new is looked at.
    const from = Math.min(Math.max(0, this.#marker?.line ?? 0), active.baseY)
    const end = active.baseY + this.#terminal.rows
    for (let line = from; line < end; ) {
      const { text, next } = logicalLine(active, line, end)
      this.#see(this.#top + line - from, text, milliseconds, Math.max(0, line - active.baseY))
      if (next <= active.baseY) this.#letGo(this.#top + line - from)
      line = next
    }
    this.#top += active.baseY - from
    this.#mark()
  }

  /** The screen was made anew or resized: what is on it is seen afresh. */
  restart(): void {
    for (const number of this.#shown.keys()) this.#letGo(number)
    this.#buffer = this.#terminal.buffer.active.type
    this.#top = 0
    this.#mark()
  }

  /** Everything shown since the last call, each text once. */
  take(): ShownLines {
    for (const shown of this.#shown.values()) this.#tell(shown)
    const taken = { lines: [...this.#told.values()], left: this.#left }
    this.#told = new Map()
    this.#toldCharacters = 0
    this.#left = 0
    return taken
  }

  #see(number: number, text: string, milliseconds: number, row: number) {
    const known = this.#shown.get(number)
    if (known?.text === text || (known === undefined && text === '')) return
    if (known && !text.startsWith(known.text)) this.#tell(known)
    this.#shown.set(number, { text, milliseconds, row, isTold: text === '' })
  }

  #letGo(number: number) {
    const known = this.#shown.get(number)
    if (known) this.#tell(known)
    this.#shown.delete(number)
  }

  #tell(shown: Shown) {
    if (shown.isTold) return
    shown.isTold = true
    const { text, milliseconds, row } = shown
    if (this.#told.has(text)) return
    // A few bytes change a long line: a program could make a segment show a hundred times its size.
    if (this.#toldCharacters + text.length >= this.#charactersMax) {
      this.#left++
      return
    }
    this.#toldCharacters += text.length + 1
    this.#told.set(text, { text, milliseconds, row })
  }

  #mark() {
    const { active } = this.#terminal.buffer
    this.#marker?.dispose()
    // The alternate buffer keeps no lines above the screen, so its lines never move.
    this.#marker = active.type === 'normal' ? this.#terminal.registerMarker(-active.cursorY) : undefined
  }
}

/** The line that begins at `from`, joined over the rows it wraps on to, and where the next one begins. */
export function logicalLine(buffer: IBuffer, from: number, end: number): { text: string; next: number } {
  let text = ''
  let next = from
  do {
    const line = buffer.getLine(next)
    if (line === undefined) return { text: text.trimEnd(), next: end }
    next++
    const wraps = next < end && buffer.getLine(next)?.isWrapped === true
    text += line.translateToString(!wraps)
    if (!wraps) break
  } while (text.length < LINE_CHARACTERS_MAX)
  return { text: text.trimEnd(), next }
}
