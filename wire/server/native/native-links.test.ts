import { setTimeout as wait } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { type ArrivedReport, HOLE, type LinkReactions, type StreamSink } from '../agent-link.ts'
import { type LostReports, LostReports as LostReportsSchema } from '../hole.ts'
import { linkServer } from './test-agents.ts'

const notes: LinkReactions<string[]> = {
  reports: {
    kinds: { 'note.made': z.object({ text: z.string() }), [HOLE]: LostReportsSchema },
    store: async (reports, { tx }) => {
      for (const { kind, body, from, n } of reports)
        if (kind === HOLE) tx.push(`hole ${from}-${n} ${(body as LostReports).state}`)
        else tx.push((body as { text: string }).text)
    },
  },
}

const stream = '01900000-0000-7000-a000-000000000001'

test('an agent that proves its key is welcomed with its name and what is stored of it', async () => {
  await using server = await linkServer()
  const identity = server.enrol()
  server.positions.set(identity.agentId, 41)
  const agent = await server.connect(identity, { nextReport: 42 })
  expect(await agent.next('welcome')).toMatchObject({ name: 'server-1', committed: 41, version: 1 })
  expect([...server.links.all()]).toMatchObject([{ agentId: identity.agentId, agentVersion: '0.1.0' }])
  agent.socket.close()
  await agent.closed
})

test('an unknown agent, another key, another version and a removed agent are refused, only the last for good', async () => {
  await using server = await linkServer()
  const [known, other] = [server.enrol(), server.enrol()]
  const refusal = async (...ask: Parameters<typeof server.connect>) => {
    const agent = await server.connect(...ask)
    const { code, again } = await agent.next('refused')
    await agent.closed
    return { code, again }
  }
  expect(await refusal({ ...known, agentId: '01900000-0000-7000-8000-999999999999' })).toEqual({
    code: 'agent.unknown',
    again: true,
  })
  expect(await refusal({ ...known, privateKey: other.privateKey })).toEqual({
    code: 'agent.unknown',
    again: true,
  })
  expect(await refusal(known, { version: 99 })).toEqual({ code: 'agent.version', again: true })
  server.agents.set(known.agentId, { ...server.agents.get(known.agentId)!, isRemoved: true })
  expect(await refusal(known)).toEqual({ code: 'agent.removed', again: false })
  expect([...server.links.all()]).toEqual([])
})

test('a second link of one agent is refused and the first goes on', async () => {
  await using server = await linkServer([notes])
  const identity = server.enrol()
  const first = await server.connect(identity)
  await first.next('welcome')
  const second = await server.connect(identity)
  expect(await second.next('refused')).toMatchObject({ code: 'agent.already_linked', again: true })
  await second.closed
  first.reports(1, 'still here')
  expect(await first.next('committed')).toEqual({ t: 'committed', upTo: 1 })
})

test('a first link that does not answer makes way for the next try', async () => {
  await using server = await linkServer([notes])
  const identity = server.enrol()
  const first = await server.connect(identity)
  await first.next('welcome')
  first.socket.pause()
  const second = await server.connect(identity)
  await second.next('refused')
  while (server.links.size > 0) await wait(20)
  const third = await server.connect(identity)
  await third.next('welcome')
})

test('each report is stored once and in order, whatever is sent again', async () => {
  await using server = await linkServer([notes])
  const identity = server.enrol()
  const agent = await server.connect(identity)
  await agent.next('welcome')
  agent.reports(1, 'a', 'b')
  agent.reports(2, 'B', 'c')
  while ((await agent.next('committed')).upTo < 3) {}
  agent.reports(1, 'A', 'B', 'C')
  expect(await agent.next('committed')).toEqual({ t: 'committed', upTo: 3 })
  agent.socket.terminate()
  await agent.closed
  while (server.links.size > 0) await wait(20)
  const again = await server.connect(identity, { nextReport: 4 })
  expect((await again.next('welcome')).committed).toBe(3)
  again.reports(3, 'C', 'd')
  expect(await again.next('committed')).toEqual({ t: 'committed', upTo: 4 })
  expect(server.stored).toEqual(['a', 'b', 'c', 'd'])
})

