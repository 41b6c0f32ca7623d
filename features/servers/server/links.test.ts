import { expect, test } from 'vitest'
import { agentOn, machineIn, type TestMachine } from '../../../seed/agent.ts'
import { teams } from '../../../seed/story.ts'
import { world } from '../../../seed/world.ts'

type World = Awaited<ReturnType<typeof world>>

async function until<T>(read: () => Promise<T>, holds: (value: T) => boolean): Promise<T> {
  for (;;) {
    const value = await read()
    if (holds(value)) return value
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
const server =
  (w: World, { serverId }: TestMachine) =>
  async () =>
    (await w.as('ada').ask('server.read', { id: serverId })).body
/** Those of a kind: links are written down a moment after they opened, so an entry may have others around it. */
const entriesOf = async (w: World, wanted: string) =>
  (await w.recorded()).filter(({ kind }) => kind === wanted)
const at = () => new Date().toISOString()
const idle = { running: [], queue: { reports: 0, oldestAt: null }, checkpointSize: 0 }

test('a server is shown as connected, offline or never seen, and each change is on record', async () => {
  await using w = await world()
  const machine = await machineIn(w, 'web-1')
  expect((await server(w, machine)()).link).toBe('never')
  const agent = await agentOn(w, machine)
  expect(await server(w, machine)()).toMatchObject({
    link: 'connected',
    agentVersion: '0.1.0',
    protocolVersion: 1,
  })
  await agent.leave()
  await until(server(w, machine), ({ link }) => link === 'offline')
  const kinds = async () => (await w.recorded()).map(({ kind }) => kind)
  await until(kinds, (all) => all.includes('server.disconnected'))
  expect(await kinds()).toEqual([
    'server-token.created',
    'server.enrolled',
    'server.connected',
    'server.disconnected',
  ])
})

test('what an agent reports after its server was renamed is recorded under the new name, on the same link', async () => {
  await using w = await world()
  const machine = await machineIn(w, 'web-1')
  const agent = await agentOn(w, machine)
  await until(server(w, machine), ({ link }) => link === 'connected')
  await w.as('ada').tell('server.rename', { id: machine.serverId, name: 'web-one' })
  await agent.leave()
  await until(
    () => entriesOf(w, 'server.disconnected'),
    (entries) => entries.length > 0,
  )
  const names = [...(await entriesOf(w, 'server.connected')), ...(await entriesOf(w, 'server.disconnected'))]
  expect(names.map((entry) => (entry as unknown as { server: { name: string } }).server.name)).toEqual([
    'web-1',
    'web-one',
  ])
})

test('facts, the queue and the checkpoint an agent keeps are what it last said', async () => {
  await using w = await world()
  const machine = await machineIn(w, 'web-1')
  const agent = await agentOn(w, machine)
  const facts = {
    hostname: 'web-1',
    os: { name: 'Debian', version: '13', kernel: '6.12', architecture: 'x64' },
    cpus: 2,
    memoryBytes: 4e9,
    bootedAt: null,
    bootId: null,
    accounts: [],
    groups: [],
    interfaces: [],
    disks: [],
    runsAs: { name: 'root', uid: 0 },
    truncated: 0,
  }
  agent.link.say({ t: 'facts', facts })
  agent.link.say({ t: 'beat', ...idle, at: at(), queue: { reports: 7, oldestAt: at() }, checkpointSize: 3 })
  const row = await until(
    server(w, machine),
    ({ os, checkpointSize }) => os === 'Debian 13' && checkpointSize === 3,
  )
  expect(row).toMatchObject({ facts, queue: { reports: 7 } })
})

test('the record says to when it is complete, and names who is behind', async () => {
  await using w = await world()
  const [near, far] = [await machineIn(w, 'near', [teams.sea.id]), await machineIn(w, 'far', [teams.sea.id])]
  const agent = await agentOn(w, near)
  agent.link.say({ t: 'beat', ...idle, at: at() })
  const said = (persona: 'mina' | 'juno') => async () =>
    (await w.as(persona).ask('command.list')).body.completeness
  const completeness = await until(said('mina'), ({ complete }) => complete === 1)
  expect(completeness).toMatchObject({
    servers: 2,
    behind: [
      { serverId: far.serverId, serverName: 'far', completeTo: null, why: 'its agent has never connected' },
    ],
  })
  expect(await said('juno')()).toMatchObject({ servers: 0, complete: 0, behind: [] })
})

test('lost reports are a row and an alarm for those who see the server, and nobody else', async () => {
  await using w = await world()
  const machine = await machineIn(w, 'web-1', [teams.sea.id])
  const agent = await agentOn(w, machine)
  const hole = { from: 1, to: 40, since: at(), until: at(), why: 'the disk was full' }
  agent.link.say({ t: 'reports', items: [{ n: 40, at: at(), kind: 'hole', body: hole }] })
  expect((await agent.link.next('committed')).upTo).toBe(40)
  expect((await w.as('mina').ask('server.holes')).body.items).toMatchObject([
    { serverName: 'web-1', from: 1, to: 40, count: 40, state: 'lost', why: 'the disk was full' },
  ])
  expect((await w.as('juno').ask('server.holes')).body.items).toEqual([])
  expect(await entriesOf(w, 'server.reports_lost')).toMatchObject([{ data: { from: 1, to: 40 } }])
})

test('a checkpoint an agent refused is an alarm on its server', async () => {
  await using w = await world()
  const machine = await machineIn(w, 'web-1')
  const agent = await agentOn(w, machine)
  await agent.report(['checkpoint.alarm', { kept: 'size 90', offered: 'size 80', why: 'it is shorter' }])
  expect((await server(w, machine)()).checkpointAlarm).toBe('it is shorter')
  expect(await entriesOf(w, 'server.checkpoint_refused')).toMatchObject([
    { data: { why: 'it is shorter', kept: 'size 90' } },
  ])
})

test('each agent is handed the signed head of the journal, and the next one with a proof', async () => {
  await using w = await world()
  await w.assembled.start()
  const machine = await machineIn(w, 'web-1')
  const agent = await agentOn(w, machine)
  const { note, fromSize, proof } = await agent.link.next('checkpoint')
  expect({ fromSize, proof }).toEqual({ fromSize: 0, proof: [] })
  const size = Number(note.split('\n')[1])
  agent.link.say({ t: 'beat', ...idle, at: at(), checkpointSize: size })
  await machineIn(w, 'web-2')
  w.pass(11)
  const next = await agent.link.next('checkpoint')
  expect(next.fromSize).toBe(size)
  expect(next.proof.length).toBeGreaterThan(0)
})

test('a server that was killed says, when it is back, that its links had ended', async () => {
  await using w = await world()
  const machine = await machineIn(w, 'web-1')
  await w.db.updateTable('server_link').set({ is_connected: true, connected_at: new Date() }).execute()
  await w.assembled.start()
  expect((await server(w, machine)()).link).toBe('offline')
  expect(await entriesOf(w, 'server.disconnected')).toMatchObject([
    { data: { why: 'Annals was not running' } },
  ])
})
