import type { IBuffer, Terminal } from '@xterm/headless'
import { logicalLine } from '../follow/line-collector.ts'

/** Stands where a program had the whole screen: what it drew has no order a text could keep. */
const FULL_SCREEN = '[a program used the whole screen here]'

/**
 * What a terminal showed, as text: each line as it was when it left the screen at the top, and at the end what is still on it.
 * Has to look after at most as many lines as the scrollback keeps.
 */
export class Transcript {
  readonly #terminal: Terminal
  #marker: { readonly line: number; dispose(): void } | undefined
  #isAway = false

  constructor(terminal: Terminal) {
    this.#terminal = terminal
    this.#mark()
  }

  /** @returns the lines that went since the last look */
  look(): string[] {
    const { active } = this.#terminal.buffer
    if (active.type === 'alternate') {
      const isNew = !this.#isAway
      this.#isAway = true
      return isNew ? [FULL_SCREEN] : []
    }
    this.#isAway = false
    const from = Math.min(Math.max(0, this.#marker?.line ?? 0), active.baseY)
    const gone: string[] = []
    let line = from
    while (line < active.baseY) {
      const { text, next } = logicalLine(active, line, active.baseY + this.#terminal.rows)
      // A line whose end is still on the screen goes with it.
      if (next > active.baseY) break
      gone.push(text)
      line = next
    }
    this.#mark(line)
    return gone
  }

  /** What is still on the screen, without the empty lines at its end. */
  rest(): string[] {
    const { normal } = this.#terminal.buffer
    const lines = linesFrom(
      normal,
      Math.max(0, this.#marker?.line ?? normal.baseY),
      normal.baseY + this.#terminal.rows,
    )
    while (lines.at(-1) === '') lines.pop()
    return lines
  }

  #mark(line = this.#terminal.buffer.normal.baseY) {
    const { active } = this.#terminal.buffer
    this.#marker?.dispose()
    this.#marker =
      active.type === 'normal'
        ? this.#terminal.registerMarker(line - active.baseY - active.cursorY)
        : undefined
  }
}

function linesFrom(buffer: IBuffer, from: number, end: number): string[] {
  const lines: string[] = []
  for (let line = from; line < end; ) {
    const { text, next } = logicalLine(buffer, line, end)
    lines.push(text)
    line = next
  }
  return lines
}
