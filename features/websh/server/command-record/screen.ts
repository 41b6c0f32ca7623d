import { Unicode11Addon } from '@xterm/addon-unicode11'
import headless, { type IBufferCell, type IMarker, type Terminal } from '@xterm/headless'

/** Beyond these a recording's size is cut: no person reads a wider screen, and a hostile one must not cost memory. */
const MOST_COLS = 500
const MOST_ROWS = 300
/** Rows kept above the screen, so that a line longer than the screen can still be read whole. */
const KEPT_ROWS = 1200
const MOST_ALLOWANCE = 20_000

/** A cell of the buffer: rows count from the oldest row kept, columns from 0. */
export interface Position {
  readonly row: number
  readonly col: number
}

/** A position that moves with the text it stands on. */
export interface Anchor {
  readonly position: Position | undefined
  readonly release: () => void
}

/** Cells to read: a screen, or a part of one that is a screen to the program in it. */
export interface View {
  readonly cols: number
  readonly rows: number
  /** Its first row. */
  readonly top: number
  readonly isAlternate: boolean
  readonly cursor: Position
  anchor(position: Position): Anchor
  /** Whether the row goes on with the text of the row above it. */
  isWrapped(row: number): boolean
  /** The row on which the text that goes through this row begins. */
  lineStart(row: number): number
  /** The text of some cells of a row; a cell nothing was written to is a blank. */
  text(row: number, from?: number, to?: number): string
  /** Whether something, if only a blank, was written to the cell. */
  isWritten(row: number, col: number): boolean
  /** Whether the cell is in the grey or dim in which shells show what they merely suggest. */
  isFaint(row: number, col: number): boolean
  /** Columns the character in the cell takes: 2 for a wide one, 0 for the second half of one. */
  width(row: number, col: number): number
}

/** Called while output is being worked in, at the very moment, when the screen is as the program left it so far. */
export interface ScreenListener {
  /** The cursor has just gone down a row; what was written before stands above it. */
  readonly lineFed: () => void
  /** Bracketed paste (mode 2004) is being switched. */
  readonly bracketed: (isOn: boolean) => void
  /** An operating system command (OSC) 133 or 633. */
  readonly marked: (code: 133 | 633, data: string) => void
  /** Text got a style. */
  readonly styled: () => void
  /** All from the cursor on is being erased, or more. */
  readonly erased: () => void
  /** The cursor is being sent to the first cell, as before the screen is cleared. */
  readonly sentHome: () => void
}

/** What a recording shows, cell by cell, read synchronously. */
export class Screen implements View {
  readonly #terminal: Terminal
  readonly #cell: IBufferCell
  /** Rows that may still be moved by counts: as many as a program moves that writes what it shows, and no more. */
  #allowance = MOST_ALLOWANCE

