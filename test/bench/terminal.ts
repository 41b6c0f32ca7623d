import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { spawn as spawnTerminal } from '@lydell/node-pty'
import { WebSocket } from 'ws'
import { quantile } from '../dispatch-times.ts'
import { adminPassword, type Client, descendants, signIn, startProduct } from '../product.ts'

/**
 * What a terminal through the server costs over a bare pseudo-terminal. Real server, real agent, fsync on.
 *
 *   echo     from a key to its character, one key after another, with nothing else going on
 *   idle     memory of terminals that nobody uses
 *   busy     the same echo beside busy terminals: each types five keys a second and prints 2 kB a second
 *   flood    `yes` for a while: what is shown, memory, and from Ctrl-C to the prompt
 *   cat      a file of a gigabyte, printed from its first byte to its last: the same, and the bytes recorded
 *
 * ANNALS_BENCH_PARTS chooses some of them, with commas. About eight minutes on a quiet machine.
 */
const parts = (process.env['ANNALS_BENCH_PARTS'] ?? 'echo,idle,busy,flood,cat').split(',')
const KEYS = Number(process.env['ANNALS_BENCH_KEYS'] ?? 500)
const TERMINALS = Number(process.env['ANNALS_BENCH_TERMINALS'] ?? 200)
const FLOOD_SECONDS = Number(process.env['ANNALS_BENCH_FLOOD_SECONDS'] ?? 30)
const FILE_BYTES = Number(process.env['ANNALS_BENCH_FILE_BYTES'] ?? 1_000_000_000)
const INTERRUPTIONS = 10
/** Where nothing keeps up, that is what is said: fewer keys, and those that did not come back within the last of these. */
const PROBE_MILLISECONDS = 30_000
const LOST_MILLISECONDS = 10_000
/** One person's at most; the rest of what they may have is for the probes. */
const OF_ONE_PERSON = 40

const directory = await mkdtemp(join(tmpdir(), 'annals-bench-terminal-'))
const product = await startProduct(directory)
const admin = await signIn(product.url)
const serverId = (await admin.ask('server.list')).items[0].id
const agentPid = descendants(product.pid).find(({ commandLine }) => commandLine.includes('annals-agent'))!.pid

const wait = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds))
const load = () => loadavg()[0]!.toFixed(2)

/** Resident megabytes, and seconds of a processor so far. */
function usage(pid: number) {
  const resident = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return { resident, seconds: (Number(fields[11]) + Number(fields[12])) / 100 }
}

const both = () => ({ server: usage(product.pid), agent: usage(agentPid) })

class Terminal {
  id = ''
  heard: (bytes: Buffer) => void = () => {}
  bytes = 0
  /** The last of what was shown, without colours and marks. */
  tail = ''
  readonly #socket: WebSocket
  #drawn = 0