test('a gap is asked for; what the agent has not got any more becomes a hole', async () => {
  await using server = await linkServer([notes])
  const agent = await server.connect(server.enrol())
  await agent.next('welcome')
  agent.reports(3, 'c')
  expect(await agent.next('resend')).toEqual({ t: 'resend', expected: 1 })
  agent.reports(1, 'a', 'b', 'c')
  expect((await agent.next('committed')).upTo).toBe(3)
  agent.reports(6, 'f')
  expect(await agent.next('resend')).toEqual({ t: 'resend', expected: 4 })
  agent.reports(6, 'f')
  expect((await agent.next('committed')).upTo).toBe(6)
  const hole = { from: 7, to: 9, since: null, until: null, why: 'the disk was full' }
  agent.say({ t: 'reports', items: [{ n: 9, at: new Date().toISOString(), kind: 'hole', body: hole }] })
  expect((await agent.next('committed')).upTo).toBe(9)
  expect(server.stored).toEqual(['a', 'b', 'c', 'hole 4-5 missing', 'f', 'hole 7-9 lost'])
})

test('a malformed report costs itself and nothing else', async () => {
  await using server = await linkServer([notes])
  const agent = await server.connect(server.enrol())
  await agent.next('welcome')
  const at = new Date().toISOString()
  const note = (n: number, text: string) => ({ n, at, kind: 'note.made', body: { text } })
  agent.say({ t: 'reports', items: [note(1, 'a'), { n: 2, at: 'yesterday' }, note(3, 'c')] })
  expect((await agent.next('committed')).upTo).toBe(3)
  expect(server.stored.toSorted()).toEqual(['a', 'c', 'hole 2-2 lost'])
})

test('what is not the protocol ends the link, and what a newer agent may say does not', async () => {
  await using server = await linkServer([notes])
  const identity = server.enrol()
  const agent = await server.connect(identity)
  await agent.next('welcome')
  agent.say({ t: 'weather', sun: true })
  agent.reports(1, 'a')
  await agent.next('committed')
  agent.socket.send('{"t":')
  expect(await agent.next('refused')).toMatchObject({ code: 'link.protocol', again: true })
  await agent.closed
})

function sink(bytes: string[], completeAt = Number.POSITIVE_INFINITY): StreamSink {
  let offset = 0
  return {
    get offset() {
      return offset
    },
    get isComplete() {
      return offset >= completeAt
    },
    async write(payload, at) {
      expect(at).toBe(offset)
      bytes.push(Buffer.from(payload).toString())
      offset += payload.length
      return offset
    },
    close: async () => {},
  }
}

test('stream bytes arrive once and in order, and a complete stream is let go', async () => {
  const bytes: string[] = []
  await using server = await linkServer([{ streams: { printed: async () => sink(bytes, 9) } }])
  const agent = await server.connect(server.enrol())
  await agent.next('welcome')
  agent.say({ t: 'stream.offer', stream, purpose: 'burnt' })
  expect(await agent.next('stream.position')).toMatchObject({ unwanted: true })
  agent.say({ t: 'stream.offer', stream, purpose: 'printed' })
  expect(await agent.next('stream.position')).toMatchObject({ offset: 0 })
  agent.frame(stream, 0, 'abc')
  agent.frame(stream, 5, 'gap')
  agent.frame(stream, 2, 'cdef')
  agent.frame(stream, 6, 'ghi')
  while ((await agent.next('stream.position')).offset < 9) {}
  expect(bytes.join('')).toBe('abcdefghi')
})

