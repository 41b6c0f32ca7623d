import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Product, startProduct } from './product.ts'

/** The server as an operator meets it: one process with its children, started and ended in every way. */

let data: string
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'annals-start-'))
  // The database's own account must be able to reach it where the tests run as root.
  mkdirSync(data, { recursive: true, mode: 0o755 })
})
afterEach(async () => {
  for (const product of started.splice(0)) await product.kill()
  rmSync(data, { recursive: true, force: true })
})

const started: Product[] = []
const start = async (settings: Record<string, string> = {}, directory = data) => {
  const product = await startProduct(directory, settings)
  started.push(product)
  return product
}

const readiness = async (url: string) => (await fetch(`${url}/readyz`)).status

/** Processes that were started from the data directory: everything of this installation but the server itself. */
const childrenOf = (directory: string) =>
  readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false
    try {
      const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      return (
        words.includes(directory) ||
        readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`ANNALS_DATA=${directory}`)
      )
    } catch {
      return false
    }
  })

async function gone(directory: string): Promise<void> {
  for (
    const start = Date.now();
    childrenOf(directory).length > 0;
    await new Promise((resolve) => setTimeout(resolve, 50))
  )
    if (Date.now() - start > 120_000) throw new Error(`still there: ${childrenOf(directory)}`)
}

const refusalOf = (starting: Promise<Product>) =>
  starting.then(
    () => 'it started',
    (error: Error) => error.message,
  )

/** The state of links is written together with others', some moments after the link opens. */
async function metricsWith(url: string, line: string): Promise<string> {
  for (;;) {
    const numbers = await (await fetch(`${url}/metrics`)).text()
    if (numbers.includes(line)) return numbers
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

test('the first start says the first password once; SIGTERM ends it with 0 and a second start keeps all', async () => {
  const first = await start({ ANNALS_FIRST_ADMIN_PASSWORD: '' })
  expect(first.said()).toMatch(/Sign in as admin with the one-time password \S+/)
  expect(await readiness(first.url)).toBe(200)
  const numbers = await metricsWith(first.url, 'annals_agent_links{state="connected"} 1')
  expect(numbers).toMatch(/^annals_sealer_lag_seconds \d/m)
  expect(numbers).toMatch(/^annals_http_requests_total\{endpoint="\/readyz",status="200"\} /m)
  expect(await first.stop()).toBe(0)
  const second = await start()
  expect(second.said()).not.toContain('one-time password')
  expect(await second.stop()).toBe(0)
  await gone(data)
})

test('a server that is killed leaves nothing running and starts again', async () => {
  const killed = await start()
  await killed.kill()
  await gone(data)
  const again = await start()
  expect(await readiness(again.url)).toBe(200)
  expect(await again.stop()).toBe(0)
})

test('a second server on the same data is refused with a sentence, and the first goes on', async () => {
  const first = await start()
  expect(await refusalOf(start())).toMatch(/Another Annals server .* is using .*ANNALS_DATA/)
  expect(await readiness(first.url)).toBe(200)
  await first.stop()
})

test('a taken port is refused by the name of its setting', async () => {
  const first = await start({ ANNALS_LOCAL_AGENT: 'off' })
  const { port } = new URL(first.url)
  const other = join(data, 'other')
  expect(await refusalOf(start({ ANNALS_PORT: port }, other))).toContain('ANNALS_PORT')
  await first.stop()
})

test('a database that is killed comes back, and the server with it', async () => {
  const server = await start()
  const database = Number(readFileSync(join(data, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0])
  process.kill(database, 'SIGKILL')
  for (const start = Date.now(); ; await new Promise((resolve) => setTimeout(resolve, 50))) {
    const pid = Number(readFileSync(join(data, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0])
    if (pid !== database && (await readiness(server.url)) === 200) break
    if (Date.now() - start > 120_000) throw new Error(`not ready again: ${server.said()}`)
  }
  expect(await server.stop()).toBe(0)
})
