import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { enrolMachine } from '../../apps/agent/enrol-machine.ts'
import { type RunningAgent, startAgent } from '../../apps/agent/start-agent.ts'
import { PieceTrack, readVarints } from '../../features/websh/common/piece.ts'
import { difference, printed, Rig, until } from './rig.ts'

/**
 * What is recorded against what a program inside the terminal wrote down itself, while everything around it is resized,
 * left, joined and killed. Real server, database and agents; one agent lives outside the server and survives it.
 */
const ROUNDS = Number(process.env['ANNALS_TEST_TAP_ROUNDS'] ?? 1)
const quiet = { info: () => {}, warn: () => {}, error: () => {} }
let rig: Rig
let agent: RunningAgent

beforeAll(async () => {
  rig = await Rig.open()
  const { token } = await rig.admin.tell('server-token.create', { name: 'the machine of the test' })
  const there = join(rig.directory, 'agent')
  await enrolMachine({ directory: there, url: rig.product.url, token, name: 'outside' })
  agent = await startAgent({ directory: there, log: quiet, backOff: () => 50 })
})

afterAll(async () => {
  await agent?.stop()
  await rig?.close()
})

test(`what is recorded is what was printed, byte for byte, over resizes, lost tabs and killed servers and databases (${ROUNDS} rounds)`, async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const tap = await rig.tapped(await rig.linked('outside'), `round-${round}`, 20261121 + round)
    const sizes = [
      [80, 24],
      [133, 50],
      [40, 10],
      [1000, 500],
      [2, 1],
    ]
    await rig.grown(tap.id)
    for (const [cols, rows] of sizes.slice(1)) {
      tap.socket.send(JSON.stringify({ type: 'resize', cols, rows }))
      await until(async () => (await rig.admin.ask('terminal.read', { id: tap.id })).cols === cols)
    }
    tap.socket.terminate()
    await rig.grown(tap.id)
    const again = await rig.attach(tap.id)
    await rig.grown(tap.id)

    rig.killBelow('postgres')
    await until(() => rig.recorded(tap.id).then((bytes) => bytes > 0))
    await rig.grown(tap.id)

    await rig.product.kill()
    const lost = statSync(tap.side).size
    await rig.start()
    await until(async () => (await rig.recorded(tap.id)) > lost)
    again.terminate()
    await rig.grown(tap.id)
    tap.stop()

    const all = await rig.pieces(tap.id)
    expect(difference(printed(all), readFileSync(tap.side))).toBe('none')
    const kept = all.filter(({ track }) => track === PieceTrack.resize)
    expect(kept.map(({ content }) => readVarints(content, 2))).toEqual(sizes)
    expect(await rig.admin.ask('recording.read', { id: tap.id })).toMatchObject({ state: 'complete' })
  }
})
