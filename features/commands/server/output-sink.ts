import { createHash, type Hash } from 'node:crypto'
import type { BlobWriter } from '../../../base/server/blobs/blob-store.ts'
import type { StreamSink } from '../../../wire/server/agent-link.ts'
import type { OutputWriter } from './output-writer.ts'
import { END_ROWS, HEAD_BYTES, TAIL_BYTES } from './outputs.ts'
import { ANY_COMMAND, type CommandsParts, oneCommand } from './parts.ts'
import { encodePiece, type Piece, PieceReader } from './piece-reader.ts'
import type { Previews } from './previews.ts'
import { type Placed, TailRing } from './tail-ring.ts'

type SinkParts = Pick<CommandsParts, 'db' | 'blobs' | 'bus' | 'now' | 'log'>

export interface OutputRow {
  readonly id: string
  readonly stream_offset: number
  readonly output_length: number
  readonly output_blob: string | null
}

/** What an output leaves when it is complete. */
export interface WholeOutput {
  /** Hexadecimal, of the kept bytes; null where there are none. */
  readonly sha256: string | null
  /** Its first 200 characters. */
  readonly preview: string
}

const PREVIEW_CHARACTERS = 200
export const blobNameOf = (commandId: string) => `output/${commandId.slice(-2)}/${commandId}`

/**
 * Takes one command's output stream. The offset it answers is durable and always lies between two pieces: the first
 * 512 KiB go into rows, and once there is more, everything goes into a blob as well, in the form it came in.
 */
export class OutputSink implements StreamSink {
  readonly tail = new TailRing(TAIL_BYTES, END_ROWS)
  readonly #parts: SinkParts
  readonly #writer: OutputWriter
  readonly #previews: Previews
  readonly #id: string
  readonly #closed: () => void
  readonly #hash: Hash = createHash('sha256')
  readonly #reader: PieceReader
  #blob: BlobWriter | undefined
  #isClosed = false
  #length: number
  /** How much of the output is in rows at its start. */
  #headRows = 0
  #headEnd = 0
  #preview = ''
  #isPreviewNew = false
  #isComplete = false

  private constructor(
    parts: SinkParts,
    to: { readonly writer: OutputWriter; readonly previews: Previews },
    row: OutputRow,
    closed: () => void,
  ) {
    this.#parts = parts
    this.#writer = to.writer
    this.#previews = to.previews
    this.#id = row.id
    this.#closed = closed
    this.#reader = new PieceReader(row.stream_offset)
    this.#length = 0
  }

  /** Continues where the durable part ends; what a crash left beyond it is cut off. */
  static async open(
    parts: SinkParts,
    to: { readonly writer: OutputWriter; readonly previews: Previews },
    row: OutputRow,
    closed: () => void,
  ): Promise<OutputSink> {
    const sink = new OutputSink(parts, to, row, closed)
    if (row.output_blob !== null) {
      const blob = await parts.blobs.append(row.output_blob)
      sink.#blob = blob
      try {
        if (blob.length > row.stream_offset) await blob.truncate(row.stream_offset)
        const reader = new PieceReader(0)
        for await (const bytes of parts.blobs.read(row.output_blob))
          for (const piece of reader.push(bytes)) sink.#count(piece)
      } catch (error) {
        await blob.close()
        throw error
      }
    }
    // Rows of output are written with the offset behind them: at nought there are none.
    else if (row.stream_offset > 0) for (const placed of await headRows(parts, row.id)) sink.#count(placed)
    sink.#length = row.output_length
    sink.#showPreview()
    return sink
  }

  get offset(): number {
    return this.#reader.wholeBytes
  }

  get isComplete(): boolean {
    return this.#isComplete
  }

