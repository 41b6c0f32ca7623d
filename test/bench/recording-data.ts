import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cp, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { createGzip } from 'node:zlib'
import pino from 'pino'
import { newId } from '../../base/common/id.ts'
import { fileBlobStore } from '../../base/server/blobs/blob-store.ts'
import { type OpenDatabase, openDatabase } from '../../base/server/database.ts'
import { resolveDatabase } from '../../base/server/embedded-postgres/resolve-database.ts'
import { type Journal, openJournal } from '../../base/server/journal/journal.ts'
import { encodePiece, PieceTrack } from '../../features/websh/common/piece.ts'
import { AskedWorker } from '../../features/websh/server/recording/follow/asked-worker.ts'
import type { draw } from '../../features/websh/server/recording/follow/draw.ts'
import { ScreenFollower } from '../../features/websh/server/recording/follow/follower.ts'
import type { Screens } from '../../features/websh/server/recording/follow/screens.ts'
import { Recordings } from '../../features/websh/server/recording/recordings.ts'
import { TextBlocks } from '../../features/websh/server/recording/search/text-blocks.ts'
import { startProduct } from '../product.ts'
import { COLUMNS, castEvents, castLines, ROWS } from './cast-maker.ts'

/** A recording there is, and what the same as a cast takes. */
export interface MadeRecording {
  readonly id: string
  readonly megabytes: number
  readonly seed: number
  readonly gzippedBytes: number
  readonly castBytes: number
  /** The recording this is a copy of: it is only there to be searched. */
  readonly of?: string
}

const WRITE_BYTES = 256 * 1024
/** With copies of one of 100 MB there is about a gigabyte. */
const SEARCHED_MEGABYTES = Number(process.env['ANNALS_BENCH_SEARCHED'] ?? 1000)
const COPIED_MEGABYTES = 100

/**
 * The data of a server with recordings of these sizes and so many copies that there is a gigabyte, in the given directory; what is there
 * already stays. Made by the recorder and the follower of the product, without a server between them and without reading a cast.
 */
export async function makeRecordings(
  directory: string,
  sizes: readonly number[],
  say: (what: string) => void,
): Promise<MadeRecording[]> {
  const listPath = join(directory, 'bench.json')
  if (!existsSync(listPath)) {
    rmSync(directory, { recursive: true, force: true })
    await mkdir(directory, { recursive: true })
    await (await startProduct(directory, { ANNALS_LOCAL_AGENT: 'off' })).stop()
    writeFileSync(listPath, '[]')
  }
  const made = JSON.parse(readFileSync(listPath, 'utf8')) as MadeRecording[]
  const save = () => writeFileSync(listPath, JSON.stringify(made))
  const drawnPath = join(directory, 'bench-drawn')
  const missing = sizes.filter((size) => !made.some(({ megabytes, of }) => megabytes === size && !of))
  const whole = made.reduce((sum, { megabytes }) => sum + megabytes, 0)
  const wanted = SEARCHED_MEGABYTES - missing.reduce((sum, megabytes) => sum + megabytes, whole)
  const copied =
    Math.max(...sizes) >= COPIED_MEGABYTES ? Math.max(0, Math.round(wanted / COPIED_MEGABYTES)) : 0
  if (missing.length === 0 && copied === 0 && existsSync(drawnPath)) return made

  rmSync(drawnPath, { force: true })
  await using kitchen = await Kitchen.open(directory)
  const timed = async (what: string, act: () => Promise<unknown>) => {
    const began = performance.now()
    await act()
    say(`${what} in ${((performance.now() - began) / 1000).toFixed(0)} s`)
  }
  for (const megabytes of missing)
    await timed(`made ${megabytes} MB`, async () => {
      const seed = made.length + 1
      const measured = gzipped(megabytes * 1e6, seed)
      const id = await kitchen.make(megabytes * 1e6, seed)
      made.push({ id, megabytes, seed, ...(await measured) })
      save()
    })
  await timed('drawn', () => kitchen.drawn())
  const original = made.find(({ megabytes, of }) => megabytes === COPIED_MEGABYTES && !of)
  for (let copy = 0; copy < copied && original; copy++)
    await timed(`copied ${COPIED_MEGABYTES} MB`, async () => {
      made.push({ ...original, id: await kitchen.copy(original.id), of: original.id })
      save()
    })
  writeFileSync(drawnPath, '')
  return made
}

type KitchenParts = OpenDatabase & {
  readonly journal: Journal
  readonly recordings: Recordings
  readonly follower: ScreenFollower
  readonly screens: Screens
  readonly directory: string
}

/** What of the product makes recordings. */
class Kitchen implements AsyncDisposable {
  readonly #parts: KitchenParts
  readonly #end: AsyncDisposableStack

  private constructor(parts: KitchenParts, end: AsyncDisposableStack) {
    this.#parts = parts
    this.#end = end
  }

