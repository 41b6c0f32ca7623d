import { BoundedControls } from '../../common/bounded-controls.ts'
import { TERMINAL_COLS_MAX, TERMINAL_ROWS_MAX } from '../../common/terminal.ts'

/** As much of an emulator as is written to. */
export interface Emulator {
  readonly cols: number
  readonly rows: number
  write(bytes: Uint8Array, drawn: () => void): void
  resize(columns: number, rows: number): void
  reset(): void
}

type Step =
  | { readonly bytes: Uint8Array; readonly drawn: (() => void) | undefined }
  | { readonly act: () => void }

/** Bytes drawn in one go: the page stays awake between them. */
const SLICE_BYTES = 32 * 1024
const CANCEL = Uint8Array.of(0x18)

/**
 * What an emulator is to draw and do, one after another: a size counts from exactly the byte it was told at. All bytes go
 * through {@link BoundedControls}.
 */
export class ScreenQueue {
  readonly #emulator: Emulator
  #controls = new BoundedControls()
  #steps: Step[] = []
  #isDrawing = false
  #waitingBytes = 0
  #isOver = false

  constructor(emulator: Emulator) {
    this.#emulator = emulator
  }

  /** Bytes that are not drawn yet. */
  get waitingBytes(): number {
    return this.#waitingBytes
  }

  write(bytes: Uint8Array, drawn?: () => void): void {
    for (let from = 0; from < bytes.length || from === 0; from += SLICE_BYTES) {
      const slice = bytes.subarray(from, from + SLICE_BYTES)
      const isLast = from + SLICE_BYTES >= bytes.length
      this.#waitingBytes += slice.length
      this.#steps.push({ bytes: slice, drawn: isLast ? drawn : undefined })
    }
    this.#next()
  }

  /** Does something when everything before it is drawn. */
  act(act: () => void): void {
    this.#steps.push({ act })
    this.#next()
  }

  resize(columns: number, rows: number): void {
    this.act(() => {
      const size = boundedSize(columns, rows)
      if (size.columns !== this.#emulator.cols || size.rows !== this.#emulator.rows)
        this.#emulator.resize(size.columns, size.rows)
    })
  }

  /** A new, empty screen of this size. */
  begin(columns: number, rows: number): void {
    // A reset leaves the emulator within the sequence that was begun.
    this.write(CANCEL)
    this.act(() => {
      this.#controls = new BoundedControls()
      this.#emulator.reset()
    })
    this.resize(columns, rows)
  }

  /** Forgets what is not drawn yet; who waits for it is not told. */
  drop(): void {
    this.#steps = []
    this.#waitingBytes = 0
  }

  end(): void {
    this.#isOver = true
    this.drop()
  }

  #next(): void {
    while (!this.#isDrawing && !this.#isOver) {
      const step = this.#steps.shift()
      if (step === undefined) return
      if ('act' in step) step.act()
      else this.#draw(step.bytes, step.drawn)
    }
  }

  /** Small stretches that wait are drawn together: an emulator pauses after each call. */
  #draw(bytes: Uint8Array, drawn: (() => void) | undefined): void {
    const parts = [bytes]
    const told = [drawn]
    let length = bytes.length
    for (;;) {
      const next = this.#steps[0]
      if (next === undefined || 'act' in next || length + next.bytes.length > SLICE_BYTES) break
      this.#steps.shift()
      parts.push(next.bytes)
      told.push(next.drawn)
      length += next.bytes.length
    }
    const size = { columns: this.#emulator.cols, rows: this.#emulator.rows }
    const safe = this.#controls.pass(parts.length === 1 ? bytes : joined(parts, length), size)
    this.#isDrawing = true
    this.#emulator.write(safe, () => {
      this.#isDrawing = false
      this.#waitingBytes = Math.max(0, this.#waitingBytes - length)
      if (this.#isOver) return
      for (const tell of told) tell?.()
      this.#next()
    })
  }
}

export const boundedSize = (columns: number, rows: number) => ({
  columns: Math.min(Math.max(columns, 2), TERMINAL_COLS_MAX),
  rows: Math.min(Math.max(rows, 1), TERMINAL_ROWS_MAX),
})

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const all = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}