test('a sink that keeps only whole pieces gets the rest of one that is larger than the credit', async () => {
  const piece = 1_000_000
  let taken = 0
  const whole: StreamSink = {
    get offset() {
      return taken < piece ? 0 : piece
    },
    get isComplete() {
      return taken >= piece
    },
    write: async (payload) => {
      taken += payload.length
      return taken < piece ? 0 : piece
    },
    close: async () => {},
  }
  await using server = await linkServer([{ streams: { printed: async () => whole } }])
  const agent = await server.connect(server.enrol())
  await agent.next('welcome')
  agent.say({ t: 'stream.offer', stream, purpose: 'printed' })
  for (let sent = 0; ; ) {
    const { offset, credit } = await agent.next('stream.position')
    if (offset === piece) break
    expect(offset).toBe(0)
    for (; sent < piece && sent + 50_000 <= credit; sent += 50_000)
      agent.frame(stream, sent, 'x'.repeat(50_000))
  }
})

test('an agent that runs ahead of its credit is cut off', async () => {
  await using server = await linkServer([
    { streams: { printed: async () => ({ ...sink([]), offset: 0, write: () => new Promise(() => {}) }) } },
  ])
  const agent = await server.connect(server.enrol())
  await agent.next('welcome')
  agent.say({ t: 'stream.offer', stream, purpose: 'printed' })
  const { credit } = await agent.next('stream.position')
  for (let offset = 0; offset <= credit; offset += 60_000) agent.frame(stream, offset, 'x'.repeat(60_000))
  expect(await agent.next('refused')).toMatchObject({ code: 'link.stream' })
})

test('an agent gets the newest checkpoint with a proof from the one it keeps, and every key there ever was', async () => {
  const asked: number[] = []
  await using server = await linkServer()
  const rotation = { key: 'k2', endorsement: 'e', oldKey: 'k1', acceptance: 'a' }
  server.native.publishKeys([rotation])
  server.native.publishCheckpoint({
    note: 'head 90',
    size: 90,
    proofFrom: async (from) => {
      asked.push(from)
      return ['A'.repeat(44)]
    },
  })
  const [fresh, old] = await Promise.all([
    server.connect(server.enrol()),
    server.connect(server.enrol(), { checkpointSize: 40 }),
  ])
  expect(await fresh.next('key')).toEqual({ t: 'key', ...rotation })
  expect(await fresh.next('checkpoint')).toEqual({ t: 'checkpoint', note: 'head 90', fromSize: 0, proof: [] })
  expect(await old.next('checkpoint')).toMatchObject({ fromSize: 40, proof: ['A'.repeat(44)] })
  expect(asked).toEqual([40])
})

test('an agent that remembers more than the journal has, or reports less than is stored, raises an alarm', async () => {
  const alarms: string[] = []
  await using server = await linkServer([{ alarm: (_link, { kind }) => void alarms.push(kind) }])
  const identity = server.enrol()
  server.positions.set(identity.agentId, 50)
  server.native.publishCheckpoint({ note: 'head 90', size: 90, proofFrom: async () => [] })
  const agent = await server.connect(identity, { checkpointSize: 100, nextReport: 7 })
  await agent.next('welcome')
  while (alarms.length < 2) await wait(20)
  expect(alarms).toEqual(['reports_rewound', 'checkpoint_ahead'])
  expect(agent.heard.some(({ t }) => t === 'checkpoint')).toBe(false)
})

test('a report keeps its time on the clock of the server, and is never from the future', async () => {
  const times: number[] = []
  const reports = {
    kinds: { 'note.made': z.object({ text: z.string() }) },
    store: async (arrived: readonly ArrivedReport[]) =>
      void times.push(...arrived.map(({ at, receivedAt }) => receivedAt.getTime() - at.getTime())),
  }
  const now = new Date('2026-08-03T09:00:00Z')
  await using server = await linkServer([{ reports }], () => now)
  const hourAhead = (milliseconds = 0) => new Date(now.getTime() + 3_600_000 + milliseconds).toISOString()
  const agent = await server.connect(server.enrol(), { at: hourAhead() })
  await agent.next('welcome')
  const note = (n: number, at: string) => ({ n, at, kind: 'note.made', body: { text: '' } })
  agent.say({ t: 'reports', items: [note(1, hourAhead(-5000)), note(2, hourAhead(+90_000))] })
  await agent.next('committed')
  expect(times).toEqual([5000, 0])
})
