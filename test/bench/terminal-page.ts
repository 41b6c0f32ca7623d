import { loadavg } from 'node:os'
import { enter, startWorld, visit } from '../e2e/start.ts'

/**
 * What a flood does to the page that shows it: real server, agent and Chromium. `yes` for a while, then Ctrl-C, several times: what is
 * drawn, the longest time in which the page did nothing else and in which no frame came, and from the key to the prompt, as
 * the page heard it and as it had drawn it.
 */
const SECONDS = Number(process.env['ANNALS_BENCH_FLOOD_SECONDS'] ?? 20)
const ROUNDS = Number(process.env['ANNALS_BENCH_ROUNDS'] ?? 3)
const LINE = process.env['ANNALS_BENCH_LINE'] ?? 'yes'

interface Watched {
  received: number
  drawn: number
  promptAt: number
  promptDrawnAt: number
  pressedAt: number
  longestTask: number
  longestGap: number
  frames: number
}

/** In the page: what goes through the terminal's socket, keys, long tasks and frames. */
const watching = `
  const watched = globalThis.watched = { received: 0, drawn: 0, promptAt: 0, promptDrawnAt: 0, pressedAt: 0, longestTask: 0, longestGap: 0, frames: 0 }
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
    if (last !== undefined) watched.longestGap = Math.max(watched.longestGap, at - last)
    last = at
    watched.frames++
    requestAnimationFrame(frame)
  }
  requestAnimationFrame(frame)
`

const load = () => loadavg()[0]!.toFixed(1)
await using world = await startWorld()
const visitor = await visit(world)
const { page } = visitor
await page.addInitScript(watching)
await enter(visitor, '/terminals')
await page.getByRole('button', { name: 'Open a terminal' }).first().click()
await page.getByRole('button', { name: 'Open', exact: true }).click()
await page.waitForURL(/\/terminals\/[0-9a-f-]{36}/)
const watched = () => page.evaluate(() => (globalThis as unknown as { watched: Watched }).watched)
const forget = () =>
  page.evaluate(() =>
    Object.assign((globalThis as unknown as { watched: Watched }).watched, {
      promptAt: 0,
      promptDrawnAt: 0,
      longestTask: 0,
      longestGap: 0,
      frames: 0,
    }),
  )
const prompted = () =>
  page.waitForFunction(() => (globalThis as unknown as { watched: Watched }).watched.promptDrawnAt > 0)
const type = async (text: string) => {
  await page.locator('.live-box textarea').focus()
  await page.keyboard.type(text)
}
await page.locator('.screen-text').filter({ hasText: /[$#]/ }).waitFor({ state: 'attached' })
await type('exec bash --norc\n')
await type("PS1='PRO''MPT> '\n")
await prompted()
const rows = []
for (let round = 0; round < ROUNDS; round++) {
  await forget()
  const before = await watched()
  await type(`${LINE}\n`)
  const began = performance.now()
  await page.waitForTimeout(SECONDS * 1000)
  const flooded = await watched()
  const seconds = (performance.now() - began) / 1000
  await forget()
  await page.keyboard.press('Control+c')
  await prompted()
  const { pressedAt, promptAt, promptDrawnAt } = await watched()
  rows.push({
    'MB/s drawn': Number(((flooded.drawn - before.drawn) / seconds / 1e6).toFixed(2)),
    'longest task, ms': Math.round(flooded.longestTask),
    'longest without a frame, ms': Math.round(flooded.longestGap),
    'frames/s': Math.round(flooded.frames / seconds),
    'Ctrl-C → prompt heard, ms': Math.round(promptAt - pressedAt),
    'and drawn, ms': Math.round(promptDrawnAt - pressedAt),
    load: load(),
  })
}
const heap = await page.evaluate(
  () => (performance as unknown as { memory: { usedJSHeapSize: number } }).memory.usedJSHeapSize,
)
console.log(
  `\`${LINE}\` for ${SECONDS} s at a time in the page; its JavaScript holds ${Math.round(heap / 2 ** 20)} MiB`,
)
console.table(rows)
const complaints = visitor.complaints.filter((text) => !/status of 40[0134]/.test(text))
if (complaints.length > 0) console.log('the browser complained:', complaints)
