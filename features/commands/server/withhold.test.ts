import { expect, test } from 'vitest'
import { agentOn, machineIn } from '../../../seed/agent.ts'
import { people, teams } from '../../../seed/story.ts'
import { world } from '../../../seed/world.ts'

type World = Awaited<ReturnType<typeof world>>

const LATER = '2026-08-03T09:01:00.000Z'

async function tokenOf(w: World, rules: object = {}) {
  const made = await w
    .as('mina')
    .tell('token.create', { name: 'deploy', scopes: ['*'], commands: ['*'], servers: ['*'], ...rules })
  expect(made.status, JSON.stringify(made.body)).toBe(200)
  return { id: made.body.id as string, api: w.withToken(made.body.secret) }
}

async function submit(by: { tell: World['anonymous']['tell'] }, ask: object): Promise<string> {
  const { status, body } = await by.tell('command.submit', { line: 'uptime', ...ask })
  expect(status, JSON.stringify(body)).toBe(200)
  return body.commands[0].id
}

const read = async (w: World, id: string) => (await w.as('ada').ask('command.read', { id })).body

/** Waits for the job, or whatever else moves it on. */
async function moved(w: World, id: string, from = 'scheduled') {
  for (;;) {
    const row = await read(w, id)
    if (row.state !== from) return row
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

const withheld = async (w: World) => (await w.recorded()).filter(({ kind }) => kind === 'command.withheld')

/** Ends what a token may do, and what the row then says. */
const ends: Record<string, [end: (w: World, tokenId: string) => Promise<unknown>, why: string]> = {
  'the token is disabled': [
    (w, id) => w.as('mina').tell('token.disable', { id }),
    'the token deploy is disabled',
  ],
  'the token expires': [
    async (w, id) =>
      w.db
        .updateTable('token')
        .set({ expires_at: new Date(Date.parse(LATER) - 1000) })
        .where('id', '=', id)
        .execute(),
    'the token deploy has expired',
  ],
  'its person is suspended': [
    (w) => w.as('ada').tell('person.suspend', { id: people.mina.id }),
    'Mina Park cannot sign in any more',
  ],
  'its person becomes an auditor': [
    (w) => w.as('ada').tell('person.set-role', { id: people.mina.id, role: 'auditor' }),
    'Mina Park may not run commands any more',
  ],
  'its person leaves the group': [
    (w) => w.as('ada').tell('group.set-members', { id: teams.sea.id, personIds: [] }),
    'Mina Park does not reach web-1 any more',
  ],
  'its scopes are narrowed': [
    (w, id) => w.as('mina').tell('token.update', { id, scopes: ['person:read'] }),
    'the token deploy has no scope for commands any more',
  ],
  'its lines are narrowed': [
    (w, id) => w.as('mina').tell('token.update', { id, commands: ['true'] }),
    'no rule of the token deploy covers the line any more',
  ],
  'its servers are narrowed': [
    (w, id) => w.as('mina').tell('token.update', { id, servers: [] }),
    'the token deploy may not act on web-1 any more',
  ],
}

test.each(Object.entries(ends))(
  'what a token submitted for later is rejected when it is due and %s',
  async (_what, [end, why]) => {
    await using w = await world()
    await w.assembled.start()
    const machine = await machineIn(w, 'web-1', [teams.sea.id])
    const { id: tokenId, api } = await tokenOf(w)
    const id = await submit(api, { serverIds: [machine.serverId], scheduledAt: LATER, env: { A: 'b' } })
    const after = await submit(api, { serverIds: [machine.serverId], line: 'true', runAfter: id })
    await end(w, tokenId)
    w.pass(90)
    const reason = `When it was due, ${why}`
    expect(await moved(w, id)).toMatchObject({
      state: 'rejected',
      status: 'Rejected',
      reason,
      pickedUpAt: null,
    })
    expect(await moved(w, after)).toMatchObject({
      state: 'cancelled',
      reason: 'The command it was to run after was refused',
    })
    expect(await withheld(w)).toMatchObject([
      { subject: { kind: 'command', id }, server: { name: 'web-1' }, data: { line: 'uptime', reason } },
    ])
    expect(await w.db.selectFrom('command_secret').selectAll().execute()).toEqual([])
  },
)

test('what was to run after another is looked at when that ends', async () => {
  await using w = await world()
  const machine = await machineIn(w, 'web-1', [teams.sea.id])
  const agent = await agentOn(w, machine)
  const { id: tokenId, api } = await tokenOf(w)
  const first = await submit(w.as('mina'), { serverIds: [machine.serverId], line: 'true' })
  const id = await submit(api, { serverIds: [machine.serverId], runAfter: first })
  await w.as('mina').tell('token.disable', { id: tokenId })
  await agent.accept(first)
  await agent.finish(first)
  expect(await moved(w, id)).toMatchObject({
    state: 'rejected',
    reason: 'When it was due, the token deploy is disabled',
  })
  expect(await withheld(w)).toHaveLength(1)
})

test('what waits for a server to come back is looked at when it does, and runs no more', async () => {
  await using w = await world()
  const machine = await machineIn(w, 'web-1', [teams.sea.id])
  const { id: tokenId, api } = await tokenOf(w)
  const id = await submit(api, { serverIds: [machine.serverId] })
  const other = await submit(w.as('mina'), { serverIds: [machine.serverId], line: 'true' })
  await w.as('mina').tell('token.disable', { id: tokenId })
  const agent = await agentOn(w, machine)
  // Of two different commands, in either order.
  const orders = [await agent.order(), await agent.order()]
  expect(orders.find(({ kind }) => kind === 'command.cancel')).toMatchObject({ body: { commandId: id } })
  expect(orders.find(({ kind }) => kind === 'command.run')).toMatchObject({ id: other })
  expect(await read(w, id)).toMatchObject({ state: 'rejected' })
  // An agent that had it already runs it, and the record says so.
  await agent.accept(id)
  expect(await read(w, id)).toMatchObject({
    state: 'running',
    reason: 'The agent had already taken it when it was rejected',
  })
})

/** Sent to an agent whose link broke before it said a word of it; then the token ended, and the agent came back. */
async function sentAndLapsed(w: World) {
  const machine = await machineIn(w, 'web-1', [teams.sea.id])
  const { id: tokenId, api } = await tokenOf(w)
  const before = await agentOn(w, machine)
  const id = await submit(api, { serverIds: [machine.serverId] })
  expect(await before.order()).toMatchObject({ kind: 'command.run', id })
  expect(await moved(w, id, 'queued')).toMatchObject({ state: 'delivered' })
  await before.leave()
  await w.as('mina').tell('token.disable', { id: tokenId })
  const agent = await agentOn(w, machine)
  const reason = 'When it was to be sent again, the token deploy is disabled'
  expect(await agent.order()).toMatchObject({ kind: 'command.cancel', body: { commandId: id, reason } })
  // Nobody but the agent knows whether it runs.
  expect(await read(w, id)).toMatchObject({ state: 'delivered', reason })
  return { machine, agent, id, reason }
}

test('what was sent and never confirmed is not sent again once nobody may run it: the agent is asked to let it be, and why is recorded', async () => {
  await using w = await world()
  const { machine, agent, id, reason } = await sentAndLapsed(w)
  await agent.leave()
  const again = await agentOn(w, machine)
  expect(await again.order()).toMatchObject({ kind: 'command.cancel', body: { commandId: id, reason } })
  await again.report(['command.cancelled', { commandId: id }])
  const confirmed = `${reason}. Cancelled before it started; the agent confirmed it`
  expect(await read(w, id)).toMatchObject({ status: 'Cancelled', reason: confirmed, pickedUpAt: null })
  const told = (await w.recorded()).filter(({ subject }) => subject?.id === id)
  expect(told.map(({ kind, data }) => [kind, data['reason']])).toEqual([
    ['command.submitted', undefined],
    ['command.cancel-requested', reason],
    ['command.cancelled', confirmed],
  ])
})

test('where the agent had it already, the record says that it ran', async () => {
  await using w = await world()
  const { agent, id, reason } = await sentAndLapsed(w)
  await agent.accept(id)
  await agent.finish(id)
  expect(await read(w, id)).toMatchObject({
    state: 'success',
    reason: `${reason}. The agent had already taken it`,
  })
  expect(await withheld(w)).toEqual([])
})

test('what a token may still do when it is due runs, and so does what a person asked for; a person who is gone asks for nothing', async () => {
  await using w = await world()
  await w.assembled.start()
  const machine = await machineIn(w, 'web-1', [teams.sea.id])
  const { api } = await tokenOf(w, { commands: ['up*'], servers: [machine.serverId] })
  const ask = { serverIds: [machine.serverId], scheduledAt: LATER }
  const byToken = await submit(api, ask)
  const byPerson = await submit(w.as('mina'), ask)
  const byTheo = await submit(w.as('theo'), ask)
  await w.as('ada').tell('person.suspend', { id: people.theo.id })
  w.pass(90)
  expect((await moved(w, byToken)).state).toBe('queued')
  expect((await moved(w, byPerson)).state).toBe('queued')
  expect(await moved(w, byTheo)).toMatchObject({ state: 'rejected' })
})
