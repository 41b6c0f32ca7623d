import type { Selectable } from 'kysely'
import type { Database } from '../../../../base/server/database.ts'
import { PieceReader } from '../../common/piece.ts'
import { LiveFile, liveName } from './live-file.ts'
import { liveLayout } from './live-starts.ts'
import { readRange } from './pack.ts'
import { type Ending, type RecordedTerminal, Recorder, type RecorderParts } from './recorder.ts'
import { recoverLive } from './recover-live.ts'
import { SEGMENT_MILLISECONDS_MAX, Segmenter } from './segmenter.ts'
import './tables.ts'

/** A new recording, as its first row says it. */
export interface NewRecording extends RecordedTerminal {
  readonly startedAt: Date
  readonly columns: number
  readonly rows: number
}

const BEAT_MILLISECONDS = 250

/** The recordings that are being written by this server, by terminal. */
export class Recordings {
  readonly #parts: RecorderParts
  readonly #onGrown: (terminalId: string) => void
  readonly #open = new Map<string, Recorder>()
  /** How far each had come when that was last told. */
  readonly #told = new Map<string, number>()
  readonly #opening = new Map<string, Promise<Recorder>>()
  #beat: NodeJS.Timeout | undefined

  /** @param onGrown called when more of a recording is on disk, at most four times a second for each, and when it ended */
  constructor(parts: RecorderParts, onGrown: (terminalId: string) => void = () => {}) {
    this.#parts = parts
    this.#onGrown = onGrown
  }

  start(): void {
    this.#beat = setInterval(() => this.beat(this.#parts.now()), BEAT_MILLISECONDS)
    this.#beat.unref()
  }

  /** Closes segments that have been open for ten seconds, and tells what has grown. */
  beat(now: Date): void {
    for (const [id, recorder] of this.#open) {
      recorder.beat(now, SEGMENT_MILLISECONDS_MAX)
      if (this.#told.get(id) === recorder.offset) continue
      this.#told.set(id, recorder.offset)
      this.#onGrown(id)
    }
  }

  /** The recorder of a terminal that is being recorded here now. */
  of(terminalId: string): Recorder | undefined {
    return this.#open.get(terminalId)
  }

  /** Begins a recording, or goes on with it where the bytes on disk end. @throws Error when it is closed already */
  open(recording: NewRecording): Promise<Recorder> {
    const known = this.#open.get(recording.id)
    if (known) return Promise.resolve(known)
    let opening = this.#opening.get(recording.id)
    if (opening === undefined) {
      opening = this.#begin(recording).finally(() => this.#opening.delete(recording.id))
      this.#opening.set(recording.id, opening)
    }
    return opening
  }

  /** Ends a recording with what is on disk, also one whose recorder failed or that nobody has open. One that has ended stays so. */
  async end(recording: NewRecording, how: Ending, why: string | null = null): Promise<void> {
    const known = this.#open.get(recording.id)
    if (known?.failure) await known.close()
    if (known === undefined && (await this.#isOver(recording.id))) return
    const recorder = await this.open(recording)
    await recorder.end(how, why)
  }

  /** Lets go of everything; what is open goes on after the next start. */
  async stop(): Promise<void> {
    clearInterval(this.#beat)
    await Promise.all([...this.#open.values()].map((recorder) => recorder.close()))
  }

  async #begin(recording: NewRecording): Promise<Recorder> {
    const { db, blobs } = this.#parts
    await db
      .insertInto('recording')
      .values({
        terminal_id: recording.id,
        operator_id: recording.actor.id,
        server_id: recording.server?.id ?? null,
        started_at: recording.startedAt,
        columns: recording.columns,
        rows: recording.rows,
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    const row = await db
      .selectFrom('recording')
      .selectAll()
      .where('terminal_id', '=', recording.id)
      .executeTakeFirstOrThrow()
    if (row.state !== 'recording') throw new Error('this recording is closed')
    const chunk = await db
      .selectFrom('recording_chunk')
      .select(['start_offset', 'blob_offset', 'blob_length'])
      .where('terminal_id', '=', recording.id)
      .orderBy('start_offset', 'desc')
      .limit(1)
      .executeTakeFirst()
    if (chunk) await blobs.remove(liveName(recording.id, chunk.start_offset))
    const storedBytes = chunk ? chunk.blob_offset + chunk.blob_length : 0
    await recoverLive(this.#parts, recording.id, row, storedBytes)
    const files: LiveFile[] = []
    try {
      return await this.#goOn(recording, row, storedBytes, files)
    } catch (error) {
      for (const file of files) await file.close()
      throw error
    }
  }

  /** @param files those that were opened are put in here */
  async #goOn(
    recording: NewRecording,
    row: Pick<Selectable<Database['recording']>, 'packed_length' | 'closed_length' | 'duration_milliseconds'>,
    storedBytes: number,
    files: LiveFile[],
  ): Promise<Recorder> {
    const layout = await liveLayout(this.#parts, recording.id, row.packed_length)
    for (const start of layout.unfinished) await this.#parts.blobs.remove(liveName(recording.id, start))
    for (const start of layout.files) files.push(await LiveFile.open(this.#parts.blobs, recording.id, start))
    const file = files.at(-1)!
    if (file.end < row.closed_length)
      throw new Error(`the end of the recording ${recording.id} is missing on disk`)

    const storedSegments = await this.#segmentCount(recording.id)
    const from = { at: row.duration_milliseconds, offset: row.closed_length }
    const segmenter = new Segmenter(new PieceReader(from), {
      no: storedSegments,
      startOffset: row.closed_length,
      fromMilliseconds: row.duration_milliseconds,
    })
    const open = await this.#openPart(file, from)
    const recorder: Recorder = new Recorder({
      parts: this.#parts,
      terminal: { id: recording.id, server: recording.server, actor: recording.actor },
      segmenter,
      files,
      chunkStarts: layout.chunks,
      storedSegments,
      closed: segmenter.take(open).closed,
      storedBytes,
      storedLength: row.closed_length,
      onEnd: () => {
        if (this.#open.get(recording.id) === recorder) this.#open.delete(recording.id)
        this.#told.delete(recording.id)
        this.#onGrown(recording.id)
      },
    })
    this.#open.set(recording.id, recorder)
    return recorder
  }

  /** What is on disk and in no closed segment. A tail no reader understands was torn by a crash: it is cut off. */
  async #openPart(file: LiveFile, closed: { at: number; offset: number }): Promise<Buffer> {
    const { blobs } = this.#parts
    const bytes = await readRange(
      blobs,
      file.name,
      closed.offset - file.startOffset,
      file.end - closed.offset,
    )
    const reader = new PieceReader(closed)
    try {
      reader.read(bytes)
      return bytes
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      await file.truncate(reader.end)
      return bytes.subarray(0, reader.end - closed.offset)
    }
  }

  async #isOver(terminalId: string): Promise<boolean> {
    const row = await this.#parts.db
      .selectFrom('recording')
      .select('state')
      .where('terminal_id', '=', terminalId)
      .executeTakeFirst()
    return row !== undefined && row.state !== 'recording'
  }

  async #segmentCount(terminalId: string): Promise<number> {
    const last = await this.#parts.db
      .selectFrom('recording_segment')
      .select('no')
      .where('terminal_id', '=', terminalId)
      .orderBy('no', 'desc')
      .limit(1)
      .executeTakeFirst()
    return last === undefined ? 0 : last.no + 1
  }
}
