import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { chromium } from 'playwright-core'
import { browserPath } from '../e2e/start.ts'

/** What asciinema's own player takes for one cast, in milliseconds and bytes. */
export interface Played {
  /** From the call that makes the player until all of the cast is fetched and parsed. */
  readonly load: number
  /** From there until the screen at the end stands. */
  readonly toEnd: number
  /** From the end back to the middle: it begins at zero again. */
  readonly toMiddle: number
  /** The most that the page's process had resident. */
  readonly residentBytes: number
}

const player = (name: string) =>
  readFileSync(new URL(import.meta.resolve(`asciinema-player/dist/bundle/${name}`)))
const page = `<!doctype html><meta charset="utf-8"><link rel="stylesheet" href="/player.css">
  <script src="/player.js"></script><div id="player"></div>`

/** Runs in the page. */
async function play(): Promise<{ load: number; toEnd: number; toMiddle: number; shown: number }> {
  const { document, performance, requestAnimationFrame, AsciinemaPlayer } = globalThis as unknown as {
    document: { getElementById(id: string): { textContent: string } }
    performance: { now(): number }
    requestAnimationFrame(act: () => void): void
    AsciinemaPlayer: {
      create(
        src: string,
        element: unknown,
        options: object,
      ): {
        seek(where: string): Promise<boolean>
        addEventListener(name: string, act: () => void): void
      }
    }
  }
  const element = document.getElementById('player')
  const painted = () =>
    new Promise<void>((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve())))
  const timed = async (act: () => Promise<unknown>) => {
    const began = performance.now()
    await act()
    await painted()
    return performance.now() - began
  }
  let made: ReturnType<typeof AsciinemaPlayer.create> | undefined
  const load = await timed(async () => {
    made = AsciinemaPlayer.create('/made.cast', element, { preload: true, fit: false })
    await new Promise<void>((resolve) => made!.addEventListener('metadata', resolve))
  })
  const toEnd = await timed(() => made!.seek('100%'))
  const toMiddle = await timed(() => made!.seek('50%'))
  return { load, toEnd, toMiddle, shown: element.textContent.trim().length }
}

/** @throws Error when it shows nothing, or the page ends, as one that needs too much memory does */
export async function playedByAsciinema(cast: readonly Buffer[]): Promise<Played> {
  const answers: Record<string, [type: string, body: readonly (Buffer | string)[]]> = {
    '/': ['text/html', [page]],
    '/player.js': ['text/javascript', [player('asciinema-player.min.js')]],
    '/player.css': ['text/css', [player('asciinema-player.css')]],
    '/made.cast': ['application/x-asciicast', cast],
  }
  const server = createServer((request, response) => {
    const [type, body] = answers[request.url ?? ''] ?? ['text/plain', []]
    response.writeHead(200, { 'content-type': type })
    // Whoever closes the page does not wait for the rest.
    pipeline(Readable.from(body), response).catch(() => {})
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const browser = await chromium.launch({
    executablePath: browserPath(),
    args: ['--no-sandbox', '--disable-gpu'],
  })
  try {
    const tab = await browser.newPage()
    await tab.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
    const ended = new Promise<never>((_, reject) =>
      tab.on('crash', () => reject(new Error('the page ended'))),
    )
    const { shown, ...times } = await Promise.race([tab.evaluate(play), ended])
    if (shown === 0) throw new Error('it shows nothing')
    const session = await browser.newBrowserCDPSession()
    const { processInfo } = await session.send('SystemInfo.getProcessInfo')
    const most = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => mostResident(id))
    return { ...times, residentBytes: Math.max(...most) }
  } finally {
    await browser.close()
    server.close()
    server.closeAllConnections()
  }
}

const mostResident = (pid: number) =>
  Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) * 1024
