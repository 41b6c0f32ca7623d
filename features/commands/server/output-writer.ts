import type { Kysely } from 'kysely'
import type { Database } from '../../../base/server/database.ts'
import { prepared } from '../../../base/server/prepared.ts'
import type { Placed } from './tail-ring.ts'

/** What is durable of one output, and the stretches that are new in rows. */
export interface KeptOutput {
  readonly id: string
  readonly streamOffset: number
  readonly length: number
  readonly blob: string | null
  readonly head: readonly Placed[]
}

interface Waiting {
  readonly kept: KeptOutput
  readonly done: () => void
  readonly failed: (error: unknown) => void
}

const BATCH_OUTPUTS = 500
const BATCH_STRETCHES = 20_000

const statement = (alsoKept: string) => `
  with locked as materialized (
    select id from command where id = any($1::uuid[]) order by id for no key update)${alsoKept}
  update command c set stream_offset = v.stream_offset, output_length = v.length, output_blob = v.blob, heard_at = $5
  from unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::text[]) as v (id, stream_offset, length, blob)
    join locked on locked.id = v.id
  where c.id = v.id`
const moved = prepared('command_output_moved', statement(''))
const keptAndMoved = prepared(
  'command_output_kept',
  statement(`, kept as (
    insert into command_output (command_id, start, track, at, bytes)
    select * from unnest($6::uuid[], $7::bigint[], $8::smallint[], $9::timestamptz[], $10::bytea[]))`),
)

/**
 * Writes down what arrived of all outputs: one statement at a time, and while it runs the next batch gathers. Each of
 * a thousand commands a second costs a share of a commit instead of one.
 */
export class OutputWriter {
  readonly #db: Kysely<Database>
  readonly #now: () => Date
  #waiting: Waiting[] = []
  #isRunning = false

  constructor({ db, now }: { db: Kysely<Database>; now: () => Date }) {
    this.#db = db
    this.#now = now
  }

  /** Resolves when it is committed. One output has at most one call under way. */
  keep(kept: KeptOutput): Promise<void> {
    return new Promise((done, failed) => {
      this.#waiting.push({ kept, done, failed })
      if (!this.#isRunning) void this.#run()
    })
  }

  async #run(): Promise<void> {
    this.#isRunning = true
    // What arrives in the same turn of the loop belongs into the same statement.
    await new Promise((resolve) => setImmediate(resolve))
    while (this.#waiting.length > 0) {
      const batch = this.#take()
      try {
        await this.#write(batch.map(({ kept }) => kept))
        for (const { done } of batch) done()
      } catch (error) {
        if (batch.length === 1) batch[0]!.failed(error)
        // One of them may be to blame: none of the others pays for it.
        else for (const { kept, done, failed } of batch) await this.#write([kept]).then(done, failed)
      }
    }
    this.#isRunning = false
  }

  #take(): Waiting[] {
    let stretches = 0
    let count = 0
    for (const { kept } of this.#waiting) {
      stretches += kept.head.length
      if (count > 0 && (count >= BATCH_OUTPUTS || stretches > BATCH_STRETCHES)) break
      count++
    }
    return this.#waiting.splice(0, count)
  }

  /** Rows are locked in the order of their ids, as reports lock them: two batches never wait for each other in a circle. */
  async #write(batch: readonly KeptOutput[]): Promise<void> {
    const column = <K extends keyof KeptOutput>(name: K) => batch.map((kept) => kept[name])
    const stretches = batch.flatMap(({ id, head }) => head.map((placed) => ({ id, ...placed })))
    const values = [column('id'), column('streamOffset'), column('length'), column('blob'), this.#now()]
    await this.#db.executeQuery(
      stretches.length === 0
        ? moved(...values)
        : keptAndMoved(
            ...values,
            stretches.map(({ id }) => id),
            stretches.map(({ start }) => start),
            stretches.map(({ track }) => track),
            stretches.map(({ at }) => at),
            stretches.map(({ bytes }) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)),
          ),
    )
  }
}
