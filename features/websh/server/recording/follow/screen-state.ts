import { SerializeAddon } from '@xterm/addon-serialize'
import { Unicode11Addon } from '@xterm/addon-unicode11'
import headless, { type Terminal } from '@xterm/headless'
import { BoundedControls } from '../../../common/bounded-controls.ts'
import { PieceReader, PieceTrack, readVarints } from '../../../common/piece.ts'
import { LineCollector } from './line-collector.ts'

/** A hostile size must not cost memory: nobody reads a wider screen. */
const COLUMNS_MAX = 1000
const ROWS_MAX = 500
/** Bytes drawn between two looks, and lines kept above the screen: no line scrolls away unseen. */
const LOOK_BYTES = 4096
const SCROLLBACK = 5000
const CELL_BYTES = 12

export interface Size {
  readonly columns: number
  readonly rows: number
}

export const boundedSize = ({ columns, rows }: Size): Size => ({
  columns: Math.min(Math.max(columns, 2), COLUMNS_MAX),
  rows: Math.min(Math.max(rows, 1), ROWS_MAX),
})

/** What a recording shows at one moment, from its pieces. */
export class ScreenState {
  readonly terminal: Terminal
  readonly lines: LineCollector
  readonly #serializer: SerializeAddon
  readonly #bounded = new BoundedControls()
  #isCursorHidden = false

  constructor(size: Size) {
    const { columns, rows } = boundedSize(size)
    this.terminal = new headless.Terminal({
      cols: columns,
      rows,
      scrollback: SCROLLBACK,
      allowProposedApi: true,
      logLevel: 'off',
    })
    // Shells ask the C library, which has known the widths of Unicode 11 for years.
    this.terminal.loadAddon(new Unicode11Addon() as never)
    this.terminal.unicode.activeVersion = '11'
    this.#serializer = new SerializeAddon()
    this.terminal.loadAddon(this.#serializer as never)
    for (const [final, isHidden] of [
      ['h', false],
      ['l', true],
    ] as const)
      this.terminal.parser.registerCsiHandler({ prefix: '?', final }, (parameters) => {
        if (parameters.includes(25)) this.#isCursorHidden = isHidden
        return false
      })
    this.lines = new LineCollector(this.terminal)
  }

  get size(): Size {
    return { columns: this.terminal.cols, rows: this.terminal.rows }
  }

  /** What its lines take, with those above the screen. */
  get heldBytes(): number {
    return this.terminal.buffer.normal.length * this.terminal.cols * CELL_BYTES
  }

  /** Bytes a terminal of this size can be brought to the same screen with. */
  serialize(): string {
    return `${this.#serializer.serialize({ scrollback: 0 })}${this.#isCursorHidden ? '\x1b[?25l' : ''}`
  }

  /** Works the bytes in before it returns. */
  write(bytes: Uint8Array | string): void {
    // The emulator works what follows a key in at once, and everything else a moment later.
    this.terminal.input('')
    this.terminal.write(typeof bytes === 'string' ? bytes : this.#bounded.pass(bytes, this.size))
  }

  resize(size: Size): void {
    const { columns, rows } = boundedSize(size)
    this.terminal.resize(columns, rows)
    this.lines.restart()
  }

  /**
   * Shows whole pieces; what is typed shows only as the terminal answers it.
   * @param milliseconds time of the piece before the first one
   * @param look called after every few lines: none has scrolled out of reach
   */
  show(bytes: Uint8Array, milliseconds = 0, look: (at: number) => void = (at) => this.lines.look(at)): void {
    for (const { track, at, content } of new PieceReader({ at: milliseconds, offset: 0 }).read(bytes)) {
      if (track === PieceTrack.output)
        for (let from = 0; from < content.length; from += LOOK_BYTES) {
          this.write(content.subarray(from, from + LOOK_BYTES))
          look(at)
        }
      if (track === PieceTrack.resize) {
        const [columns, rows] = readVarints(content, 2)
        this.resize({ columns: columns!, rows: rows! })
      }
    }
  }

  dispose(): void {
    this.terminal.dispose()
  }
}
