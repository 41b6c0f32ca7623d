import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { createGzip } from 'node:zlib'
import headless from '@xterm/headless'
import { quantile } from '../dispatch-times.ts'
import { signIn, startProduct } from '../product.ts'
import { castLines } from './cast-maker.ts'

/**
 * Recordings, docs/performance.md (h): bytes kept against gzip -6 of the same cast; the first frame and a seek, by size, against
 * drawing the whole cast from its start, which is what a player does that loads it whole; search over all of them. Sizes in MB
 * by ANNALS_BENCH_MEGABYTES (1,10,100 unless given; 1,100,500 takes some ten minutes).
 */
const megabytes = (process.env['ANNALS_BENCH_MEGABYTES'] ?? '1,10,100').split(',').map(Number)
const SEEKS = 40
const SEARCHES = [
  'payments',
  'request 7',
  'kubectl get pods -n ledger',
  'systemctl status canary-1',
  'took 4711 ms',
  'f00d',
  'zzz-nowhere',
  'ERROR',
]

const directory = await mkdtemp(join(tmpdir(), 'annals-bench-recordings-'))
const product = await startProduct(directory)
const milliseconds = (value: number) => `${value.toFixed(1)} ms`
try {
  const admin = await signIn(product.url)
  for (const [index, size] of megabytes.entries()) {
    const began = performance.now()
    const id = await bring(size * 1e6, index + 1)
    const imported = (performance.now() - began) / 1000
    const info = await drawn(id)
    const [plain, gzipped] = await gzip(size * 1e6, index + 1)
    const behind = (performance.now() - began) / 1000 - imported
    console.log(
      `${size} MB: import ${imported.toFixed(1)} s (${(plain / 1e6 / imported).toFixed(1)} MB/s), drawn and searchable ${behind.toFixed(1)} s later; stored ÷ gzip -6: ${(info.storedBytes / gzipped).toFixed(2)}; ${info.segments} segments`,
    )
    const first = await timed(1, () => admin.ask('recording.frame', { id, milliseconds: '0' }))
    const seeks = await timed(SEEKS, () =>
      admin.ask('recording.frame', {
        id,
        milliseconds: String(Math.floor(Math.random() * info.durationMilliseconds)),
      }),
    )
    const whole = await replayWhole(Math.min(size, 100) * 1e6, index + 1)
    console.log(
      `   first frame ${milliseconds(first[0]!)}; seek p50 ${milliseconds(quantile(seeks, 0.5))}, p95 ${milliseconds(quantile(seeks, 0.95))}; drawing ${Math.min(size, 100)} MB from the start ${(whole / 1000).toFixed(1)} s`,
    )
  }
  for (const text of SEARCHES) {
    const times = await timed(20, () => admin.ask('recording.search', { text }))
    const { items } = await admin.ask('recording.search', { text })
    console.log(
      `search "${text}": p50 ${milliseconds(quantile(times, 0.5))}, p95 ${milliseconds(quantile(times, 0.95))}, ${items.length} on the first page`,
    )
  }

  async function bring(bytes: number, seed: number): Promise<string> {
    const answer = await fetch(`${product.url}/api/recording.import?title=bench`, {
      method: 'POST',
      headers: { cookie: admin.cookie, 'content-type': 'application/x-asciicast' },
      body: Readable.toWeb(Readable.from(chunks(bytes, seed))) as never,
      duplex: 'half',
    } as RequestInit)
    const body = (await answer.json()) as { id: string; message?: string }
    if (!answer.ok) throw new Error(body.message)
    return body.id
  }

  async function drawn(id: string) {
    for (;;) {
      const { indexedTo } = await admin.ask('recording.search', { id, text: 'x' })
      if (Date.now() - Date.parse(indexedTo) < 5000) return admin.ask('recording.read', { id })
      await new Promise((resolve) => setTimeout(resolve, 250))
    }
  }
} finally {
  await product.stop()
  await rm(directory, { recursive: true, force: true })
}

function* chunks(bytes: number, seed: number): Generator<Buffer> {
  let waiting = ''
  for (const line of castLines(bytes, seed)) {
    waiting += line
    if (waiting.length < 256 * 1024) continue
    yield Buffer.from(waiting)
    waiting = ''
  }
  yield Buffer.from(waiting)
}

async function gzip(bytes: number, seed: number): Promise<[plain: number, gzipped: number]> {
  let plain = 0
  let gzipped = 0
  const counted = Readable.from(
    (function* () {
      for (const chunk of chunks(bytes, seed)) {
        plain += chunk.length
        yield chunk
      }
    })(),
  )
  for await (const chunk of counted.pipe(createGzip({ level: 6 }))) gzipped += (chunk as Buffer).length
  return [plain, gzipped]
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
