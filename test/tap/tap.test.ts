import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { enrolMachine } from '../../apps/agent/enrol-machine.ts'
import { type RunningAgent, startAgent } from '../../apps/agent/start-agent.ts'
import { PieceReader, PieceTrack, type ReadPiece, readVarints } from '../../features/websh/common/piece.ts'
import { type Client, descendants, type Product, signIn, startProduct } from '../product.ts'

/**
 * What is recorded against what a program inside the terminal wrote down itself, while everything around it is resized,
 * left, joined and killed. Real server, database and agents; one agent lives outside the server and survives it.
 */
const ROUNDS = Number(process.env['ANNALS_TEST_TAP_ROUNDS'] ?? 1)
const program = fileURLToPath(new URL('tap-program.mjs', import.meta.url))
const directory = mkdtempSync(join(tmpdir(), 'annals-tap-'))
const quiet = { info: () => {}, warn: () => {}, error: () => {} }
let product: Product
let agent: RunningAgent
let admin: Client
let settings: Record<string, string>

beforeAll(async () => {
  product = await startProduct(join(directory, 'data'))
  settings = { ANNALS_PORT: new URL(product.url).port }
  admin = await signIn(product.url)
  const { token } = await admin.tell('server-token.create', { name: 'the machine of the test' })
  const there = join(directory, 'agent')
  await enrolMachine({ directory: there, url: product.url, token, name: 'outside' })
  agent = await startAgent({ directory: there, log: quiet, backOff: () => 50 })
})

afterAll(async () => {
  await agent?.stop()
  await product?.stop()
  rmSync(directory, { recursive: true, force: true })
})

const turn = () => new Promise((resolve) => setTimeout(resolve, 30))

/** Asks again until there is an answer; what fails meanwhile (a database that is away) is asked again, too. */
async function until<T>(look: () => Promise<T | undefined | false>): Promise<T> {
  for (;;) {
    const found = await look().catch(() => undefined)
    if (found) return found
    await turn()
  }
}

const linked = (isOutside: boolean) =>
  until(async () => {
    const { items } = await admin.ask('server.list')
    return items.find(
      ({ link, name }: { link: string; name: string }) =>
        link === 'connected' && (name === 'outside') === isOutside,
    )?.id as string | undefined
  })

async function attach(id: string): Promise<WebSocket> {
  return until(async () => {
    const socket = new WebSocket(`${product.url.replace('http', 'ws')}/api/terminal.attach?id=${id}`, {
      headers: { cookie: admin.cookie, origin: product.url },
    })
    const isOpen = await new Promise<boolean>((resolve) => {
      socket.once('open', () => resolve(true))
      socket.once('error', () => resolve(false))
    })
    return isOpen && socket
  })
}

/** Starts the program that taps itself. Nothing rewrites what it prints. */
async function tapped(serverId: string, name: string, seed: number) {
  const { id } = await admin.tell('terminal.open', { serverId, cols: 80, rows: 24 })
  const socket = await attach(id)
  const [side, end] = [join(directory, `${name}.side`), join(directory, `${name}.end`)]
  writeFileSync(side, '')
  const line = `exec sh -c 'stty raw -echo; printf BEG""IN; exec "${process.execPath}" "${program}" ${seed} "${side}" "${end}"'\r`
  socket.send(Buffer.from(line))
  return { id, socket, side, stop: () => writeFileSync(end, '') }
}

const recorded = async (id: string): Promise<number> =>
  (await admin.ask('terminal.read', { id })).recordedBytes

/** Resolves when more is on disk than now. @returns how much */
async function grown(id: string): Promise<number> {
  const before = await until(() => recorded(id).then((bytes) => ({ bytes })))
  return until(async () => {
    const now = await recorded(id)
    return now > before.bytes && now
  })
}

