import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { agentOn, machineIn } from '../../../seed/agent.ts'
import { teams } from '../../../seed/story.ts'
import { world } from '../../../seed/world.ts'
import { openSealed } from '../../../wire/sealed.ts'

type World = Awaited<ReturnType<typeof world>>
type Persona = Parameters<World['as']>[0]

async function submit(w: World, persona: Persona, ask: object): Promise<string> {
  const { status, body } = await w.as(persona).tell('command.submit', ask)
  expect(status, JSON.stringify(body)).toBe(200)
  return body.commands[0].id
}
const read = async (w: World, id: string, persona: Persona = 'ada') =>
  (await w.as(persona).ask('command.read', { id })).body
const kindsOf = async (w: World, id: string) =>
  (await w.recorded()).filter(({ subject }) => subject?.id === id).map(({ kind }) => kind)

test('a command is sent at once, and its row goes from delivered to its end with every time filled', async () => {
  await using w = await world()
  const machine = await machineIn(w, 'web-1', [teams.sea.id])
  const agent = await agentOn(w, machine)
  const id = await submit(w, 'mina', { serverIds: [machine.serverId], line: 'uptime', account: 'deploy' })
  const order = await agent.order()
  expect(order).toMatchObject({
    id,
    kind: 'command.run',
    body: { line: 'uptime', account: 'deploy', sealed: null },
  })
  await agent.accept(id)
  expect(await read(w, id, 'mina')).toMatchObject({ status: 'Running', pid: 4242, delaySeconds: 0 })
  const streamBytes = await agent.print(id, [
    ['stdout', 'out\n'],
    ['stderr', 'err\n'],
  ])
  await agent.finish(id, { exitCode: 3, stdoutBytes: 4, stderrBytes: 4, streamBytes })
  const row = await read(w, id, 'mina')
  expect(row).toMatchObject({
    status: 'Failed',
    exitCode: 3,
    result: 'err',
    elapsedSeconds: 0.012,
    output: { stdoutBytes: 4, stderrBytes: 4, complete: true },
  })
  expect(row.output.sha256).toBe(createHash('sha256').update('out\nerr\n').digest('hex'))
  for (const time of ['deliveredAt', 'pickedUpAt', 'startedAt', 'finishedAt', 'heardAt'])
    expect(row[time], time).not.toBeNull()
  expect(await kindsOf(w, id)).toEqual(['command.submitted', 'command.finished'])
  const listed = (await w.as('mina').ask('command.list')).body.items[0]
  expect(listed.entry.sequence).toBeGreaterThan(0)
})

test('a command for a server that is away waits and is sent when it comes, and again until it is taken', async () => {
  await using w = await world()
  const machine = await machineIn(w, 'web-1')
  const id = await submit(w, 'ada', { serverIds: [machine.serverId], line: 'uptime' })
  expect((await read(w, id)).state).toBe('queued')
  const first = await agentOn(w, machine)
  expect((await first.order()).id).toBe(id)
  await first.leave()
  const second = await agentOn(w, machine)
  expect((await second.order()).id).toBe(id)
  await second.accept(id)
  await second.leave()
  const third = await agentOn(w, machine)
  const other = await submit(w, 'ada', { serverIds: [machine.serverId], line: 'true' })
  expect((await third.order()).id).toBe(other)
})

test('environment values and standard input are readable by the agent and by nobody else, anywhere', async () => {
  await using w = await world()
  const machine = await machineIn(w, 'web-1')
  const secrets = { env: { DEPLOY_KEY: 'swordfish-in-env' }, stdin: 'swordfish-in-stdin' }
  const id = await submit(w, 'ada', { serverIds: [machine.serverId], line: 'deploy', ...secrets })
  const tables = (await w.db.introspection.getTables()).filter(({ schema }) => schema === 'public')
  const everything = async () => {
    const texts = await Promise.all(
      tables.map(({ name }) =>
        w.db
          .selectFrom(name as 'command')
          .selectAll()
          .execute(),
      ),
    )
    return JSON.stringify(texts)
  }
  expect(await everything()).not.toContain('swordfish')
  expect(await read(w, id)).toMatchObject({ envNames: ['DEPLOY_KEY'], stdinBytes: 18 })
  const agent = await agentOn(w, machine)
  const { body } = await agent.order()
  const opened = openSealed(machine.sealingKey, body['sealed'] as string, id)
  expect(JSON.parse(Buffer.from(opened).toString())).toEqual(secrets)
  await agent.accept(id)
  expect(await w.db.selectFrom('command_secret').selectAll().execute()).toEqual([])
  expect(JSON.stringify(await w.recorded())).not.toContain('swordfish')
})

