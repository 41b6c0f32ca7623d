import { rmSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { fileBlobStore } from '../../base/server/blobs/blob-store.ts'
import { openDatabase } from '../../base/server/database.ts'
import { resolveDatabase } from '../../base/server/embedded-postgres/resolve-database.ts'
import { frameAt } from '../../features/websh/server/recording/frame.ts'
import { quantile } from '../dispatch-times.ts'
import { signIn, startProduct } from '../product.ts'
import { playedByAsciinema } from './asciinema.ts'
import { castChunks, type MadeRecording, makeRecordings } from './recording-data.ts'
import { measureSearch } from './recording-search.ts'

/**
 * Recordings, docs/performance.md (h): bytes kept against gzip -6 of the same cast; the first frame and seeks, by size, at the
 * function that answers and over HTTP, against asciinema-player in Chromium, which loads the cast whole; search over a gigabyte of
 * recordings, and the same by reading all of the text.
 *
 * ANNALS_BENCH_MEGABYTES are the sizes (1,10,100,500 unless given; from 100 on there is a gigabyte to search), ANNALS_BENCH_PARTS
 * what is measured (frames,http,search), ANNALS_BENCH_PLAYED up to how many megabytes are played whole, ANNALS_BENCH_ROUNDS how often
 * each text is looked for, ANNALS_BENCH_TEXTS how many random ones. --fresh makes the data anew (1 GB under /var/tmp, many minutes),
 * --make only makes it; the next runs find it there.
 */
const { values: flags } = parseArgs({
  options: { fresh: { type: 'boolean', default: false }, make: { type: 'boolean', default: false } },
})
const sizes = (process.env['ANNALS_BENCH_MEGABYTES'] ?? '1,10,100,500').split(',').map(Number)
const SEEKS = Number(process.env['ANNALS_BENCH_SEEKS'] ?? 200)
const ROUNDS = 20
/** A page that plays a cast holds all of it, as text and parsed. */
const WHOLE_MEGABYTES = Number(process.env['ANNALS_BENCH_PLAYED'] ?? 100)
const directory = process.env['ANNALS_BENCH_DIRECTORY'] ?? '/var/tmp/annals-bench-recordings'
const milliseconds = (value: number) => `${value.toFixed(1)} ms`
const told = (times: readonly number[]) =>
  `p50 ${milliseconds(quantile([...times], 0.5))}, p95 ${milliseconds(quantile([...times], 0.95))}`

if (flags.fresh) rmSync(directory, { recursive: true, force: true })
const made = await makeRecordings(directory, sizes, (what) => console.log(what))
if (!flags.make) {
  const parts = (process.env['ANNALS_BENCH_PARTS'] ?? 'frames,http,search').split(',')
  // Data of an earlier version is brought to this one.
  await (await startProduct(directory, { ANNALS_LOCAL_AGENT: 'off' })).stop()
  if (parts.includes('frames')) await measureFrames()
  if (parts.includes('http')) await measureOverHttp()
  if (parts.includes('search'))
    await measureSearch(directory, (made.find(({ megabytes }) => megabytes === 10) ?? made[0]!).id)
}

async function measureFrames(): Promise<void> {
  await using storage = await resolveDatabase({
    databaseUrl: undefined,
    postgresBin: undefined,
    dataDirectory: directory,
  })
  await using database = openDatabase({ url: storage.url })
  const parts = { db: database.db, blobs: fileBlobStore(`${directory}/blobs`) }
  for (const recording of measured()) {
    const { id, megabytes, gzippedBytes, castBytes } = recording
    const row = await database.db
      .selectFrom('recording')
      .selectAll()
      .where('terminal_id', '=', id)
      .executeTakeFirstOrThrow()
    const first = await timed(SEEKS, () => frameAt(parts, id, 0))
    const seeks = await timed(SEEKS, () =>
      frameAt(parts, id, Math.floor(Math.random() * row.duration_milliseconds)),
    )
    console.log(
      `${megabytes} MB (${(castBytes / 1e6).toFixed(0)} MB of cast): stored ÷ gzip -6 ${(row.stored_bytes / gzippedBytes).toFixed(2)}; first frame, first time ${milliseconds(first[0]!)}, then ${told(first)}; seek ${told(seeks)}`,
    )
    console.log(`   ${await wholeInPlayer(megabytes, recording.seed, quantile([...seeks], 0.95))}`)
  }
  const { rows } = await database.pool.query<{ text: string; index: string; rows: string }>(
    `select pg_size_pretty(pg_total_relation_size('recording_text')) as text, pg_size_pretty(pg_total_relation_size('recording_text_block')) as index,
      (select count(*) from recording_text) as rows`,
  )
  console.log(`text for search ${rows[0]!.text} in ${rows[0]!.rows} rows, its signatures ${rows[0]!.index}`)
}

/** The same over HTTP: with the session, the scope and what else a request has. */
async function measureOverHttp(): Promise<void> {
  const product = await startProduct(directory, { ANNALS_LOCAL_AGENT: 'off' })
  try {
    const admin = await signIn(product.url)
    for (const { id, megabytes } of measured()) {
      const { durationMilliseconds } = await admin.ask('recording.read', { id })
      const ask = (at: number) => admin.ask('recording.frame', { id, milliseconds: String(at) })
      const first = await timed(ROUNDS, () => ask(0))
      const seeks = await timed(SEEKS, () => ask(Math.floor(Math.random() * durationMilliseconds)))
      console.log(`${megabytes} MB over HTTP: first frame ${told(first)}; seek ${told(seeks)}`)
    }
  } finally {
    await product.stop()
  }
}

/** What asciinema-player takes for the same, which loads a cast whole and plays it from its start to wherever one goes. */
async function wholeInPlayer(megabytes: number, seed: number, ourSeek: number): Promise<string> {
  if (megabytes > WHOLE_MEGABYTES) return `asciinema-player: not tried beyond ${WHOLE_MEGABYTES} MB`
  const { load, toEnd, toMiddle, residentBytes } = await playedByAsciinema([
    ...castChunks(megabytes * 1e6, seed),
  ])
  const seconds = (value: number) => `${(value / 1000).toFixed(2)} s`
  return `asciinema-player: loaded in ${seconds(load)}, its end ${seconds(toEnd)} later, back to the middle ${seconds(toMiddle)}, at most ${(residentBytes / 1e6).toFixed(0)} MB resident; loading and its end are ${((load + toEnd) / ourSeek).toFixed(0)} times the p95 of our seeks, going back ${(toMiddle / ourSeek).toFixed(0)}`
}

function measured(): MadeRecording[] {
  return sizes.map((size) => made.find(({ megabytes, of }) => megabytes === size && !of)!)
}

async function timed(count: number, act: () => Promise<unknown>): Promise<number[]> {
  const times: number[] = []
  for (let done = 0; done < count; done++) {
    const began = performance.now()
    await act()
    times.push(performance.now() - began)
  }
  return times
}
