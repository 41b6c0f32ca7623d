import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spawn as spawnTerminal } from '@lydell/node-pty'
import { WebSocket } from 'ws'
import { quantile } from '../dispatch-times.ts'
import { adminPassword, type Client, descendants, signIn, startProduct } from '../product.ts'

/**
 * What a terminal through the server costs over a bare pseudo-terminal: from a key to its echo, one key after another, with
 * nothing else going on and beside busy terminals; and the memory of terminals that nobody uses. Real server, real agent.
 */
const KEYS = Number(process.env['ANNALS_BENCH_KEYS'] ?? 400)
const BUSY = Number(process.env['ANNALS_BENCH_TERMINALS'] ?? 200)
const OF_ONE_PERSON = 50

const directory = await mkdtemp(join(tmpdir(), 'annals-bench-terminal-'))
const product = await startProduct(directory)
const times: Record<string, number[]> = {}

type Write = (bytes: Buffer) => void

/** Presses one key after another and waits for each to come back. @returns milliseconds */
async function keyTimes(write: Write, listen: (heard: (bytes: Buffer) => void) => void): Promise<number[]> {
  let heard: (bytes: Buffer) => void = () => {}
  listen((bytes) => heard(bytes))
  const result: number[] = []
  for (let i = 0; i < KEYS; i++) {
    const key = String.fromCharCode(97 + (i % 26))
    const began = performance.now()
    const echoed = new Promise<void>((resolve) => {
      heard = (bytes) => {
        if (bytes.includes(key)) resolve()
      }
    })
    write(Buffer.from(key))
    await echoed
    result.push(performance.now() - began)
    await new Promise((resolve) => setTimeout(resolve, 10))
    if (i % 40 === 39) write(Buffer.from('\x15'))
  }
  return result
}

async function attach(client: Client, id: string): Promise<WebSocket> {
  const socket = new WebSocket(`${product.url.replace('http', 'ws')}/api/terminal.attach?id=${id}`, {
    headers: { cookie: client.cookie, origin: product.url },
  })
  await new Promise((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', reject)
  })
  return socket
}

async function openTerminal(client: Client, serverId: string, line: string): Promise<WebSocket> {
  const { id } = await client.tell('terminal.open', { serverId, cols: 120, rows: 40 })
  const socket = await attach(client, id)
  await new Promise<void>((resolve) => {
    let output = ''
    socket.on('message', function heard(data, isBinary) {
      if (!isBinary) return
      output += String(data)
      if (!/[$#] $/.test(output.replaceAll(/\x1b\][^\x07]*\x07|\x1b\[[0-9;?]*[a-zA-Z]/g, ''))) return
      socket.off('message', heard)
      resolve()
    })
  })
  socket.send(Buffer.from(line))
  return socket
}

const residentMegabytes = (pid: number) =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024

try {
  const admin = await signIn(product.url)
  const serverId = (await admin.ask('server.list')).items[0].id
  const agentPid = descendants(product.pid).find(({ commandLine }) =>
    commandLine.includes('annals-agent'),
  )!.pid

  const bare = spawnTerminal('cat', [], { cols: 120, rows: 40, encoding: null })
  times['a bare pseudo-terminal'] = await keyTimes(
    (bytes) => bare.write(bytes as never),
    (heard) => bare.onData((data) => heard(data as never)),
  )
  bare.kill()
  const through = async (line: string) => {
    const socket = await openTerminal(admin, serverId, line)
    await new Promise((resolve) => setTimeout(resolve, 500))
    const result = await keyTimes(
      (bytes) => socket.send(bytes),
      (heard) => socket.on('message', (data, isBinary) => isBinary && heard(data as Buffer)),
    )
    socket.send(Buffer.from('\x03'))
    socket.close()
    return result
  }
  times['echoed by the terminal'] = await through('cat\r')
  times['echoed by a line editor'] = await through('\r')

  const people = [admin]
  for (let i = 1; i * OF_ONE_PERSON < BUSY + 4; i++) {
    await admin.tell('person.create', {
      username: `busy-${i}`,
      name: `Busy ${i}`,
      role: 'admin',
      password: 'first word of all',
    })
    const first = await signIn(product.url, `busy-${i}`, 'first word of all')
    await first.tell('auth.change-password', { current: 'first word of all', password: adminPassword })
    people.push(await signIn(product.url, `busy-${i}`))
  }
  const before = { server: residentMegabytes(product.pid), agent: residentMegabytes(agentPid) }
  const sockets: WebSocket[] = []
  for (let i = 0; i < BUSY; i++)
    sockets.push(await openTerminal(people[Math.floor((i + 4) / OF_ONE_PERSON)]!, serverId, '\r'))
  await new Promise((resolve) => setTimeout(resolve, 3000))
  const idle = { server: residentMegabytes(product.pid), agent: residentMegabytes(agentPid) }
  const each = (what: 'server' | 'agent') => (((idle[what] - before[what]) * 1024) / BUSY).toFixed(0)
  console.log(`${BUSY} idle terminals, each: server ${each('server')} KiB, agent ${each('agent')} KiB`)

  let bytes = 0
  for (const socket of sockets) {
    socket.on('message', (data, isBinary) => {
      if (isBinary) bytes += (data as Buffer).length
    })
    socket.send(Buffer.from('while :; do ls -l /usr/bin | head -40; sleep 1; done\r'))
  }
  const busyFrom = performance.now()
  times[`the same beside ${BUSY} busy terminals`] = await through('cat\r')
  const seconds = (performance.now() - busyFrom) / 1000
  console.log(
    `meanwhile ${(bytes / seconds / 1024).toFixed(0)} KiB/s were shown; server ${residentMegabytes(product.pid).toFixed(0)} MiB, agent ${residentMegabytes(agentPid).toFixed(0)} MiB`,
  )
  const base = quantile(times['a bare pseudo-terminal']!, 0.95)
  const shown = (value: number) => Number(value.toFixed(2))
  console.table(
    Object.entries(times).map(([what, values]) => ({
      what,
      p50: shown(quantile(values, 0.5)),
      p95: shown(quantile(values, 0.95)),
      p99: shown(quantile(values, 0.99)),
      'p95 added': shown(quantile(values, 0.95) - base),
    })),
  )
} finally {
  await product.stop()
  await rm(directory, { recursive: true, force: true })
}
