import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { enrolMachine } from '../../apps/agent/enrol-machine.ts'
import { descendants } from '../product.ts'
import { difference, monotonic, printed, Rig, type Tap, until } from './rig.ts'
import { Stalls, stallWords } from './stalls.ts'

/**
 * What a killed agent may take along: at most the last 250 ms of a machine that runs, at the end of the recording, which says that it was
 * interrupted. `ANNALS_TEST_TAP_ROUNDS` kills it as often in each way and prints what was lost.
 */
const ROUNDS = Number(process.env['ANNALS_TEST_TAP_ROUNDS'] ?? 1)
const LOSS_MILLISECONDS = 250
const root = fileURLToPath(new URL('../..', import.meta.url))
let rig: Rig
let stalls: Stalls

interface Loss {
  readonly way: string
  /** From the first byte that was lost to the kill, and how much of that the machine ran. */
  readonly milliseconds: number
  readonly ran: number
  readonly bytes: number
}
const losses: Loss[] = []

beforeAll(async () => {
  rig = await Rig.open()
  stalls = await Stalls.watch(rig.directory)
})

afterAll(async () => {
  stalls?.stop()
  await rig?.close()
  for (const way of new Set(losses.map((each) => each.way))) {
    const all = losses.filter((each) => each.way === way)
    const spread = (of: (loss: Loss) => number) => {
      const sorted = all.map(of).sort((one, other) => one - other)
      return [0.5, 0.9, 1].map((part) => sorted[Math.ceil(part * sorted.length) - 1]!.toFixed(0)).join(' / ')
    }
    console.log(
      `${way}, ${all.length} times, p50 / p90 / most: ${spread(({ milliseconds }) => milliseconds)} ms lost, ${spread(({ ran }) => ran)} ms of them without a stall, ${spread(({ bytes }) => bytes)} bytes`,
    )
  }
})

/** Resolves when the program has printed so many times more. */
async function prints(tap: Tap, times: number): Promise<void> {
  const before = tap.times().length
  await until(async () => tap.times().length >= before + times)
}

/** Everything printed before the last 250 ms is there, nothing else is, and the recording says how it ended. */
async function check(way: string, tap: Tap, killedAt: number): Promise<void> {
  const output = printed(await rig.pieces(tap.id))
  const truth = readFileSync(tap.side)
  expect(difference(output, truth.subarray(0, output.length))).toBe('none')
  const times = tap.times().filter(({ at }) => at < killedAt)
  const firstLost = times.find(({ bytes }) => bytes > output.length)
  const limit = stalls.before(killedAt, LOSS_MILLISECONDS)
  losses.push({
    ...{ way, milliseconds: firstLost === undefined ? 0 : killedAt - firstLost.at },
    ran: firstLost === undefined ? 0 : stalls.between(firstLost.at, killedAt).ran,
    bytes: firstLost === undefined ? 0 : times.at(-1)!.bytes - output.length,
  })
  const early = times.findLast(({ at }) => at < limit.moment)
  expect(
    output.length,
    `of ${early?.bytes} bytes printed more than ${LOSS_MILLISECONDS} ms before the kill, not counting ${stallWords(limit.seen)}`,
  ).toBeGreaterThanOrEqual(early?.bytes ?? 0)
  expect((await rig.admin.ask('recording.read', { id: tap.id })).state).toBe('interrupted')
  expect(await rig.admin.ask('terminal.read', { id: tap.id })).toMatchObject({
    status: 'interrupted',
    endReason: expect.stringContaining('was killed'),
  })
  tap.stop()
}

const agentBelow = () =>
  descendants(rig.product.pid).find(({ commandLine }) => commandLine.includes('annals-agent'))?.pid

/** More prints before each kill than in the last, so that none comes at the same moment of a segment. */
const someTimes = (round: number) => 20 + ((round * 37) % 60)

test(`a killed agent takes at most the last ${LOSS_MILLISECONDS} ms along, and the end is marked (${ROUNDS} rounds)`, async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const tap = await rig.tapped(await rig.linked(), `agent-${round}`, 7 + round)
    await rig.grown(tap.id)
    await prints(tap, someTimes(round))
    const pid = agentBelow()!
    const killedAt = monotonic()
    process.kill(pid, 'SIGKILL')
    await check('its agent', tap, killedAt)
  }
})

test(`neither do agent, server and database that are killed at once (${ROUNDS} rounds)`, async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const tap = await rig.tapped(await rig.linked(), `all-${round}`, 1007 + round)
    await rig.grown(tap.id)
    await prints(tap, someTimes(round))
    // Not the shell: an agent that lives a moment longer would report that it ended.
    const ours = descendants(rig.product.pid).filter(({ commandLine }) =>
      /annals-agent|postgres/.test(commandLine),
    )
    const pids = [rig.product.pid, ...ours.map(({ pid }) => pid)]
    const killedAt = monotonic()
    for (const pid of pids)
      try {
        process.kill(pid, 'SIGKILL')
      } catch {
        // It went with the one before.
      }
    await rig.product.kill()
    await rig.start()
    await check('agent, server and database at once', tap, killedAt)
  }
})

test(`nor does an agent that is killed while its server is away (${ROUNDS} rounds)`, async () => {
  const { token } = await rig.admin.tell('server-token.create', { name: 'the machine of the test' })
  const there = join(rig.directory, 'outside')
  await enrolMachine({ directory: there, url: rig.product.url, token, name: 'outside' })
  let agent: ChildProcess
  const startAgent = () => {
    agent = spawn(process.execPath, ['apps/agent/main.ts', '--data', there], { cwd: root, stdio: 'ignore' })
  }
  startAgent()
  try {
    for (let round = 0; round < ROUNDS; round++) {
      const tap = await rig.tapped(await rig.linked('outside'), `away-${round}`, 2007 + round)
      await rig.grown(tap.id)
      await rig.product.kill()
      await prints(tap, someTimes(round))
      const killedAt = monotonic()
      agent!.kill('SIGKILL')
      await rig.start()
      startAgent()
      await check('an agent whose server was away', tap, killedAt)
    }
  } finally {
    agent!.kill('SIGKILL')
  }
})