test('a credential on the line is refused before anything of it is stored, and the refusal is on record', async () => {
  await using w = await world()
  const machine = await machineIn(w, 'web-1')
  const line = 'mysql -pswordfish shop'
  const { status, body } = await w.as('ada').tell('command.submit', { serverIds: [machine.serverId], line })
  expect({ status, code: body.code }).toEqual({ status: 422, code: 'command.inline_credential' })
  expect(JSON.stringify([body, await w.recorded()])).not.toContain('swordfish')
  expect((await w.recorded()).at(-1)?.kind).toBe('command.refused')
  expect(await w.db.selectFrom('command').select('id').execute()).toEqual([])
})

test('a member runs commands on their servers only; a hidden server and none answer alike; an auditor runs none', async () => {
  await using w = await world()
  const sea = await machineIn(w, 'sea-1', [teams.sea.id])
  const sky = await machineIn(w, 'sky-1', [teams.sky.id])
  const ask = (persona: Persona, ...serverIds: string[]) =>
    w.as(persona).tell('command.submit', { serverIds, line: 'true' })
  const hidden = await ask('mina', sea.serverId, sky.serverId)
  const absent = await ask('mina', sea.serverId, teams.sea.id)
  expect(hidden.status).toBe(404)
  expect({ ...hidden.body, requestId: '' }).toEqual({ ...absent.body, requestId: '' })
  expect((await ask('olga', sea.serverId)).status).toBe(403)
  expect(await w.db.selectFrom('command').select('id').execute()).toEqual([])
  const id = await submit(w, 'mina', { serverIds: [sea.serverId], line: 'true' })
  expect((await w.as('theo').ask('command.read', { id })).status).toBe(404)
  expect((await w.as('theo').tell('command.cancel', { id })).status).toBe(404)
  expect((await w.as('olga').ask('command.read', { id })).status).toBe(200)
})

test('a waiting command is cancelled in one step; one under way only when the agent agrees', async () => {
  await using w = await world()
  const machine = await machineIn(w, 'web-1')
  const queued = await submit(w, 'ada', { serverIds: [machine.serverId], line: 'one' })
  expect((await w.as('ada').tell('command.cancel', { id: queued })).body.state).toBe('cancelled')
  const agent = await agentOn(w, machine)
  const sent = await submit(w, 'ada', { serverIds: [machine.serverId], line: 'two' })
  expect((await agent.order()).id).toBe(sent)
  await delivered(w, sent)
  expect((await w.as('ada').tell('command.cancel', { id: sent })).body.state).toBe('delivered')
  expect(await agent.order()).toMatchObject({ kind: 'command.cancel', body: { commandId: sent } })
  await agent.report(['command.cancelled', { commandId: sent }])
  expect((await read(w, sent)).state).toBe('cancelled')
  expect(await kindsOf(w, sent)).toEqual([
    'command.submitted',
    'command.cancel-requested',
    'command.cancelled',
  ])
  const running = await submit(w, 'ada', { serverIds: [machine.serverId], line: 'three' })
  await agent.order()
  await agent.accept(running)
  const late = await w.as('ada').tell('command.cancel', { id: running })
  expect(late).toMatchObject({ status: 409, body: { code: 'command.already_picked_up' } })
  expect((await w.as('ada').tell('command.stop', { id: running })).status).toBe(200)
  expect(await agent.order()).toMatchObject({ kind: 'command.stop', body: { commandId: running } })
  await agent.finish(running, { exitCode: null, signal: 'SIGTERM', reason: 'Stopped' })
  expect(await read(w, running)).toMatchObject({ status: 'Failed', signal: 'SIGTERM' })
})

async function delivered(w: World, id: string) {
  while ((await read(w, id)).state === 'queued') await new Promise((resolve) => setTimeout(resolve, 10))
}

test('what runs after another starts when that ends well, and is cancelled down the chain when not', async () => {
  await using w = await world()
  const machine = await machineIn(w, 'web-1')
  const agent = await agentOn(w, machine)
  const on = { serverIds: [machine.serverId] }
  const first = await submit(w, 'ada', { ...on, line: 'first' })
  const then = await submit(w, 'ada', { ...on, line: 'then', runAfter: first })
  const last = await submit(w, 'ada', { ...on, line: 'last', runAfter: then })
  expect((await read(w, then)).state).toBe('scheduled')
  expect((await agent.order()).id).toBe(first)
  await agent.accept(first)
  await agent.finish(first)
  expect((await agent.order()).id).toBe(then)
  await agent.accept(then)
  await agent.finish(then, { exitCode: 1 })
  expect(await read(w, last)).toMatchObject({ state: 'cancelled', reason: expect.stringContaining('failed') })
  expect(await kindsOf(w, last)).toEqual(['command.submitted', 'command.cancelled'])
  const never = await w.as('ada').tell('command.submit', { ...on, line: 'never', runAfter: then })
  expect(never.status).toBe(409)
})

