import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { quantile } from '../dispatch-times.ts'
import { enter, startWorld, visit } from '../e2e/start.ts'

/**
 * What a flood does to the page that shows it: real server, agent and Chromium. `yes`, and `cat` of a gigabyte, for a while, then
 * Ctrl-C, several times: what is drawn, how long the page did nothing else, from one frame to the next, what it holds in
 * memory, and from the key to the prompt, as the page heard it and as it had drawn it.
 */
const SECONDS = Number(process.env['ANNALS_BENCH_FLOOD_SECONDS'] ?? 20)
const ROUNDS = Number(process.env['ANNALS_BENCH_ROUNDS'] ?? 3)
const INTERRUPTIONS = Number(process.env['ANNALS_BENCH_INTERRUPTIONS'] ?? 10)
const FILE_BYTES = 1_000_000_000
const MEMORY_MILLISECONDS = 2000

interface Watched {
  received: number
  drawn: number
  promptAt: number
  promptDrawnAt: number
  pressedAt: number
  longestTask: number
  gaps: number[]
}

/** In the page: what goes through the terminal's socket, keys, long tasks and frames. */
const watching = `
  const watched = globalThis.watched = { received: 0, drawn: 0, promptAt: 0, promptDrawnAt: 0, pressedAt: 0, longestTask: 0, gaps: [] }
  let promptEnd = Infinity
  globalThis.WebSocket = class extends WebSocket {
    constructor(address) {
      super(address)
      if (!address.includes('terminal.attach')) return
      this.addEventListener('message', ({ data }) => {
        if (typeof data === 'string') return
        watched.received += data.byteLength
        const tail = new TextDecoder().decode(data.slice(-64)).replaceAll(/\\x1b\\[[0-9;?]*[a-zA-Z]/g, '')
        if (!tail.endsWith('PROMPT> ')) return
        watched.promptAt = performance.now()
        promptEnd = watched.received
      })
    }
    send(data) {
      if (typeof data === 'string' && data.includes('"ack"')) {
        watched.drawn = JSON.parse(data).bytes
        if (watched.drawn >= promptEnd) { watched.promptDrawnAt = performance.now(); promptEnd = Infinity }
      }
      super.send(data)
    }
  }
  addEventListener('keydown', ({ key, ctrlKey }) => { if (ctrlKey && key === 'c') watched.pressedAt = performance.now() }, true)
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) watched.longestTask = Math.max(watched.longestTask, duration)
  }).observe({ type: 'longtask' })
  let last
  const frame = (at) => {
    if (last !== undefined) watched.gaps.push(at - last)
    last = at
    requestAnimationFrame(frame)
  }
  requestAnimationFrame(frame)
`

const load = () => loadavg()[0]!.toFixed(1)
const directory = mkdtempSync(join(tmpdir(), 'annals-bench-page-'))
const file = join(directory, 'printed')
execFileSync('sh', ['-c', `seq 200000000 | head -c ${FILE_BYTES} > ${file}`])
const lines = (process.env['ANNALS_BENCH_LINE'] ?? `yes,cat ${file}`).split(',')
await using world = await startWorld()
const visitor = await visit(world)
const { page } = visitor
await page.addInitScript(watching)
await enter(visitor, '/terminals')
await page.getByRole('button', { name: 'Open a terminal' }).first().click()
await page.getByRole('button', { name: 'Open', exact: true }).click()
await page.waitForURL(/\/terminals\/[0-9a-f-]{36}/)
const devtools = await visitor.context.newCDPSession(page)
const watched = () => page.evaluate(() => (globalThis as unknown as { watched: Watched }).watched)
const forget = () =>
  page.evaluate(() =>
    Object.assign((globalThis as unknown as { watched: Watched }).watched, {
      promptAt: 0,
      promptDrawnAt: 0,
      longestTask: 0,
      gaps: [],
    }),
  )
const prompted = () =>
  page.waitForFunction(() => (globalThis as unknown as { watched: Watched }).watched.promptDrawnAt > 0)
const type = async (text: string) => {
  await page.locator('.live-box textarea').focus()
  await page.keyboard.type(text)
}
/** Of the page's JavaScript, and resident of the largest process that draws pages, in MiB. */
async function memory() {
  const { usedSize } = await devtools.send('Runtime.getHeapUsage')
  return { heap: usedSize / 2 ** 20, resident: Math.max(...renderers().map(({ resident }) => resident)) }
}

function renderers() {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        if (!readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('--type=renderer')) return []
        const status = readFileSync(`/proc/${pid}/status`, 'utf8')
        return [{ resident: Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024 }]
      } catch {
        // It ended meanwhile.
        return []
      }
    })
}

async function interrupt() {
  await forget()
  await page.keyboard.press('Control+c')
  await prompted()
  const { pressedAt, promptAt, promptDrawnAt } = await watched()
  return { heard: promptAt - pressedAt, drawn: promptDrawnAt - pressedAt }
}

async function flood(line: string) {
  await forget()
  const before = await watched()
  await type(`${line}\n`)
  const began = performance.now()
  const memories = [await memory()]
  while (performance.now() - began < SECONDS * 1000) {
    await page.waitForTimeout(MEMORY_MILLISECONDS)
    memories.push(await memory())
  }
  const flooded = await watched()
  const seconds = (performance.now() - began) / 1000
  const times = [await interrupt()]
  while (times.length < INTERRUPTIONS) {
    await type(`${line}\n`)
    await page.waitForTimeout(1000)
    times.push(await interrupt())
  }
  const milliseconds = (values: number[], ...shares: number[]) =>
    [...shares.map((share) => quantile(values, share)), Math.max(...values)]
      .map((value) => value.toFixed(0))
      .join(' / ')
  const over = (values: number[]) => `${values[0]!.toFixed(0)} → ${Math.max(...values).toFixed(0)}`
  return {
    'MB/s drawn': Number(((flooded.drawn - before.drawn) / seconds / 1e6).toFixed(2)),
    'longest task, ms': Math.round(flooded.longestTask),
    'frames/s': Math.round(flooded.gaps.length / seconds),
    'frame to frame, p50 / p99 / most ms': milliseconds(flooded.gaps, 0.5, 0.99),
    'heap, MiB': over(memories.map(({ heap }) => heap)),
    'resident, MiB': over(memories.map(({ resident }) => resident)),
    'Ctrl-C → prompt heard, p50 / most ms': milliseconds(
      times.map(({ heard }) => heard),
      0.5,
    ),
    'and drawn': milliseconds(
      times.map(({ drawn }) => drawn),
      0.5,
    ),
    load: load(),
  }
}

await page.locator('.screen-text').filter({ hasText: /[$#]/ }).waitFor({ state: 'attached' })
await type('exec bash --norc\n')
await type("PS1='PRO''MPT> '\n")
await prompted()
for (const line of lines) {
  console.log(`\`${line.replace(directory, '…')}\` for ${SECONDS} s at a time in the page`)
  const rows = []
  for (let round = 0; round < ROUNDS; round++) rows.push(await flood(line))
  console.table(rows)
}
const complaints = visitor.complaints.filter((text) => !/status of 40[0134]/.test(text))
if (complaints.length > 0) console.log('the browser complained:', complaints)
rmSync(directory, { recursive: true })
