import { rmSync } from 'node:fs'
import { parseArgs } from 'node:util'
import headless from '@xterm/headless'
import { fileBlobStore } from '../../base/server/blobs/blob-store.ts'
import { openDatabase } from '../../base/server/database.ts'
import { resolveDatabase } from '../../base/server/embedded-postgres/resolve-database.ts'
import { frameAt } from '../../features/websh/server/recording/frame.ts'
import { ShownText } from '../../features/websh/server/recording/search/shown-text.ts'
import { quantile } from '../dispatch-times.ts'
import { signIn, startProduct } from '../product.ts'
import { castLines } from './cast-maker.ts'
import { type MadeRecording, makeRecordings } from './recording-data.ts'

/**
 * Recordings, docs/performance.md (h): bytes kept against gzip -6 of the same cast; the first frame and seeks, by size, at the function
 * that answers and over HTTP, against drawing the whole cast from its start with the emulator our own follower uses;
 * search over a gigabyte of recordings, and the same by reading all of the text.
 *
 * ANNALS_BENCH_MEGABYTES are the sizes (1,10,100,500 unless given; from 100 on there is a gigabyte to search). --fresh makes the data
 * anew (3 GB under /var/tmp, many minutes), --make only makes it; the next runs find it there.
 */
const { values: flags } = parseArgs({
  options: { fresh: { type: 'boolean', default: false }, make: { type: 'boolean', default: false } },
})
const sizes = (process.env['ANNALS_BENCH_MEGABYTES'] ?? '1,10,100,500').split(',').map(Number)
const SEEKS = Number(process.env['ANNALS_BENCH_SEEKS'] ?? 200)
const ROUNDS = 20
const RANDOM_TEXTS = Number(process.env['ANNALS_BENCH_TEXTS'] ?? 40)
/** More is measured by its share: it takes as many times longer. */
const WHOLE_MEGABYTES = 100
const SEARCHES = [
  'payments',
  'request 7',
  'kubectl get pods -n ledger',
  'systemctl status canary-1',
  'took 4711 ms',
  'f00d',
  'zzz-nowhere',
  'ERROR',
  'qqq',
  'deadbeef0123',
]

const directory = '/var/tmp/annals-bench-recordings'
const milliseconds = (value: number) => `${value.toFixed(1)} ms`
const told = (times: readonly number[]) =>
  `p50 ${milliseconds(quantile([...times], 0.5))}, p95 ${milliseconds(quantile([...times], 0.95))}`

if (flags.fresh) rmSync(directory, { recursive: true, force: true })
const made = await makeRecordings(directory, sizes, (what) => console.log(what))
if (!flags.make) {
  await measureFrames()
  await measureSearch()
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
    const drawn = Math.min(megabytes, WHOLE_MEGABYTES)
    const whole = await replayWhole(drawn * 1e6, recording.seed)
    console.log(`   drawing ${drawn} MB from the start ${(whole / 1000).toFixed(1)} s`)
  }
  const { rows } = await database.pool.query<{ text: string; index: string; rows: string }>(
    `select pg_size_pretty(pg_total_relation_size('recording_text')) as text, pg_size_pretty(pg_total_relation_size('recording_text_block')) as index,
      (select count(*) from recording_text) as rows`,
  )
  console.log(`text for search ${rows[0]!.text} in ${rows[0]!.rows} rows, its signatures ${rows[0]!.index}`)
}

