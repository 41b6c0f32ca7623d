import { afterEach, expect, test, vi } from 'vitest'
import { newId } from '../../../base/common/id.ts'
import { agentOn, machineIn } from '../../../seed/agent.ts'
import { Breaker } from '../../../seed/breaker.ts'
import { world } from '../../../seed/world.ts'

afterEach(() => vi.useRealTimers())

async function linked() {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  const breaker = new Breaker()
  const w = await world({ breaker })
  await w.assembled.start()
  const machine = await machineIn(w, 'web-1')
  const agent = await agentOn(w, machine)
  return { w, breaker, machine, agent, beat: () => vi.advanceTimersByTime(15_000) }
}

test('the link of a server that was removed without the server hearing of the commit is ended for good', async () => {
  const { w, breaker, machine, agent, beat } = await linked()
  await using _ = w
  breaker.loseAnswerTo('"removed_at" = $1')
  expect((await w.as('ada').tell('server.remove', { id: machine.serverId })).status).toBe(503)
  beat()
  expect(await agent.link.next('refused')).toMatchObject({ code: 'agent.removed', again: false })
  await agent.link.closed
})

test('a server that was renamed without the server hearing of the commit is called so from then on', async () => {
  const { w, breaker, machine, agent, beat } = await linked()
  await using _ = w
  breaker.loseAnswerTo('update "server" set "name"')
  const renamed = await w.as('ada').tell('server.rename', { id: machine.serverId, name: 'web-2' })
  expect(renamed.status).toBe(503)
  beat()
  const at = new Date().toISOString()
  const tells = () =>
    agent.report([
      'command.internal',
      { commandId: newId(), line: 'facts', exitCode: 0, startedAt: at, elapsedMilliseconds: 1, result: '' },
    ])
  await vi.waitUntil(
    async () => {
      await tells()
      return (await w.recorded()).some(({ actor }) => actor.name === 'agent on web-2')
    },
    { timeout: 600_000 },
  )
})
