import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { CommandsTestAgent, machineIn } from '../../../../seed/agent.ts'
import { world } from '../../../../seed/world.ts'
import { TestAgent } from '../../../../wire/server/native/test-agents.ts'
import type { AttachTell } from '../../common/attach.ts'

test('who comes while a terminal starts is told that it did', async () => {
  await using w = await world()
  const machine = await machineIn(w, 'web-1')
  const port = await w.assembled.serving.listen('127.0.0.1', 0)
  // Version 2: one that holds terminals.
  const link = await TestAgent.connect(`ws://127.0.0.1:${port}/api/agent.link`, machine, { version: 2 })
  const agent = new CommandsTestAgent(link, (await link.next('welcome')).committed)
  const { body } = await w.as('ada').tell('terminal.open', { serverId: machine.serverId, cols: 80, rows: 24 })
  const terminalId = body.id as string
  expect((await agent.order()).id).toBe(terminalId)

  const locked = Promise.withResolvers<void>()
  const release = Promise.withResolvers<void>()
  const holding = w.db.transaction().execute(async (tx) => {
    await sql`lock table terminal_viewer in share row exclusive mode`.execute(tx)
    locked.resolve()
    await release.promise
  })
  await locked.promise
  const socket = new WebSocket(`ws://127.0.0.1:${port}/api/terminal.attach?id=${terminalId}`, {
    headers: { cookie: `annals=${w.cookies.ada}`, origin: `http://127.0.0.1:${port}` },
  })
  const told: AttachTell[] = []
  socket.on('message', (data, isBinary) => {
    if (!isBinary) told.push(JSON.parse(String(data)))
  })
  await new Promise((resolve) => socket.once('open', resolve))
  while ((await waiting(w)) === 0) await new Promise((resolve) => setTimeout(resolve, 10))
  await agent.report([
    'terminal.started',
    {
      ...{ terminalId, pid: 4242, account: 'root', group: 'root', uid: 0, gid: 0 },
      ...{ shell: '/bin/bash', shellIntegration: false },
    },
  ])
  release.resolve()
  await holding

  while (!told.some(({ type }) => type === 'attached'))
    await new Promise((resolve) => setTimeout(resolve, 10))
  const attached = told.find((message) => message.type === 'attached')
  const wasStarted = told.some(({ type }) => type === 'started')
  expect(attached?.status === 'live' || wasStarted, JSON.stringify(told)).toBe(true)
  socket.terminate()
})

/** How many wait for a lock on who looks at terminals. */
async function waiting(w: Awaited<ReturnType<typeof world>>): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from pg_locks where relation = 'terminal_viewer'::regclass and not granted`.execute(
    w.db,
  )
  return rows[0]!.n
}