async function measureSearch(): Promise<void> {
  const texts = [...SEARCHES, ...(await randomTexts())]
  const counts = await scan(texts)
  const product = await startProduct(directory)
  try {
    const admin = await signIn(product.url)
    for (const { id, megabytes } of measured()) {
      const { durationMilliseconds } = await admin.ask('recording.read', { id })
      const ask = (at: number) => admin.ask('recording.frame', { id, milliseconds: String(at) })
      const first = await timed(ROUNDS, () => ask(0))
      const seeks = await timed(SEEKS, () => ask(Math.floor(Math.random() * durationMilliseconds)))
      console.log(`${megabytes} MB over HTTP: first frame ${told(first)}; seek ${told(seeks)}`)
    }
    const all: number[] = []
    for (const [index, text] of texts.entries()) {
      const times = await timed(ROUNDS, () => admin.ask('recording.search', { text }))
      all.push(...times)
      const { hits, isWhole } = await everyHit(text)
      const isRight = isWhole ? hits === counts[index] : hits <= counts[index]!
      if (index < SEARCHES.length || !isRight)
        console.log(
          `search "${text}": ${told(times)}; ${hits}${isWhole ? '' : '+'} found, ${counts[index]} by reading everything${isRight ? '' : ': NOT THE SAME'}`,
        )
    }
    console.log(
      `all ${texts.length} searches, ${RANDOM_TEXTS} of them for random parts of random lines: ${told(all)}`,
    )

    async function everyHit(text: string): Promise<{ hits: number; isWhole: boolean }> {
      let hits = 0
      let cursor: string | undefined
      for (let pages = 0; pages < 20; pages++) {
        const page = await admin.ask('recording.search', { text, ...(cursor && { cursor }) })
        hits += page.items.length
        if (page.next === null) return { hits, isWhole: true }
        cursor = page.next
      }
      return { hits, isWhole: false }
    }
  } finally {
    await product.stop()
  }
}

/** Parts of lines as an export as text has them: nothing that search knows decides what is looked for. */
async function randomTexts(): Promise<string[]> {
  const product = await startProduct(directory)
  try {
    const admin = await signIn(product.url)
    const { id } = made.find(({ megabytes }) => megabytes === 10) ?? made[0]!
    const answer = await fetch(`${product.url}/api/recording.export?id=${id}&format=text`, {
      headers: { cookie: admin.cookie },
    })
    const lines = (await answer.text()).split('\n').filter((line) => line.length > 20)
    return Array.from({ length: RANDOM_TEXTS }, () => {
      const line = lines[Math.floor(Math.random() * lines.length)]!
      const length = 5 + Math.floor(Math.random() * 20)
      return line.slice(Math.floor(Math.random() * (line.length - length))).slice(0, length)
    }).filter((text) => (text.match(/[\p{L}\p{N}]/gu) ?? []).length >= 3)
  } finally {
    await product.stop()
  }
}

/** In how many lines each text is, by unpacking and reading all of them. */
async function scan(texts: readonly string[]): Promise<number[]> {
  await using storage = await resolveDatabase({
    databaseUrl: undefined,
    postgresBin: undefined,
    dataDirectory: directory,
  })
  await using database = openDatabase({ url: storage.url })
  const counts = texts.map(() => 0)
  const needles = texts.map((text) => text.toLowerCase())
  const began = performance.now()
  let characters = 0
  for (let after = -1; ; ) {
    const { rows } = await database.pool.query<{ seq: number; shown: Buffer }>(
      'select seq, shown from recording_text where seq > $1 order by seq limit 500',
      [after],
    )
    if (rows.length === 0) break
    after = rows.at(-1)!.seq
    for (const { shown } of rows) {
      const text = new ShownText(shown).text.toLowerCase()
      characters += text.length
      for (const [index, needle] of needles.entries()) counts[index]! += linesWith(text, needle)
    }
  }
  console.log(
    `reading all ${(characters / 1e6).toFixed(0)} million characters for ${texts.length} texts: ${((performance.now() - began) / 1000).toFixed(1)} s`,
  )
  return counts
}

function linesWith(text: string, needle: string): number {
  let count = 0
  for (let at = text.indexOf(needle); at >= 0; ) {
    count++
    const end = text.indexOf('\n', at)
    if (end < 0) break
    at = text.indexOf(needle, end)
  }
  return count
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

/** What a player does that holds the whole cast: every event from the first one on. */
async function replayWhole(bytes: number, seed: number): Promise<number> {
  const terminal = new headless.Terminal({ cols: 120, rows: 32, allowProposedApi: true })
  const began = performance.now()
  for (const line of castLines(bytes, seed)) {
    const event = JSON.parse(line) as [number, string, string] | object
    if (!Array.isArray(event)) continue
    const [, code, data] = event as [number, string, string]
    if (code === 'o') await new Promise<void>((resolve) => terminal.write(data, resolve))
  }
  return performance.now() - began
}