test('a scheduled command is sent when its time comes, and its delay counts from then', async () => {
  await using w = await world()
  await w.assembled.start()
  const machine = await machineIn(w, 'web-1')
  const scheduledAt = new Date(Date.UTC(2026, 7, 3, 9, 0, 20)).toISOString()
  const id = await submit(w, 'ada', { serverIds: [machine.serverId], line: 'later', scheduledAt })
  expect(await read(w, id)).toMatchObject({ state: 'scheduled', scheduledAt })
  w.pass(25)
  const agent = await agentOn(w, machine)
  expect((await agent.order()).id).toBe(id)
  await agent.accept(id)
  const { delaySeconds } = await read(w, id)
  expect(delaySeconds).toBeGreaterThanOrEqual(5)
  expect(delaySeconds).toBeLessThan(6)
})

test('a command due before it was asked for waits from when it was asked for', async () => {
  await using w = await world()
  const machine = await machineIn(w, 'web-1')
  const agent = await agentOn(w, machine)
  const scheduledAt = '2020-01-01T00:00:00.000Z'
  const id = await submit(w, 'ada', { serverIds: [machine.serverId], line: 'id', scheduledAt })
  expect((await agent.order()).id).toBe(id)
  await agent.accept(id)
  expect(await read(w, id)).toMatchObject({ scheduledAt, delaySeconds: expect.closeTo(0, 0) })
})

test('a command cancelled before its time never was due, and says what else cannot be done with it', async () => {
  await using w = await world()
  const machine = await machineIn(w, 'web-1')
  const scheduledAt = new Date(Date.UTC(2026, 11, 1)).toISOString()
  const id = await submit(w, 'ada', { serverIds: [machine.serverId], line: 'reboot', scheduledAt })
  expect((await w.as('ada').tell('command.stop', { id })).body.message).toBe(
    'This command does not run: it is scheduled. Cancel it instead.',
  )
  const { body } = await w.as('ada').tell('command.cancel', { id })
  expect(body.states.map(({ state }: { state: string }) => state)).toEqual([
    'submitted',
    'cancel requested',
    'cancelled',
  ])
  expect((await w.as('ada').tell('command.cancel', { id })).body.message).toBe(
    'This command cannot be cancelled any more: it is cancelled.',
  )
})

test('a command nobody hears of becomes unresponsive and recovers with the next sign of life', async () => {
  await using w = await world()
  await w.assembled.start()
  const machine = await machineIn(w, 'web-1')
  const agent = await agentOn(w, machine)
  const id = await submit(w, 'ada', { serverIds: [machine.serverId], line: 'sleep 1d' })
  await agent.order()
  await agent.accept(id)
  await agent.leave()
  w.pass(700)
  while ((await read(w, id)).state !== 'stuck') await new Promise((resolve) => setTimeout(resolve, 50))
  expect((await read(w, id)).status).toBe('Unresponsive')
  const again = await agentOn(w, machine)
  const queue = { reports: 0, oldestAt: null }
  again.link.say({ t: 'beat', at: new Date().toISOString(), running: [id], queue, checkpointSize: 0 })
  while ((await read(w, id)).state !== 'running') await new Promise((resolve) => setTimeout(resolve, 50))
  await again.finish(id)
  expect(await kindsOf(w, id)).toEqual([
    'command.submitted',
    'command.unresponsive',
    'command.recovered',
    'command.finished',
  ])
})

test('a removed server takes its waiting commands along, each with a reason, and its agent is turned away', async () => {
  await using w = await world()
  const machine = await machineIn(w, 'web-1')
  const agent = await agentOn(w, machine)
  const running = await submit(w, 'ada', { serverIds: [machine.serverId], line: 'sleep 1d' })
  await agent.order()
  await agent.accept(running)
  const scheduledAt = new Date(Date.UTC(2026, 7, 4)).toISOString()
  const waiting = await submit(w, 'ada', { serverIds: [machine.serverId], line: 'later', scheduledAt })
  expect((await w.as('ada').tell('server.remove', { id: machine.serverId })).status).toBe(200)
  expect(await agent.link.next('refused')).toMatchObject({ code: 'agent.removed', again: false })
  expect(await read(w, waiting)).toMatchObject({
    state: 'cancelled',
    reason: expect.stringContaining('removed'),
  })
  expect((await read(w, running)).finishedAt).not.toBeNull()
})

