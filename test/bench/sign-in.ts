import { mkdtemp, rm } from 'node:fs/promises'
import http from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hash, verify } from '@node-rs/argon2'
import { quantile } from '../dispatch-times.ts'
import { signIn, startProduct } from '../product.ts'
import { cpuSecondsBelow, type Flood, openFlooder } from './flood.ts'
import { pairedDifference } from './paired.ts'

/**
 * Signing in, docs/performance.md: what it costs beside the bare argon2id; what it costs while 200 wrong sign-ins a second
 * are tried, from one address and from a new one each time, as who is known there and as a stranger; and whether the time
 * of a wrong one tells if there is such a person.
 *
 * ANNALS_BENCH_SAMPLES scales the last one (10,000 of each) and ANNALS_BENCH_MINUTES ends it, ANNALS_BENCH_SECONDS is each
 * flood, ANNALS_BENCH_PARTS names which to measure.
 */
const SAMPLES = Number(process.env['ANNALS_BENCH_SAMPLES'] ?? 10_000)
const TIMING_MINUTES = Number(process.env['ANNALS_BENCH_MINUTES'] ?? 120)
const FLOOD_SECONDS = Number(process.env['ANNALS_BENCH_SECONDS'] ?? 20)
const PARTS = (process.env['ANNALS_BENCH_PARTS'] ?? 'cost,work,floods,timing').split(',')
const FLOOD_RATE = 200
const SIGN_INS = 60
/** Those who sign in, those who are guessed at meanwhile, and those whose time is taken: nobody is of two kinds. */
const GOOD = 10
const GUESSED = 10
const TIMED = Math.ceil(SAMPLES / 90)
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }
const password = 'a member of a measured product'

const directory = await mkdtemp(join(tmpdir(), 'annals-bench-sign-in-'))
const product = await startProduct(directory, {
  ANNALS_LOCAL_AGENT: 'off',
  ANNALS_TRUSTED_PROXIES: '127.0.0.1',
})
const agent = new http.Agent({ keepAlive: true, maxSockets: 600 })
const shown = (value: number) => Number(value.toFixed(2))
const row = (what: string, times: readonly number[], more: object = {}) => ({
  what,
  p50: shown(quantile(times, 0.5)),
  p95: shown(quantile(times, 0.95)),
  p99: shown(quantile(times, 0.99)),
  ...more,
})

try {
  const admin = await signIn(product.url)
  const timed = PARTS.includes('timing') ? TIMED : 0
  for (const [kind, count] of Object.entries({ good: GOOD, guessed: GUESSED, timed }))
    for (let n = 0; n < count; n++)
      await admin.tell('person.create', {
        ...{ username: `${kind}-${n}`, name: `Member ${n}`, role: 'member', password },
      })
  for (const [name, measure] of Object.entries({ cost, work, floods, timing }))
    if (PARTS.includes(name)) await measure()
} finally {
  agent.destroy()
  await product.stop()
  await rm(directory, { recursive: true, force: true })
}

async function cost() {
  const made = await hash(password, COST)
  const bare: number[] = []
  const whole: number[] = []
  for (let n = 0; n < SIGN_INS * 3; n++) {
    bare.push((await timed(async () => void (await verify(made, password)))).milliseconds)
    whole.push((await attempt(`good-${n % GOOD}`, password, '203.0.113.1')).milliseconds)
  }
  console.log('One sign-in after another, in turns with the bare comparison:')
  console.table([row('argon2id alone', bare), row('auth.sign-in', whole)])
}

/**
 * Processor time of the server and its database beyond what they take when nothing is asked, which other programs on the
 * machine change little.
 */
async function work() {
  const home = '203.0.113.1'
  const held = '198.51.100.77'
  let fresh = 0
  const anew = () => `2001:dba:0:${(++fresh).toString(16)}::1`
  const ways = () => fetch(`${product.url}/api/auth.ways`).then((answer) => answer.text())
  await attempt('good-0', password, home)
  const kinds: Record<string, () => Promise<unknown>> = {
    'auth.ways': ways,
    'a good sign-in': () => attempt('good-0', password, home),
    'a wrong one, compared': () => attempt(`nobody-${fresh}`, 'wrong', anew()),
    'a wrong one of an address that waits': () => attempt(`nobody-${++fresh}`, 'wrong', held),
  }
  const lines: object[] = []
  const idleBefore = cpuSecondsBelow(product.pid)
  await pause(5000)
  const idleCores = (cpuSecondsBelow(product.pid) - idleBefore) / 5
  for (const [what, ask] of Object.entries(kinds)) {
    // Waiting begins after fifty failures of an address; of the other kinds this warms up.
    await Promise.all(Array.from({ length: 70 }, ask))
    const count = 200
    const before = cpuSecondsBelow(product.pid)
    const began = performance.now()
    for (let n = 0; n < count; n += 10) await Promise.all(Array.from({ length: 10 }, ask))
    const idleMilliseconds = idleCores * (performance.now() - began)
    const milliseconds = ((cpuSecondsBelow(product.pid) - before) * 1000 - idleMilliseconds) / count
    lines.push({ what, 'CPU, ms': shown(milliseconds) })
  }
  console.table(lines)
}

