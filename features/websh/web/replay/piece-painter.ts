import { PieceTrack, readVarints } from '../../common/piece.ts'
import type { ScreenQueue } from '../screen/screen-queue.ts'
import { HOLE, type LinePiece } from './piece-line.ts'

/** What pieces said beside what they drew. */
export interface Told {
  /** Keys that were typed unseen, and when. */
  masked?: { readonly keys: number; readonly at: number }
  /** Bytes that were lost, and when. */
  lost?: { readonly bytes: number; readonly at: number }
}

const ECHO_MILLISECONDS = 250
const [CR, LF] = [13, 10]
const isOutput = ({ track }: LinePiece) => track === PieceTrack.output

/** Puts pieces on a screen. */
export class PiecePainter {
  readonly #queue: Pick<ScreenQueue, 'write' | 'resize' | 'begin' | 'act'>
  readonly #resized: (columns: number, rows: number) => void
  /** Keys that nothing was printed for yet. */
  #hiddenKeys = 0

  constructor(
    queue: Pick<ScreenQueue, 'write' | 'resize' | 'begin' | 'act'>,
    resized: (columns: number, rows: number) => void,
  ) {
    this.#queue = queue
    this.#resized = resized
  }

  /**
   * @param next pieces that follow, as far as they are known
   * @throws RangeError when a piece holds what no encoder writes
   */
  paint(pieces: readonly LinePiece[], next: readonly LinePiece[]): Told {
    const told: Told = {}
    for (const [index, piece] of pieces.entries()) {
      if (piece.track === PieceTrack.output) {
        this.#hiddenKeys = 0
        this.#queue.write(piece.content)
      } else if (piece.track === PieceTrack.resize) this.#resize(piece)
      else if (piece.track === HOLE) {
        // What stood on the screen went with what was removed.
        const [columns = 0, rows = 0] = readVarints(piece.content, 2)
        this.#queue.begin(columns, rows)
        this.#queue.act(() => this.#resized(columns, rows))
      } else if (piece.track === PieceTrack.note) this.#note(piece, told)
      else if (piece.track === PieceTrack.masked)
        this.#mask(piece, pieces.slice(index + 1).find(isOutput) ?? next.find(isOutput), told)
    }
    return told
  }

  #resize({ content }: LinePiece): void {
    const [columns = 0, rows = 0] = readVarints(content, 2)
    this.#queue.resize(columns, rows)
    this.#queue.act(() => this.#resized(columns, rows))
  }

  /**
   * Line editors switch the terminal's echo off too and print each key themselves: those keys are seen. A prompt for a
   * password prints nothing, or the end of the line.
   * @param answer what was printed next
   */
  #mask({ content, at }: LinePiece, answer: LinePiece | undefined, told: Told): void {
    const [keys = 0] = readVarints(content, 1)
    const isEchoed =
      answer !== undefined &&
      answer.at - at <= ECHO_MILLISECONDS &&
      answer.content[0] !== CR &&
      answer.content[0] !== LF
    if (isEchoed) return
    this.#hiddenKeys += keys
    // One key alone is Enter.
    if (this.#hiddenKeys > 1) told.masked = { keys: this.#hiddenKeys, at }
  }

  #note({ content, at }: LinePiece, told: Told): void {
    try {
      const note = JSON.parse(new TextDecoder().decode(content)) as { note?: unknown; bytes?: unknown } | null
      if (note?.note === 'lost' && typeof note.bytes === 'number') told.lost = { bytes: note.bytes, at }
    } catch {
      // A note that cannot be read says nothing here; the stream goes on behind it.
    }
  }
}