test("an agent's word counts for its own server's commands only", async () => {
  await using w = await world()
  const [one, two] = [await machineIn(w, 'one'), await machineIn(w, 'two')]
  const id = await submit(w, 'ada', { serverIds: [one.serverId], line: 'true' })
  const other = await agentOn(w, two)
  await other.accept(id)
  await other.finish(id)
  expect((await read(w, id)).state).toBe('queued')
  other.link.say({ t: 'stream.offer', stream: id, purpose: 'command.output' })
  expect(await other.link.next('stream.position')).toMatchObject({ unwanted: true })
})

test("an agent's own task is a row of its own kind, seen by those who see everything", async () => {
  await using w = await world()
  const machine = await machineIn(w, 'web-1', [teams.sea.id])
  const agent = await agentOn(w, machine)
  const commandId = '01987000-0000-7000-8000-000000000001'
  const task = { commandId, line: 'facts', result: 'ok\0', exitCode: 0, startedAt: new Date().toISOString() }
  await agent.report(['command.internal', { ...task, elapsedMilliseconds: 5 }])
  await agent.report(['command.internal', { ...task, elapsedMilliseconds: 5 }])
  const { body } = await w.as('ada').ask('command.list', { shell: 'internal' })
  expect(body.items).toMatchObject([
    { id: commandId, shell: 'internal', status: 'Success', operator: { kind: 'agent' } },
  ])
  expect((await w.as('mina').ask('command.list')).body.items).toEqual([])
})

test('a line of nothing but escapes, and one too long, are stored or refused, never half', async () => {
  await using w = await world()
  const machine = await machineIn(w, 'web-1')
  const hostile = [
    '\x01'.repeat(60_000),
    '\u202e\x1b]0;x\x07'.repeat(3000),
    '\ud800 lone',
    '𝄞'.repeat(16_000),
  ]
  for (const line of hostile) {
    const id = await submit(w, 'ada', { serverIds: [machine.serverId], line })
    expect((await read(w, id)).line).toBe(line.toWellFormed())
  }
  for (const line of ['x'.repeat(70_000), 'a\0b', ''])
    expect((await w.as('ada').tell('command.submit', { serverIds: [machine.serverId], line })).status).toBe(
      400,
    )
  expect((await w.recorded()).filter(({ kind }) => kind === 'command.submitted')).toHaveLength(hostile.length)
})

test('an order the agent refuses ends as rejected, with its reason, and what waited for it does not run', async () => {
  await using w = await world()
  const machine = await machineIn(w, 'web-1')
  const agent = await agentOn(w, machine)
  const id = await submit(w, 'ada', { serverIds: [machine.serverId], line: 'new' })
  const after = await submit(w, 'ada', { serverIds: [machine.serverId], line: 'then', runAfter: id })
  await agent.order()
  await agent.report(['order.refused', { orderId: id, kind: 'command.run', why: 'it cannot be read here' }])
  expect(await read(w, id)).toMatchObject({
    status: 'Rejected',
    reason: expect.stringContaining('cannot be read'),
  })
  expect((await read(w, after)).state).toBe('cancelled')
  expect(await kindsOf(w, id)).toEqual(['command.submitted', 'command.rejected'])
  expect((await w.as('ada').ask('server.holes')).body.items).toEqual([])
})

test('text is found in lines and results among what one may see, in whatever step of the walk it is', async () => {
  await using w = await world()
  const machine = await machineIn(w, 'web-1', [teams.sea.id])
  const ids: Record<string, string[]> = { mina: [], ada: [] }
  for (const persona of ['mina', 'ada'] as const)
    for (const line of ['echo needle', 'echo hay 100%', 'echo NEEDLE_2']) {
      w.pass(1)
      ids[persona]!.unshift(
        await submit(w, persona, { serverIds: [machine.serverId], line, account: 'deploy' }),
      )
    }
  const found = async (persona: Persona, ask: object) =>
    (await w.as(persona).ask('command.list', ask)).body.items.map((item: { id: string }) => item.id)
  const [underscored, percent, plain] = ids['mina']!
  expect(await found('mina', { text: 'needle' })).toEqual([underscored, plain])
  expect(await found('mina', { text: 'needle_', serverId: machine.serverId })).toEqual([underscored])
  expect(await found('mina', { text: '%' })).toEqual([percent])
  expect(await found('mina', { text: 'nothing like it' })).toEqual([])
  expect(await found('olga', { text: 'needle', limit: '3' })).toEqual([
    ids['ada']![0],
    ids['ada']![2],
    underscored,
  ])
})