  static async open(client: Client): Promise<Terminal> {
    const { id } = await client.tell('terminal.open', { serverId, cols: 120, rows: 40 })
    const url = `${product.url.replace('http', 'ws')}/api/terminal.attach?id=${id}&flow=ack`
    const socket = new WebSocket(url, {
      headers: { cookie: client.cookie, origin: product.url },
      perMessageDeflate: false,
    })
    const terminal = new Terminal(socket)
    terminal.id = id
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
    await terminal.shows(/[$#] $/)
    return terminal
  }

  private constructor(socket: WebSocket) {
    this.#socket = socket
    socket.on('message', (data: Buffer, isBinary) => {
      if (!isBinary) return
      this.bytes += data.length
      this.tail = (this.tail + data.subarray(-2000).toString('latin1')).slice(-2000)
      this.heard(data)
      // As a page does: what is drawn is told in stretches, and at the end.
      if (this.bytes - this.#drawn > 32 * 1024) this.#drew()
      else setImmediate(() => this.#drew())
    })
  }

  type(text: string): void {
    this.#socket.send(Buffer.from(text))
  }

  /** Resolves when what was shown last is this. */
  async shows(what: RegExp): Promise<void> {
    const plain = () => this.tail.replaceAll(/\x1b\][^\x07]*\x07|\x1b\[[0-9;?]*[a-zA-Z]/g, '')
    while (!what.test(plain()))
      await new Promise<void>((resolve) => {
        this.heard = () => resolve()
      })
    this.heard = () => {}
  }

  close(): void {
    this.#socket.close()
  }

  #drew(): void {
    if (this.bytes === this.#drawn || this.#socket.readyState !== WebSocket.OPEN) return
    this.#drawn = this.bytes
    this.#socket.send(JSON.stringify({ type: 'ack', bytes: this.#drawn }))
  }
}

/** Presses one key after another and waits for each to come back. @returns milliseconds */
async function keyTimes(
  write: (bytes: Buffer) => void,
  listen: (heard: (bytes: Buffer) => void) => void,
): Promise<number[]> {
  const times: number[] = []
  const until = performance.now() + PROBE_MILLISECONDS
  for (let i = 0; i < KEYS && performance.now() < until; i++) {
    const key = Buffer.from(String.fromCharCode(97 + (i % 26)))
    const echoed = Promise.withResolvers<void>()
    listen((bytes) => {
      if (bytes.includes(key)) echoed.resolve()
    })
    const began = performance.now()
    write(key)
    await Promise.race([echoed.promise, wait(LOST_MILLISECONDS)])
    times.push(performance.now() - began)
    await wait(10)
    if (i % 40 === 39) {
      write(Buffer.from('\x15'))
      await wait(50)
    }
  }
  return times
}

async function bareTimes(): Promise<number[]> {
  const bare = spawnTerminal('cat', [], { cols: 120, rows: 40, encoding: null })
  let heard: (bytes: Buffer) => void = () => {}
  bare.onData((data) => heard(data as never))
  await wait(300)
  const times = await keyTimes(
    (bytes) => bare.write(bytes as never),
    (each) => {
      heard = each
    },
  )
  bare.kill()
  return times
}

async function timesThrough(line: string): Promise<number[]> {
  const terminal = await Terminal.open(admin)
  terminal.type(line)
  await wait(500)
  const times = await keyTimes(
    (bytes) => terminal.type(bytes.toString()),
    (heard) => {
      terminal.heard = heard
    },
  )
  terminal.type('\x03')
  await wait(100)
  terminal.type('exit\r')
  terminal.close()
  return times
}

function tell(title: string, times: Record<string, number[]>): void {
  const base = quantile(Object.values(times)[0]!, 0.95)
  const shown = (value: number) => Number(value.toFixed(2))
  console.log(`${title}, milliseconds from key to character, load ${load()}`)
  console.table(
    Object.entries(times).map(([what, values]) => ({
      what,
      keys: values.length,
      p50: shown(quantile(values, 0.5)),
      p95: shown(quantile(values, 0.95)),
      p99: shown(quantile(values, 0.99)),
      'p95 added': shown(quantile(values, 0.95) - base),
    })),
  )
}

/** People who may have so many terminals together. */
async function people(): Promise<Client[]> {
  const all: Client[] = []
  for (let i = 0; i * OF_ONE_PERSON < TERMINALS; i++) {
    const username = `busy-${i}`
    const password = 'first word of all'
    await admin.tell('person.create', { username, name: username, role: 'admin', password })
    const first = await signIn(product.url, username, password)
    await first.tell('auth.change-password', { current: password, password: adminPassword })
    all.push(await signIn(product.url, username))
  }
  return all
}

async function idle(): Promise<Terminal[]> {
  const clients = await people()
  await wait(2000)
  const before = both()
  const terminals: Terminal[] = []
  for (let i = 0; i < TERMINALS; i += 4)
    terminals.push(
      ...(await Promise.all(
        Array.from({ length: Math.min(4, TERMINALS - i) }, (_, more) =>
          Terminal.open(clients[Math.floor((i + more) / OF_ONE_PERSON)]!),
        ),
      )),
    )
  await wait(5000)
  const after = both()
  const each = (what: 'server' | 'agent') =>
    (((after[what].resident - before[what].resident) * 1024) / TERMINALS).toFixed(0)
  console.log(
    `${TERMINALS} idle terminals, KiB each: server ${each('server')}, agent ${each('agent')}; in all server ${after.server.resident.toFixed(0)} MiB, agent ${after.agent.resident.toFixed(0)} MiB; load ${load()}`,
  )
  return terminals
}

async function busy(terminals: readonly Terminal[]): Promise<void> {
  // Printing 2 kB a second without starting a program each time: the shells would be what is measured.
  const line = 'printf -v text %500s; while :; do read -rt 0.25 -n 1 key; echo "$text"; done\r'
  for (const terminal of terminals) terminal.type(line)
  await wait(3000)
  const typists = terminals.map((terminal, i) =>
    setInterval(() => terminal.type(String.fromCharCode(97 + (i % 26))), 200 + (i % 7)),
  )
  await wait(2000)
  const before = both()
  const shownBefore = terminals.reduce((sum, { bytes }) => sum + bytes, 0)
  const began = performance.now()
  const times = {
    'a bare pseudo-terminal meanwhile': await bareTimes(),
    [`beside ${terminals.length} busy terminals`]: await timesThrough('cat\r'),
  }
  const seconds = (performance.now() - began) / 1000
  const after = both()
  const shown = terminals.reduce((sum, { bytes }) => sum + bytes, 0) - shownBefore
  for (const typist of typists) clearInterval(typist)
  for (const terminal of terminals) terminal.type('\x03')
  const percent = (what: 'server' | 'agent') =>
    (((after[what].seconds - before[what].seconds) / seconds) * 100).toFixed(0)
  tell('busy', times)
  console.log(
    `${(shown / seconds / terminals.length / 1000).toFixed(1)} kB/s were shown of each; of one core server ${percent('server')} %, agent ${percent('agent')} %; server ${after.server.resident.toFixed(0)} MiB, agent ${after.agent.resident.toFixed(0)} MiB`,
  )
}

interface Flood {
  readonly what: string
  readonly line: string
  /** Until it has ended, or for so long. */
  readonly seconds: number | 'all of it'
}

async function flood({ what, line, seconds }: Flood): Promise<void> {
  const terminal = await Terminal.open(admin)
  terminal.type("exec bash --norc\rPS1='PRO''MPT> '\r")
  await terminal.shows(/PROMPT> $/)
  await wait(2000)
  const start = both()
  let peak = start
  const watch = setInterval(() => {
    const now = both()
    const larger = (one: ReturnType<typeof usage>, other: ReturnType<typeof usage>) =>
      one.resident > other.resident ? one : other
    peak = { server: larger(now.server, peak.server), agent: larger(now.agent, peak.agent) }
  }, 200)
  terminal.tail = ''
  terminal.type(line)
  const [shownBefore, began] = [terminal.bytes, performance.now()]
  if (seconds === 'all of it') await terminal.shows(/PROMPT> $/)
  else await wait(seconds * 1000)
  const took = (performance.now() - began) / 1000
  const shown = (terminal.bytes - shownBefore) / 1e6
  const after = both()
  const milliseconds = (who: 'server' | 'agent') =>
    (((after[who].seconds - start[who].seconds) * 1000) / shown).toFixed(0)
  const whole = load()
  if (seconds === 'all of it') terminal.type(line)
  const times: number[] = []
  const behind: number[] = []
  for (let i = 0; i < INTERRUPTIONS; i++) {
    await wait(1000)
    const shownThen = terminal.bytes
    terminal.tail = ''
    const pressed = performance.now()
    terminal.type('\x03')
    await terminal.shows(/PROMPT> $/)
    times.push(performance.now() - pressed)
    behind.push(terminal.bytes - shownThen)
    if (i < INTERRUPTIONS - 1) terminal.type(line)
  }
  clearInterval(watch)
  terminal.type('exit\r')
  terminal.close()
  const all = (values: number[]) => values.map((value) => value.toFixed(0)).join(' ')
  const memory = (who: 'server' | 'agent') =>
    `${who} ${start[who].resident.toFixed(0)} → ${peak[who].resident.toFixed(0)} MiB`
  console.log(
    `flood of ${what}: ${shown.toFixed(0)} MB in ${took.toFixed(1)} s, load ${whole} after it, ${load()} at the end`,
  )
  console.table({
    'MB/s shown': (shown / took).toFixed(1),
    'processor, ms a MB': `server ${milliseconds('server')}, agent ${milliseconds('agent')}`,
    'resident before → at most': `${memory('server')}, ${memory('agent')}`,
    'Ctrl-C → prompt, ms': `p50 ${quantile(times, 0.5).toFixed(0)}, most ${Math.max(...times).toFixed(0)}: ${all(times)}`,
    'KiB shown meanwhile': all(behind.map((bytes) => bytes / 1024)),
  })
  await recordedWhole(terminal.id)
}

/** Waits until the recording is closed, and says how much is in it. */
async function recordedWhole(id: string): Promise<void> {
  for (;;) {
    const { state, outputBytes, storedBytes } = await admin.ask('recording.read', { id })
    if (state !== 'recording') {
      const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`
      console.log(`recorded: ${state}, ${megabytes(outputBytes)} of output in ${megabytes(storedBytes)}`)
      return
    }
    await wait(500)
  }
}

/** What is kept of terminals on disk. */
const spooled = () => readdirSync(join(directory, 'agent', 'terminals')).length

try {
  if (parts.includes('echo'))
    tell('echo', {
      'a bare pseudo-terminal': await bareTimes(),
      'echoed by the terminal': await timesThrough('cat\r'),
      'echoed by a line editor': await timesThrough('\r'),
    })
  if (parts.includes('idle') || parts.includes('busy')) {
    const terminals = await idle()
    if (parts.includes('busy')) await busy(terminals)
    for (const terminal of terminals) terminal.type('exit\r')
    for (const terminal of terminals) terminal.close()
    await wait(3000)
  }
  if (parts.includes('flood')) await flood({ what: 'yes', line: 'yes\r', seconds: FLOOD_SECONDS })
  if (parts.includes('cat')) {
    const file = join(directory, 'printed')
    // As a program prints it: numbers, so that nothing compresses to nothing.
    execFileSync('sh', ['-c', `seq 200000000 | head -c ${FILE_BYTES} > ${file}`])
    await flood({ what: 'cat', line: `cat ${file}\r`, seconds: 'all of it' })
  }
  console.log(`files the agent keeps of terminals: ${spooled()}`)
} finally {
  await product.stop()
  await rm(directory, { recursive: true, force: true })
}