async function floods() {
  const lines: object[] = []
  const flooder = openFlooder(product.url, FLOOD_RATE)
  let fresh = 0
  const anew = () => `2001:db8:${(++fresh >> 16).toString(16)}:${(fresh & 0xffff).toString(16)}::1`
  const home = () => '203.0.113.1'
  const measure = async (
    name: string,
    flood: Flood | undefined,
    own: () => string,
    bases: Record<string, number>,
  ) => {
    if (flood) {
      await flooder.start(flood)
      await pause(2000)
    }
    const server = cpuSecondsBelow(product.pid)
    const began = performance.now()
    const { times, good, busy } = await goodOnes(own)
    const seconds = (performance.now() - began) / 1000
    const servers = (cpuSecondsBelow(product.pid) - server) / seconds
    const ended = flood && (await flooder.stop())
    const p50 = quantile(times, 0.5)
    console.log(`${name}: ${p50.toFixed(1)} ms; cores: server ${servers.toFixed(2)}`)
    lines.push(
      row(name, times, {
        ...{ good, busy },
        ...Object.fromEntries(Object.entries(bases).map(([base, of]) => [base, shown(p50 / of)])),
        'server, cores': shown(servers),
        'flooder, cores': shown(ended?.cores ?? 0),
        answers: ended === undefined ? '' : JSON.stringify(ended.answers),
      }),
    )
    await pause(1000)
    return p50
  }
  try {
    const quiet = await measure('nobody else', undefined, home, {})
    const beside = await measure('200/s of auth.ways', 'ways', home, { '÷ quiet': quiet })
    const bases = { '÷ quiet': quiet, '÷ auth.ways': beside }
    await measure('200/s wrong, from one address', 'one address', home, bases)
    await measure('200/s wrong, from the same address', 'same address', home, bases)
    await measure('200/s wrong, each from a new address', 'new addresses', home, bases)
    const quietStranger = await measure('nobody else; a stranger', undefined, anew, {})
    const besideStranger = await measure('200/s of auth.ways; a stranger', 'ways', anew, {
      '÷ quiet': quietStranger,
    })
    const strangers = { '÷ quiet': quietStranger, '÷ auth.ways': besideStranger }
    await measure('200/s wrong, from one address; a stranger', 'another address', anew, strangers)
    await measure('200/s wrong, each from a new address; a stranger', 'new addresses', anew, strangers)
  } finally {
    flooder.end()
  }
  console.log(
    'A good sign-in four times a second beside others; strangers come from a new address each time. CPU as cores in use:',
  )
  console.table(lines)
}

async function goodOnes(from: () => string) {
  const times: number[] = []
  let good = 0
  let busy = 0
  const count = Math.min(SIGN_INS, FLOOD_SECONDS * 4)
  for (let n = 0; n < count; n++) {
    const { status, milliseconds } = await attempt(`good-${n % GOOD}`, password, from())
    if (status === 200) {
      good++
      times.push(milliseconds)
    } else busy++
    await pause(Math.max(0, 250 - milliseconds))
  }
  return { times: times.length > 0 ? times : [Number.NaN], good, busy }
}

/** Wrong passwords for people and for nobody in turns, far below where waiting begins. */
async function timing() {
  const admin = await signIn(product.url)
  await admin.tell('settings.update', { lockOutFailures: 100 })
  const existing: number[] = []
  const absent: number[] = []
  const statuses: Record<string, number> = {}
  const wrong = async (times: number[], name: string, from: string) => {
    const { status, milliseconds } = await attempt(name, 'wrong', from)
    statuses[status] = (statuses[status] ?? 0) + 1
    times.push(milliseconds)
  }
  const end = performance.now() + TIMING_MINUTES * 60_000
  for (let n = 0; n < SAMPLES && performance.now() < end; n++) {
    // A new address each time and few tries of each name, so that nobody is made to wait.
    const from = `2001:db8:${(0x1000 + (n >> 15)).toString(16)}:${(n & 0x7fff).toString(16)}::1`
    const asks = [
      () => wrong(existing, `timed-${n % TIMED}`, from),
      () => wrong(absent, `absent-${n % TIMED}`, from),
    ]
    for (const ask of n % 2 === 0 ? asks : asks.toReversed()) await ask()
  }
  const differences = existing.map((milliseconds, n) => milliseconds - absent[n]!)
  // What two alike differ by: farther apart in time, and as near.
  const alike = (times: readonly number[]) =>
    times.flatMap((milliseconds, n) => (n % 2 === 0 ? [] : [times[n - 1]! - milliseconds]))
  const told = (what: string, given: readonly number[]) => {
    const { median, low, high, likely } = pairedDifference(given)
    return {
      what,
      pairs: given.length,
      ...{ median: shown(median), low: shown(low), high: shown(high), likely: shown(likely) },
    }
  }
  console.log(`A wrong password, ${existing.length} of each in turns; answers: ${JSON.stringify(statuses)}`)
  console.table([row('of somebody', existing), row('of nobody', absent)])
  console.log('Differences of a pair, milliseconds, with 95 % bounds of the median, and signed ranks:')
  console.table([
    told('somebody − nobody', differences),
    told('somebody − somebody', alike(existing)),
    told('nobody − nobody', alike(absent)),
  ])
}

function pause(milliseconds: number) {
  return new Promise<void>((resolve) => setTimeout(resolve, milliseconds))
}

async function timed(act: () => Promise<void>) {
  const began = performance.now()
  await act()
  return { milliseconds: performance.now() - began }
}

function attempt(username: string, given: string, from: string) {
  const began = performance.now()
  return new Promise<{ status: number; milliseconds: number }>((resolve, reject) => {
    const ask = http.request(
      `${product.url}/api/auth.sign-in`,
      { method: 'POST', agent, headers: { 'content-type': 'application/json', 'x-forwarded-for': from } },
      (answer) => {
        answer.resume()
        answer.once('end', () =>
          resolve({ status: answer.statusCode!, milliseconds: performance.now() - began }),
        )
      },
    )
    ask.once('error', reject)
    ask.end(JSON.stringify({ username, password: given }))
  })
}
