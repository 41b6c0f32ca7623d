import pino from 'pino'
import { afterEach, expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { CommandsTestAgent, machineIn } from '../../../../seed/agent.ts'
import { Breaker } from '../../../../seed/breaker.ts'
import { world } from '../../../../seed/world.ts'
import { TestAgent } from '../../../../wire/server/native/test-agents.ts'
import type { AttachTell } from '../../common/attach.ts'

afterEach(() => vi.useRealTimers())

/** A world whose beats are the test's own, with a machine that holds terminals and a database that breaks when it is told to. */
async function breakable() {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  const breaker = new Breaker()
  const said: string[] = []
  const log = pino({ level: 'warn' }, { write: (line: string) => void said.push(line) })
  const w = await world({ breaker, log })
  await w.assembled.start()
  const machine = await machineIn(w, 'web-1')
  const port = await w.assembled.serving.listen('127.0.0.1', 0)
  const link = async (held: readonly object[] = []) => {
    const made = await TestAgent.connect(`ws://127.0.0.1:${port}/api/agent.link`, machine, { version: 2 })
    const agent = new CommandsTestAgent(made, (await made.next('welcome')).committed)
    made.say({ t: 'terminals', items: held })
    return agent
  }
  const ada = w.as('ada')
  const open = async () => {
    const { body } = await ada.tell('terminal.open', { serverId: machine.serverId, cols: 80, rows: 24 })
    return body.id as string
  }
  /** Two looks, for what differs at the first may just be under way. */
  const beat = (seconds = 5) => {
    w.pass(seconds)
    vi.advanceTimersByTime(seconds * 1000)
  }
  const attach = async (id: string) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/api/terminal.attach?id=${id}`, {
      headers: { cookie: `annals=${w.cookies.ada}`, origin: `http://127.0.0.1:${port}` },
    })
    const told: AttachTell[] = []
    socket.on('message', (data, isBinary) => {
      if (!isBinary) told.push(JSON.parse(String(data)))
    })
    await vi.waitUntil(() => told.some(({ type }) => type === 'people'), WAIT)
    return { socket, told, is: (type: AttachTell['type']) => told.some((each) => each.type === type) }
  }
  const told = (words: string) => said.some((line) => line.includes(words))
  return { w, breaker, told, link, ada, open, beat, attach }
}

const WAIT = { timeout: 600_000, interval: 20 }

const started = (terminalId: string) =>
  [
    'terminal.started',
    {
      ...{ terminalId, pid: 4242, account: 'root', group: 'root', uid: 0, gid: 0 },
      ...{ shell: '/bin/bash', shellIntegration: false },
    },
  ] as const
const ended = (terminalId: string) =>
  [
    'terminal.ended',
    {
      ...{ terminalId, how: 'ended', exitCode: 0, signal: null, reason: null },
      ...{ elapsedMilliseconds: 1000, streamBytes: 0 },
    },
  ] as const

/** Reports whose commit is not heard of: the link ends, for what it would say next is not known. */
async function reportUnheard(agent: CommandsTestAgent, report: readonly [string, object]) {
  void agent.report(report).catch(() => {})
  await agent.link.closed
}

const keeps = (look: () => Promise<unknown>) =>
  vi.waitUntil(async () => Boolean(await look().catch(() => false)), WAIT)

test('whoever waits for a terminal is told that it started, although the commit was not heard of', async () => {
  const { w, breaker, link, open, beat, attach } = await breakable()
  await using _ = w
  const agent = await link()
  const id = await open()
  await agent.order()
  const { socket, is } = await attach(id)
  breaker.loseAnswerTo('update "terminal" set "status"')
  await reportUnheard(agent, started(id))
  await link([{ terminal: id, taken: 0 }])
  await keeps(async () => {
    beat()
    return is('started')
  })
  socket.terminate()
})

test('a terminal whose end was committed unheard lets its people go, and its recording is closed', async () => {
  const { w, breaker, link, ada, open, beat, attach } = await breakable()
  await using _ = w
  const agent = await link()
  const id = await open()
  await agent.order()
  await agent.report(started(id))
  const { socket, is } = await attach(id)
  breaker.loseAnswerTo('update "terminal" set "status"')
  await reportUnheard(agent, ended(id))
  await link()
  await keeps(async () => {
    beat()
    return is('exit') && (await ada.ask('recording.read', { id })).body.state === 'complete'
  })
  socket.terminate()
})

test('a terminal whose close was committed unheard is closed all the same', async () => {
  const { w, breaker, link, ada, open, beat } = await breakable()
  await using _ = w
  const agent = await link()
  const id = await open()
  await agent.order()
  await agent.report(started(id))
  breaker.loseAnswerTo('"close_requested_at" = $1')
  expect((await ada.tell('terminal.close', { id })).status).toBe(503)
  const isAsked = () =>
    agent.link.heard.some(
      (each) =>
        each.t === 'order' &&
        each.order.kind === 'terminal.close' &&
        (each.order.body as { terminalId: string }).terminalId === id,
    )
  await keeps(async () => {
    beat()
    return isAsked()
  })
})

test('a database that goes away when a terminal was opened ends neither the server nor the wait', async () => {
  const { w, breaker, link, ada, open, beat, told } = await breakable()
  await using _ = w
  await link()
  breaker.goAwayAfter('insert into "terminal"')
  const id = await open()
  await keeps(async () => told('a terminal could not be recorded'))
  breaker.mend()
  await keeps(async () => {
    beat()
    return (await ada.ask('terminal.read', { id })).body.status === 'failed'
  })
})

test('a recording whose end could not be stored is closed when the database is back', async () => {
  const { w, breaker, link, ada, open, beat, attach, told } = await breakable()
  await using _ = w
  const agent = await link()
  const id = await open()
  await agent.order()
  await agent.report(started(id))
  const { socket, is } = await attach(id)
  breaker.goAwayAfter('update "terminal" set "status"')
  await agent.report(ended(id))
  await keeps(async () => {
    beat()
    return is('exit') && told('a recording could not be closed')
  })
  breaker.mend()
  await keeps(async () => {
    beat()
    return (await ada.ask('recording.read', { id })).body.state === 'complete'
  })
  socket.terminate()
})

test('that a share expired is recorded, although it was committed unheard', async () => {
  const { w, breaker, link, ada, open, beat } = await breakable()
  await using _ = w
  const agent = await link()
  const id = await open()
  await agent.order()
  await agent.report(started(id))
  breaker.loseAnswerTo('insert into "terminal_share"')
  expect((await ada.tell('terminal.share', { id, minutes: 5 })).status).toBe(503)
  w.pass(301)
  await keeps(async () => {
    beat()
    return (await w.recorded()).some(
      ({ kind, data }) => kind === 'terminal.share-ended' && data['why'] === 'expired',
    )
  })
})

test('who left while the database was away is written down when it is back', async () => {
  const { w, breaker, link, ada, open, attach, told } = await breakable()
  await using _ = w
  const agent = await link()
  const id = await open()
  await agent.order()
  await agent.report(started(id))
  const { socket } = await attach(id)
  breaker.goAway()
  socket.terminate()
  await keeps(async () => told('who left a terminal'))
  breaker.mend()
  await keeps(async () => {
    const { body } = await ada.ask('terminal.viewers', { id })
    return body.items.every(({ leftAt }: { leftAt: string | null }) => leftAt !== null)
  })
})
