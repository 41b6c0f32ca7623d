import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openDatabase } from '../../base/server/database.ts'
import { resolveDatabase } from '../../base/server/embedded-postgres/resolve-database.ts'
import { fold } from '../../features/websh/server/recording/search/signature.ts'
import { quantile } from '../dispatch-times.ts'
import { alteredParts, longParts, printedLines, randomParts, shortTexts } from '../printed-lines.ts'
import { type Client, type Product, signIn, startProduct } from '../product.ts'
import { cpuSecondsBelow } from './flood.ts'
import { type Scanned, scanAll } from './recording-scan.ts'

const ROUNDS = Number(process.env['ANNALS_BENCH_ROUNDS'] ?? 100)
const RANDOM_TEXTS = Number(process.env['ANNALS_BENCH_TEXTS'] ?? 600)
/** Pages of a random text that are compared with what reading everything finds. */
const PAGES_COMPARED = 2
/** Slower ones are named. */
const SLOW_MILLISECONDS = Number(process.env['ANNALS_BENCH_SLOW'] ?? 500)
const FIXED = [
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

const told = (times: readonly number[]) =>
  [0.5, 0.95, 1].map((share) => quantile([...times], share).toFixed(1)).join(' / ')

/**
 * Searches all recordings of a bench directory over HTTP: ten texts from frequent to absent, and random ones of every kind a person may
 * enter: parts of lines that are known from elsewhere, of an export as text and of what a program printed through escapes, in wide
 * letters and over the ends of rows; long pieces of log lines; such pieces that are nowhere; and one to three characters. The hits are
 * compared with those of reading everything.
 * @param exported the recording whose lines are taken
 */
export async function measureSearch(directory: string, exported: string): Promise<void> {
  const lines = await inProduct(directory, async (product, admin) => ({
    printed: await printedRecording(directory, product, admin),
    exported: await exportedLines(product, admin, exported),
  }))
  // Shares of all random texts, by kind.
  const of = (share: number) => Math.ceil(RANDOM_TEXTS * share)
  const kinds: readonly (readonly [kind: string, texts: readonly string[]])[] = [
    ['parts of what was printed', randomParts(lines.printed, of(0.2), 7).map(({ text }) => text)],
    ['parts of an export', randomParts(lines.exported, of(0.2), 8).map(({ text }) => text)],
    ['pieces of lines, 12 to 60 characters', longParts(lines.exported, of(0.3), 9)],
    ['such pieces with one character changed', alteredParts(longParts(lines.exported, of(0.2), 10), 11)],
    ['one to three characters', shortTexts([...lines.exported, ...lines.printed], of(0.1), 12)],
  ]
  const random = kinds.flatMap(([kind, texts]) => texts.map((text) => ({ kind, text })))
  const texts = [...FIXED, ...random.map(({ text }) => text)]
  const { characters, scanned, seconds } = await scan(directory, texts)
  console.log(
    `reading all ${(characters / 1e6).toFixed(0)} million characters once for ${texts.length} texts: ${seconds.toFixed(1)} s`,
  )
  await inProduct(directory, async (product, admin) => {
    console.log(
      `search, milliseconds: p50 / p95 / most of ${ROUNDS}; processor time of server and database for one`,
    )
    const all: number[] = []
    for (const [index, text] of FIXED.entries()) {
      const before = cpuSecondsBelow(product.pid)
      const times = await timed(ROUNDS, () => admin.ask('recording.search', { text }))
      const cpu = ((cpuSecondsBelow(product.pid) - before) * 1000) / ROUNDS
      const wrong = await differs(admin, text, scanned[index]!, [])
      console.log(
        `  "${text}": ${told(times)}; ${cpu.toFixed(1)}; ${scanned[index]!.lines} lines${wrong ? `: ${wrong}` : ''}`,
      )
      all.push(...times)
    }
    console.log(`  all ten: ${told(all)}`)
    const times: number[] = []
    const wrong: string[] = []
    for (const [kind] of kinds) {
      const mine: number[] = []
      const before = cpuSecondsBelow(product.pid)
      for (const [index, { text }] of random.entries()) {
        if (random[index]!.kind !== kind) continue
        const found = scanned[FIXED.length + index]!
        // It was on a screen: an export, or who printed it, says so.
        const missing = found.lines === 0 && kind.startsWith('p') ? 'not in the text for search' : undefined
        const began = mine.length
        const difference = missing ?? (await differs(admin, text, found, mine))
        if (difference) wrong.push(`${JSON.stringify(text)}: ${difference}`)
        const most = Math.max(...mine.slice(began))
        if (most > SLOW_MILLISECONDS)
          console.log(`    ${most.toFixed(0)} ms: ${JSON.stringify(text)}, ${found.lines} lines`)
      }
      const cpu = ((cpuSecondsBelow(product.pid) - before) * 1000) / mine.length
      console.log(`  ${kind}: ${told(mine)}; ${cpu.toFixed(1)}; ${mine.length} pages`)
      times.push(...mine)
    }
    console.log(
      `  pages of ${random.length} random texts: ${told(times)}; ${random.length - wrong.length} texts found as by reading everything`,
    )
    for (const each of wrong) console.log(`    NOT THE SAME ${each}`)
  })
}

/**
 * Every hit of the first pages, in order, against those that reading everything found.
 * @param times what each page took, in milliseconds, is added
 * @returns what is wrong
 */
async function differs(
  admin: Client,
  text: string,
  { lines, newest }: Scanned,
  times: number[],
): Promise<string | undefined> {
  const found: string[] = []
  let cursor: string | null | undefined
  for (let page = 0; page < PAGES_COMPARED && cursor !== null; page++) {
    const began = performance.now()
    const answer = await admin.ask('recording.search', { text, ...(cursor && { cursor }) })
    times.push(performance.now() - began)
    for (const { terminalId, seconds, row, snippet } of answer.items) {
      if (!fold(snippet).includes(fold(text))) return `"${snippet}" was found`
      found.push(`${terminalId} ${Math.round(seconds * 1000)} ${row}`)
    }
    cursor = answer.next
  }
  if (cursor === null && found.length !== lines) return `${found.length} of ${lines} found`
  const at = newest.findIndex((each, index) => found[index] !== each)
  return at < 0 || (at >= found.length && cursor === null)
    ? undefined
    : `hit ${at} is ${found[at]}, not ${newest[at]}`
}

async function scan(directory: string, texts: readonly string[]) {
  await using storage = await resolveDatabase({
    databaseUrl: undefined,
    postgresBin: undefined,
    dataDirectory: directory,
  })
  await using database = openDatabase({ url: storage.url })
  const began = performance.now()
  return { ...(await scanAll(database, texts)), seconds: (performance.now() - began) / 1000 }
}

async function inProduct<T>(
  directory: string,
  act: (product: Product, admin: Client) => Promise<T>,
): Promise<T> {
  const product = await startProduct(directory, { ANNALS_LOCAL_AGENT: 'off' })
  try {
    return await act(product, await signIn(product.url))
  } finally {
    await product.stop()
  }
}

async function exportedLines(product: Product, admin: Client, id: string): Promise<string[]> {
  const answer = await fetch(`${product.url}/api/recording.export?id=${id}&format=text`, {
    headers: { cookie: admin.cookie },
  })
  return (await answer.text()).split('\n').filter((line) => line.length > 20)
}

/** Imports what a program printed, once for each directory. @returns its lines */
async function printedRecording(
  directory: string,
  product: Product,
  admin: Client,
): Promise<readonly string[]> {
  const { lines, pieces } = printedLines(4000, 3)
  const idPath = join(directory, 'bench-printed')
  if (!existsSync(idPath)) {
    const header = { version: 2, width: 100, height: 30, timestamp: 1_785_000_000 }
    const events = pieces.map((piece, index) => [index / 100, 'o', piece])
    const answer = await fetch(`${product.url}/api/recording.import?title=printed`, {
      method: 'POST',
      headers: { cookie: admin.cookie, 'content-type': 'application/x-asciicast' },
      body: [header, ...events].map((each) => `${JSON.stringify(each)}\n`).join(''),
    })
    if (!answer.ok) throw new Error(await answer.text())
    writeFileSync(idPath, ((await answer.json()) as { id: string }).id)
  }
  const id = readFileSync(idPath, 'utf8')
  for (;;) {
    const asked = Date.now()
    const { indexedTo } = await admin.ask('recording.search', { text: 'x', id })
    if (Date.parse(indexedTo) >= asked) return lines
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
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
