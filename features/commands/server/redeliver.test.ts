import pino from 'pino'
import { afterEach, expect, test, vi } from 'vitest'
import { agentOn, machineIn } from '../../../seed/agent.ts'
import { world } from '../../../seed/world.ts'

type World = Awaited<ReturnType<typeof world>>

afterEach(() => vi.useRealTimers())

/** A world whose beats are the test's own. */
async function worldWithBeats() {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  const told: string[] = []
  const log = pino({ level: 'error' }, { write: (line: string) => void told.push(line) })
  const w = await world({ log })
  await w.assembled.start()
  const beat = (seconds: number) => {
    w.pass(seconds)
    vi.advanceTimersByTime(seconds * 1000)
  }
  const isTold = (text: string) => vi.waitUntil(() => told.some((line) => line.includes(text)))
  return { w, beat, isTold }
}

/** A copy of a command that is due and was sent to nobody, as a commit leaves it whose answer was lost. */
async function committedUnheard(w: World, id: string): Promise<string> {
  const row = await w.db.selectFrom('command').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
  const copy = crypto.randomUUID()
  await w.db
    .insertInto('command')
    .values({ ...row, id: copy, state: 'queued', delivered_at: null, picked_up_at: null, due_at: w.now() })
    .execute()
  return copy
}

test('what was committed without the server hearing of it is sent on the same link, a few seconds later', async () => {
  const { w, beat } = await worldWithBeats()
  await using _ = w
  const machine = await machineIn(w, 'web-1')
  const agent = await agentOn(w, machine)
  const { body } = await w.as('ada').tell('command.submit', { serverIds: [machine.serverId], line: 'uptime' })
  const heard = body.commands[0].id
  expect((await agent.order()).id).toBe(heard)
  await agent.accept(heard)
  const unheard = await committedUnheard(w, heard)
  beat(8)
  expect(await agent.order()).toMatchObject({ id: unheard, kind: 'command.run', body: { line: 'uptime' } })
})

test('a stop whose commit was not heard of reaches the agent all the same', async () => {
  const { w, beat } = await worldWithBeats()
  await using _ = w
  const machine = await machineIn(w, 'web-1')
  const agent = await agentOn(w, machine)
  const { body } = await w
    .as('ada')
    .tell('command.submit', { serverIds: [machine.serverId], line: 'sleep 1d' })
  const id = body.commands[0].id
  await agent.order()
  await agent.accept(id)
  await w.db.updateTable('command').set({ stop_requested_at: w.now() }).where('id', '=', id).execute()
  beat(8)
  expect(await agent.order()).toMatchObject({ kind: 'command.stop', body: { commandId: id } })
})

test('a server that was linked while what it is owed could not be read gets it a few seconds later', async () => {
  const { w, beat, isTold } = await worldWithBeats()
  await using _ = w
  const machine = await machineIn(w, 'web-1')
  const { body } = await w.as('ada').tell('command.submit', { serverIds: [machine.serverId], line: 'uptime' })
  const id = body.commands[0].id
  await w.db.updateTable('command').set({ state: 'delivered' }).where('id', '=', id).execute()
  await w.pool.query('alter table command_secret rename to command_secret_away')
  const agent = await agentOn(w, machine)
  await isTold('what a server is owed could not be sent')
  await w.pool.query('alter table command_secret_away rename to command_secret')
  beat(8)
  expect((await agent.order()).id).toBe(id)
})