  static async open(directory: string): Promise<Kitchen> {
    await using opening = new AsyncDisposableStack()
    const log = pino({ level: 'warn' })
    const storage = opening.use(
      await resolveDatabase(
        { databaseUrl: undefined, postgresBin: undefined, dataDirectory: directory },
        () => {},
      ),
    )
    const database = opening.use(openDatabase({ url: storage.url }))
    const journal = opening.use(
      await openJournal({ url: storage.url, keysDirectory: join(directory, 'keys'), log }),
    )
    const parts = {
      db: database.db,
      blobs: fileBlobStore(join(directory, 'blobs')),
      log,
      now: () => new Date(),
      writeEntry: (
        tx: Parameters<Journal['recordAll']>[0],
        entry: Parameters<Journal['recordAll']>[1][number],
      ) => journal.recordAll(tx, [entry]),
      sealSoon: () => journal.poke(),
    }
    const thread = new AskedWorker<Parameters<typeof draw>[0], Awaited<ReturnType<typeof draw>>>(
      new URL('./draw-worker.ts', import.meta.url),
    )
    const ask = (each: Parameters<typeof thread.ask>[0]) => thread.ask(each)
    const screens = {
      show: ask,
      write: ask,
      sign: ask,
      join: ask,
      stop: () => thread.stop(),
    } as unknown as Screens
    const follower = new ScreenFollower(parts, screens)
    const recordings = new Recordings(parts, follower.poke)
    follower.start()
    opening.defer(() => follower.stop())
    return new Kitchen(
      Object.assign(Object.create(database), { journal, recordings, follower, screens, directory }),
      opening.move(),
    )
  }

  /** @returns the id of a recording that is whole */
  async make(bytes: number, seed: number): Promise<string> {
    const { db, recordings, follower } = this.#parts
    const admin = await db.selectFrom('person').select(['id', 'name']).executeTakeFirstOrThrow()
    const id = newId()
    const startedAt = new Date()
    const actor = { ...admin, kind: 'person' as const }
    const recorder = await recordings.open({
      ...{ id, actor, server: undefined, startedAt, columns: COLUMNS, rows: ROWS },
    })
    let at = 0
    let offset = 0
    let waiting: Uint8Array[] = []
    let waitingBytes = 0
    const flush = async () => {
      await recorder.write(Buffer.concat(waiting), offset)
      offset += waitingBytes
      waiting = []
      waitingBytes = 0
      follower.poke()
    }
    for (const { milliseconds, code, data } of castEvents(bytes, seed)) {
      const track = code === 'o' ? PieceTrack.output : PieceTrack.input
      const piece = encodePiece({ track, at: milliseconds, content: Buffer.from(data) }, at)
      at = milliseconds
      waiting.push(piece)
      waitingBytes += piece.length
      if (waitingBytes >= WRITE_BYTES) await flush()
    }
    await flush()
    await recorder.end('complete')
    await db
      .insertInto('terminal')
      .values({
        ...{
          id,
          server_id: null,
          server_name: `bench ${seed}`,
          operator_id: admin.id,
          operator_name: admin.name,
        },
        ...{ operator_kind: 'person' as const, account: null, client_type: 'import', address: '127.0.0.1' },
        ...{ client: 'bench', cols: COLUMNS, rows: ROWS, status: 'imported' as const, opened_at: startedAt },
        ...{ started_at: startedAt, ended_at: new Date(startedAt.getTime() + at), strict: false },
      })
      .execute()
    // Commands are another measurement.
    await db
      .updateTable('recording')
      .set({ are_commands_whole: true })
      .where('terminal_id', '=', id)
      .execute()
    return id
  }

  /** Resolves when everything there is was drawn and is searchable. */
  async drawn(): Promise<void> {
    const { db, follower } = this.#parts
    for (;;) {
      const behind = await db
        .selectFrom('recording')
        .select('terminal_id')
        .whereRef('screened_length', '<', 'closed_length')
        .executeTakeFirst()
      if (behind === undefined) return
      follower.poke()
      await new Promise((resolve) => setTimeout(resolve, 500))
    }
  }

  /** Everything there is of a recording once more, as another one. */
  async copy(of: string): Promise<string> {
    const { pool, db, directory, screens } = this.#parts
    const id = newId()
    await cp(join(directory, 'blobs/recordings', of), join(directory, 'blobs/recordings', id), {
      recursive: true,
    })
    const { rows: columns } = await pool.query<{ table: string; columns: string }>(
      `select table_name as "table", string_agg(quote_ident(column_name), ', ' order by ordinal_position) as columns from information_schema.columns
        where table_name = any($1) and column_name not in ('terminal_id', 'id', 'seq') group by 1`,
      [
        [
          'terminal',
          'recording',
          'recording_segment',
          'recording_chunk',
          'recording_snapshot',
          'recording_text',
        ],
      ],
    )
    // Parts refer to the recording.
    for (const table of columns.map((each) => each.table).toSorted()) {
      const names = columns.find((each) => each.table === table)!.columns
      const key = table === 'terminal' ? 'id' : 'terminal_id'
      const order = table === 'recording_text' ? 'order by seq' : ''
      await pool.query(
        `insert into ${table} (${key}, ${names}) select $1, ${names} from ${table} where ${key} = $2 ${order}`,
        [id, of],
      )
    }
    await new TextBlocks(db, screens).sign()
    return id
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end.disposeAsync()
  }
}

export function* castChunks(bytes: number, seed: number): Generator<Buffer> {
  let waiting = ''
  for (const line of castLines(bytes, seed)) {
    waiting += line
    if (waiting.length < 256 * 1024) continue
    yield Buffer.from(waiting)
    waiting = ''
  }
  yield Buffer.from(waiting)
}

async function gzipped(bytes: number, seed: number) {
  let castBytes = 0
  let gzippedBytes = 0
  const counted = Readable.from(
    (function* () {
      for (const chunk of castChunks(bytes, seed)) {
        castBytes += chunk.length
        yield chunk
      }
    })(),
  )
  for await (const chunk of counted.pipe(createGzip({ level: 6 }))) gzippedBytes += (chunk as Buffer).length
  return { castBytes, gzippedBytes }
}