async function pieces(id: string): Promise<ReadPiece[]> {
  const info = await until(async () => {
    const recording = await admin.ask('recording.read', { id })
    return recording.state !== 'recording' && recording
  })
  const reader = new PieceReader()
  const all: ReadPiece[] = []
  for (let offset = 0; offset < info.streamBytes; ) {
    const { bytes, to } = await admin.ask('recording.pieces', { id, offset: String(offset) })
    all.push(...reader.read(Buffer.from(bytes, 'base64')))
    offset = to
  }
  return all
}

/** What was printed from where the program began. */
function printed(all: readonly ReadPiece[]): Buffer {
  const output = Buffer.concat(
    all.filter(({ track }) => track === PieceTrack.output).map(({ content }) => content),
  )
  return output.subarray(output.indexOf('BEGIN') + 'BEGIN'.length)
}

/** Says where they part instead of printing both. */
function difference(one: Buffer, other: Buffer): string {
  if (one.equals(other)) return 'none'
  let at = 0
  while (at < one.length && one[at] === other[at]) at++
  return `at ${at} of ${one.length} and ${other.length} bytes`
}

function killDatabase(): void {
  for (const { pid, commandLine } of descendants(product.pid))
    if (commandLine.includes('postgres'))
      try {
        process.kill(pid, 'SIGKILL')
      } catch {
        // It ended with the one before.
      }
}

test(`what is recorded is what was printed, byte for byte, over resizes, lost tabs and killed servers and databases (${ROUNDS} rounds)`, async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const tap = await tapped(await linked(true), `round-${round}`, 20261121 + round)
    const sizes = [
      [80, 24],
      [133, 50],
      [40, 10],
      [1000, 500],
      [2, 1],
    ]
    await grown(tap.id)
    for (const [cols, rows] of sizes.slice(1)) {
      tap.socket.send(JSON.stringify({ type: 'resize', cols, rows }))
      await until(async () => (await admin.ask('terminal.read', { id: tap.id })).cols === cols)
    }
    tap.socket.terminate()
    await grown(tap.id)
    const again = await attach(tap.id)
    await grown(tap.id)

    killDatabase()
    await until(() => recorded(tap.id).then((bytes) => bytes > 0))
    await grown(tap.id)

    await product.kill()
    const lost = statSync(tap.side).size
    product = await startProduct(join(directory, 'data'), settings)
    admin = await signIn(product.url)
    await until(async () => (await recorded(tap.id)) > lost)
    again.terminate()
    await grown(tap.id)
    tap.stop()

    const all = await pieces(tap.id)
    expect(difference(printed(all), readFileSync(tap.side))).toBe('none')
    const kept = all.filter(({ track }) => track === PieceTrack.resize)
    expect(kept.map(({ content }) => readVarints(content, 2))).toEqual(sizes)
    expect(await admin.ask('recording.read', { id: tap.id })).toMatchObject({ state: 'complete' })
  }
})

test('an agent that is killed takes the terminal along: what was on disk is kept, and the end is marked', async () => {
  const tap = await tapped(await linked(false), 'killed', 7)
  await grown(tap.id)
  await grown(tap.id)
  const before = await recorded(tap.id)
  const found = descendants(product.pid).find(({ commandLine }) => commandLine.includes('annals-agent'))
  process.kill(found!.pid, 'SIGKILL')
  const all = await pieces(tap.id)
  const output = printed(all)
  const truth = readFileSync(tap.side)
  expect(difference(output, truth.subarray(0, output.length))).toBe('none')
  const kept = all.filter(({ track }) => track === PieceTrack.output)
  expect(kept.reduce((sum, { content }) => sum + content.length, 0)).toBeGreaterThanOrEqual(before)
  const info = await admin.ask('recording.read', { id: tap.id })
  expect(info.state).toBe('interrupted')
  const row = await admin.ask('terminal.read', { id: tap.id })
  expect(row).toMatchObject({ status: 'interrupted' })
  expect(row.endReason).toContain('was killed')
  tap.stop()
})
