import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { enrolMachine } from '../../apps/agent/enrol-machine.ts'
import { type RunningAgent, startAgent } from '../../apps/agent/start-agent.ts'
import { PieceTrack, readVarints } from '../../features/websh/common/piece.ts'
import { difference, printed, Rig, until } from './rig.ts'

const program = fileURLToPath(new URL('flood-program.mjs', import.meta.url))
/** Printed as fast as it is taken; what has to happen in the middle of it happens in the first part. */
const BYTES = 12_000_000
const PART = 2_000_000
const SIZES = 200
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

/** The bytes of the numbers, a line each, up to so many. */
function numbers(bytes: number): Buffer {
  const all = Buffer.alloc(bytes)
  for (let at = 0, next = 0; at < bytes; next++) at += all.write(`${next}\n`, at, 'latin1')
  return all
}

test('of a flood every byte is kept, through a storm of sizes, a closed tab, a killed server and a stopped one', async () => {
  const serverId = await rig.linked('outside')
  const { id } = await rig.admin.tell('terminal.open', { serverId, cols: 80, rows: 24 })
  const [side, end] = [join(rig.directory, 'flood.side'), join(rig.directory, 'flood.end')]
  const reached = (bytes: number) => until(async () => (await rig.recorded(id)) >= bytes)
  const socket = await rig.attach(id)
  const line = `stty raw -echo; printf BEG""IN; exec "${process.execPath}" "${program}" ${BYTES} "${side}" "${end}"`
  socket.send(Buffer.from(`exec sh -c '${line}'\r`))
  await reached(PART)
  for (let i = 1; i <= SIZES; i++)
    socket.send(JSON.stringify({ type: 'resize', cols: 80 + i, rows: 10 + (i % 7) }))
  await until(async () => (await rig.admin.ask('terminal.read', { id })).cols === 80 + SIZES)
  socket.terminate()
  await reached(2 * PART)
  await rig.product.kill()
  await rig.start()
  const again = await rig.attach(id)
  await reached(3 * PART)
  await rig.product.stop()
  await rig.start()
  again.terminate()
  await reached(BYTES)
  writeFileSync(end, '')

  const all = await rig.pieces(id)
  expect(difference(printed(all), numbers(Number(readFileSync(side, 'utf8'))))).toBe('none')
  const sizes = all.filter(({ track }) => track === PieceTrack.resize)
  expect(readVarints(sizes.at(-1)!.content, 2)).toEqual([80 + SIZES, 10 + (SIZES % 7)])
  expect(await rig.admin.ask('recording.read', { id })).toMatchObject({ state: 'complete' })
})