  async write(payload: Uint8Array, offset: number): Promise<number> {
    if (this.#isComplete || offset !== this.#reader.takenBytes) return this.offset
    const pieces = this.#reader.push(payload)
    if (pieces.length === 0) return this.offset
    const head: Placed[] = []
    let blobBytes: Uint8Array[] = []
    if (this.#blob === undefined && !this.#fitsHead(pieces)) blobBytes = await this.#startBlob()
    for (const piece of pieces) {
      if (this.#blob) blobBytes.push(encodePiece(piece))
      const placed = this.#count(piece)
      if (placed) head.push(placed)
    }
    if (this.#blob) {
      await this.#blob.write(Buffer.concat(blobBytes))
      await this.#blob.sync()
    }
    await this.#keep(head)
    return this.offset
  }

  async complete(): Promise<WholeOutput> {
    this.#isComplete = true
    this.#previews.ended(this.#id)
    const { db } = this.#parts
    const last = this.#blob ? this.tail.from(this.#headEnd) : []
    if (last.length > 0)
      await db
        .insertInto('command_output')
        .values(last.map((placed) => rowOf(this.#id, placed)))
        .onConflict((conflict) => conflict.doNothing())
        .execute()
    await this.#blob?.close()
    this.#blob = undefined
    const sha256 = this.#length === 0 ? null : this.#hash.digest('hex')
    return { sha256, preview: this.#preview.toWellFormed() }
  }

  async close(): Promise<void> {
    this.#closed()
    this.#isClosed = true
    await this.#blob?.close()
    this.#blob = undefined
  }

  /** What came before goes first into the blob, so that it holds the whole stream. */
  async #startBlob(): Promise<Uint8Array[]> {
    const blob = await this.#parts.blobs.append(blobNameOf(this.#id))
    if (this.#isClosed) {
      await blob.close()
      throw new Error('the link of this output ended meanwhile')
    }
    this.#blob = blob
    await blob.truncate(0)
    return (await headRows(this.#parts, this.#id)).map(encodePiece)
  }

  #fitsHead(pieces: readonly Piece[]): boolean {
    return this.#length + lengthOf(pieces) <= HEAD_BYTES && this.#headRows + pieces.length <= END_ROWS
  }

  /** @returns what of the piece belongs into the rows of the head */
  #count(piece: Piece): Placed | undefined {
    if (piece.track === 9) {
      this.#length += piece.skipped
      return undefined
    }
    const start = this.#length
    this.#hash.update(piece.bytes)
    this.tail.push(piece, start)
    this.#length += piece.bytes.length
    if (this.#preview.length < PREVIEW_CHARACTERS) {
      this.#isPreviewNew = true
      this.#preview = (
        this.#preview + Buffer.from(piece.bytes.subarray(0, 800)).toString('utf8').replaceAll('\0', '\u2400')
      ).slice(0, PREVIEW_CHARACTERS)
    }
    const bytes = piece.bytes.subarray(0, Math.max(0, HEAD_BYTES - start))
    if (bytes.length === 0 || this.#headRows >= END_ROWS) return undefined
    this.#headRows++
    this.#headEnd = start + bytes.length
    return { start, track: piece.track, at: piece.at, bytes }
  }

  async #keep(head: readonly Placed[]): Promise<void> {
    const { bus } = this.#parts
    await this.#writer.keep({
      id: this.#id,
      streamOffset: this.offset,
      length: this.#length,
      blob: this.#blob ? blobNameOf(this.#id) : null,
      head,
    })
    this.#showPreview()
    bus.publish(oneCommand(this.#id))
    bus.publish(ANY_COMMAND, this.#id)
  }

  #showPreview(): void {
    if (!this.#isPreviewNew || this.#isComplete) return
    this.#isPreviewNew = false
    this.#previews.changed(this.#id, this.#preview.toWellFormed())
  }
}

const lengthOf = (pieces: readonly Piece[]) =>
  pieces.reduce((sum, piece) => sum + (piece.track === 9 ? piece.skipped : piece.bytes.length), 0)

const rowOf = (command_id: string, { start, track, at, bytes }: Placed) => ({
  command_id,
  start,
  track,
  at,
  bytes: Buffer.from(bytes),
})

const headRows = ({ db }: SinkParts, id: string) =>
  db
    .selectFrom('command_output')
    .select(['start', 'track', 'at', 'bytes'])
    .where('command_id', '=', id)
    .orderBy('start')
    .execute()
