import type { BlobStore } from '../../../base/server/blobs/blob-store.ts'
import { prepared } from '../../../base/server/prepared.ts'
import type { StreamSink } from '../../../wire/server/agent-link.ts'
import { gather } from './gather.ts'
import { type OutputRow, OutputSink, type WholeOutput } from './output-sink.ts'
import { OutputWriter } from './output-writer.ts'
import type { CommandsParts } from './parts.ts'
import { Previews } from './previews.ts'
import type { TailRing } from './tail-ring.ts'

/** Bytes of output at the start and at the end that are kept in rows. */
export const HEAD_BYTES = 512 * 1024
export const TAIL_BYTES = 512 * 1024
/** Rows at each end: a program that turns from stdout to stderr with every byte gets no more. */
export const END_ROWS = 8192

interface FoundRow extends OutputRow {
  readonly server_id: string
  readonly output_sha256: string | null
}

const found = prepared<FoundRow>(
  'command_output_found',
  `select id, server_id, stream_offset, output_length, output_blob, output_sha256
     from command where id = any($1::uuid[])`,
)

/** The outputs that are arriving, by command. */
export class CommandOutputs {
  readonly #parts: Pick<CommandsParts, 'db' | 'blobs' | 'bus' | 'now' | 'log'>
  readonly #open = new Map<string, OutputSink>()
  readonly #writer: OutputWriter
  readonly #previews: Previews
  readonly #find: (commandId: string) => Promise<FoundRow | undefined>

  constructor(parts: Pick<CommandsParts, 'db' | 'blobs' | 'bus' | 'now' | 'log'>) {
    this.#parts = parts
    this.#writer = new OutputWriter(parts)
    this.#previews = new Previews(parts)
    this.#find = gather(async (ids) => {
      const { rows } = await parts.db.executeQuery(found(ids))
      return new Map(rows.map((row) => [row.id, row]))
    })
  }

  get blobs(): BlobStore {
    return this.#parts.blobs
  }

  /** A sink for the output of a command of this server; undefined when there is none, or it has all it will get. */
  async open(serverId: string, commandId: string): Promise<StreamSink | undefined> {
    const row = await this.#find(commandId)
    if (row?.server_id !== serverId || row.output_sha256 !== null) return undefined
    await this.#open.get(commandId)?.close()
    const to = { writer: this.#writer, previews: this.#previews }
    const sink = await OutputSink.open(this.#parts, to, row, () => {
      if (this.#open.get(commandId) === sink) this.#open.delete(commandId)
    })
    this.#open.set(commandId, sink)
    return sink
  }

  /** The newest part of an output that is still arriving. */
  liveTail(commandId: string): TailRing | undefined {
    return this.#open.get(commandId)?.tail
  }

  /**
   * Closes an output: nothing more comes. Keeps its end in rows, where it is not there already.
   * @returns null where it is complete already, or not of this server
   */
  async complete(commandId: string, serverId: string): Promise<WholeOutput | null> {
    const open = this.#open.get(commandId) ?? (await this.open(serverId, commandId))
    if (open === undefined) return null
    const sink = this.#open.get(commandId)!
    const whole = await sink.complete()
    this.#open.delete(commandId)
    return whole
  }

  async close(): Promise<void> {
    await Promise.all([...this.#open.values()].map((sink) => sink.close()))
    await this.#previews.close()
  }
}