  constructor(cols: number, rows: number, listener: ScreenListener) {
    this.#terminal = new headless.Terminal({
      cols: within(cols, 2, MOST_COLS),
      rows: within(rows, 2, MOST_ROWS),
      scrollback: KEPT_ROWS,
      allowProposedApi: true,
      logLevel: 'off',
    })
    // Shells ask the C library, which has known the widths of Unicode 11 for years.
    this.#terminal.loadAddon(new Unicode11Addon() as never)
    this.#terminal.unicode.activeVersion = '11'
    this.#cell = this.#terminal.buffer.active.getNullCell()
    this.#listen(listener)
  }

  #listen({ lineFed, bracketed, marked, styled, erased, sentHome }: ScreenListener): void {
    const { parser } = this.#terminal
    this.#terminal.onLineFeed(lineFed)
    // A handler that answers false lets the emulator do its own.
    const seen = (act: () => void) => () => {
      act()
      return false
    }
    for (const [final, isOn] of [
      ['h', true],
      ['l', false],
    ] as const) {
      parser.registerCsiHandler({ prefix: '?', final }, (params) => {
        if (params.includes(2004)) bracketed(isOn)
        return false
      })
    }
    for (const code of [133, 633] as const) {
      parser.registerOscHandler(code, (data) => {
        marked(code, data)
        return true
      })
    }
    parser.registerCsiHandler({ final: 'm' }, seen(styled))
    parser.registerCsiHandler({ final: 'J' }, seen(erased))
    parser.registerCsiHandler({ final: 'H' }, (params) => {
      if (params.every((param) => Number(param) <= 1)) sentHome()
      return false
    })
    // Repeating, inserting, deleting, scrolling and tabbing take their time per count: what is beyond any screen is not done.
    for (const final of 'LMSTIZb') {
      parser.registerCsiHandler({ final }, (params) => {
        const count = Number(params[0]) || 1
        this.#allowance -= count
        return count > MOST_COLS || this.#allowance < 0
      })
    }
  }

  /** Works the bytes in before it returns. */
  write(bytes: Uint8Array): void {
    this.#allowance = Math.min(this.#allowance + 2 * bytes.length, MOST_ALLOWANCE)
    // The emulator works what follows a key in at once, and everything else a moment later.
    this.#terminal.input('')
    this.#terminal.write(bytes)
  }

  resize(cols: number, rows: number): void {
    this.#terminal.resize(within(cols, 2, MOST_COLS), within(rows, 2, MOST_ROWS))
  }

  dispose(): void {
    this.#terminal.dispose()
  }

  get cols(): number {
    return this.#terminal.cols
  }

  get rows(): number {
    return this.#terminal.rows
  }

  get isAlternate(): boolean {
    return this.#terminal.buffer.active.type === 'alternate'
  }

  /** Whether keys are asked for as applications want them (DECCKM): of shells, zsh does while it edits a line. */
  get isApplicationKeys(): boolean {
    return this.#terminal.modes.applicationCursorKeysMode
  }

  get cursor(): Position {
    const { baseY, cursorY, cursorX } = this.#terminal.buffer.active
    return { row: baseY + cursorY, col: Math.min(cursorX, this.cols) }
  }

  /** The first row of the screen itself. */
  get top(): number {
    return this.#terminal.buffer.active.baseY
  }

  anchor({ row, col }: Position): Anchor {
    // The alternate screen has no rows above it and no markers: its rows stay where they are.
    const marker: IMarker | undefined = this.isAlternate
      ? undefined
      : this.#terminal.registerMarker(row - this.cursor.row)
    if (marker === undefined) return { position: { row, col }, release: () => {} }
    return {
      get position() {
        return marker.isDisposed || marker.line < 0 ? undefined : { row: marker.line, col }
      },
      release: () => marker.dispose(),
    }
  }

  /** Whether the row goes on with the text of the row above it. */
  isWrapped(row: number): boolean {
    return this.#terminal.buffer.active.getLine(row)?.isWrapped ?? false
  }

  /** The row on which the text that goes through this row begins. */
  lineStart(row: number): number {
    let start = row
    while (start > 0 && this.isWrapped(start)) start--
    return start
  }

  /** The text of some cells of a row; a cell nothing was written to is a blank. */
  text(row: number, from = 0, to = this.cols): string {
    const line = this.#terminal.buffer.active.getLine(row)
    if (line === undefined) return ''
    let text = ''
    for (let col = from; col < to; col++) {
      const cell = line.getCell(col, this.#cell)
      if (cell === undefined) break
      if (cell.getWidth() > 0) text += cell.getChars() || ' '
    }
    return text
  }

  /** Whether something, if only a blank, was written to the cell. */
  isWritten(row: number, col: number): boolean {
    const cell = this.#terminal.buffer.active.getLine(row)?.getCell(col, this.#cell)
    return cell !== undefined && (cell.getCode() !== 0 || cell.getWidth() === 0)
  }

  /** Whether the cell is in the grey or dim in which shells show what they merely suggest. */
  isFaint(row: number, col: number): boolean {
    const cell = this.#terminal.buffer.active.getLine(row)?.getCell(col, this.#cell)
    if (cell === undefined || cell.getCode() === 0) return false
    if (cell.isDim()) return true
    const color = cell.getFgColor()
    if (cell.isFgPalette())
      return color === 8 || color === 59 || color === 102 || (color >= 236 && color <= 249)
    const [red, green, blue] = [color >> 16, (color >> 8) & 0xff, color & 0xff] as const
    return (
      cell.isFgRGB() && Math.max(red, green, blue) - Math.min(red, green, blue) < 24 && red > 40 && red < 180
    )
  }

  /** Columns the character in the cell takes: 2 for a wide one, 0 for the second half of one. */
  width(row: number, col: number): number {
    return this.#terminal.buffer.active.getLine(row)?.getCell(col, this.#cell)?.getWidth() ?? 1
  }
}

const within = (value: number, least: number, most: number): number =>
  Number.isFinite(value) ? Math.min(Math.max(Math.trunc(value), least), most) : least
