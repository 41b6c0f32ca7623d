import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  agentOn,
  type CommandsTestAgent,
  encoded,
  gap,
  machineIn,
  type Piece,
  type TestMachine,
} from '../../../seed/agent.ts'
import { world } from '../../../seed/world.ts'
import type { OutputPiece } from '../common/command.ts'

type World = Awaited<ReturnType<typeof world>>

async function running(w: World, machine: TestMachine, agent: CommandsTestAgent): Promise<string> {
  const { body } = await w.as('ada').tell('command.submit', { serverIds: [machine.serverId], line: 'print' })
  const { id } = body.commands[0]
  await agent.order()
  await agent.accept(id)
  return id
}

async function pagesOf(
  w: World,
  id: string,
): Promise<{ pieces: OutputPiece[]; pages: number; complete: boolean }> {
  const pieces: OutputPiece[] = []
  for (let after: number | null = 0, pages = 1; ; pages++) {
    const { body } = await w.as('ada').ask('command.output', { id, after: String(after) })
    pieces.push(...body.pieces)
    for (const piece of body.pieces as OutputPiece[])
      if (piece.kind === 'text') expect(Buffer.byteLength(piece.text)).toBeLessThanOrEqual(256 * 1024 + 1000)
    if (body.next === null || body.next === after) return { pieces, pages, complete: body.next === null }
    after = body.next
  }
}

const download = async (w: World, id: string, stream = 'both') => {
  const answer = await w.app.inject({
    method: 'GET',
    url: '/api/command.download',
    query: { id, stream },
    headers: { cookie: `annals=${w.cookies.ada}` },
  })
  expect(answer.statusCode).toBe(200)
  return answer.rawPayload
}
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const textOf = (pieces: readonly OutputPiece[], stream?: string) =>
  pieces
    .flatMap((piece) =>
      piece.kind === 'text' && (stream === undefined || piece.stream === stream) ? [piece.text] : [],
    )
    .join('')

test('output is there while it runs, in order, with stdout and stderr apart', async () => {
  await using w = await world()
  const machine = await machineIn(w, 'web-1')
  const agent = await agentOn(w, machine)
  const id = await running(w, machine, agent)
  const pieces: Piece[] = [
    ['stdout', 'one\n'],
    ['stderr', 'two\n'],
    ['stdout', 'three €\n'],
  ]
  const streamBytes = await agent.print(id, pieces)
  const live = (await w.as('ada').ask('command.output', { id })).body
  expect(live).toMatchObject({ complete: false, next: 18 })
  expect(live.pieces.map(({ stream, text }: { stream: string; text: string }) => [stream, text])).toEqual(
    pieces,
  )
  await agent.finish(id, { stdoutBytes: 14, stderrBytes: 4, streamBytes })
  expect((await pagesOf(w, id)).complete).toBe(true)
  expect((await download(w, id)).toString()).toBe('one\ntwo\nthree €\n')
  expect((await download(w, id, 'stderr')).toString()).toBe('two\n')
})

test('of much output the first and last 512 KiB are shown around a band, and all of it can be downloaded', async () => {
  await using w = await world()
  const machine = await machineIn(w, 'web-1')
  const agent = await agentOn(w, machine)
  const id = await running(w, machine, agent)
  const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, line) => `line ${line}\n`).join(''))
  const pieces: Piece[] = []
  for (let at = 0; at < bytes.length; at += 40_000) pieces.push(['stdout', bytes.subarray(at, at + 40_000)])
  const streamBytes = await agent.print(id, pieces)
  await agent.finish(id, { stdoutBytes: bytes.length, streamBytes })
  const { pieces: shown } = await pagesOf(w, id)
  const bands = shown.filter((piece) => piece.kind === 'band')
  expect(bands).toEqual([
    { kind: 'band', offset: 524_288, bytes: bytes.length - 2 * 524_288, downloadable: true },
  ])
  expect(textOf(shown)).toBe(
    bytes.subarray(0, 524_288).toString() + bytes.subarray(bytes.length - 524_288).toString(),
  )
  const whole = await download(w, id)
  expect(whole.equals(bytes)).toBe(true)
  const { output } = (await w.as('ada').ask('command.read', { id })).body
  expect(output).toMatchObject({ sha256: sha256(bytes), downloadable: true, complete: true })
})

test('what the agent kept nowhere is a band that says how much', async () => {
  await using w = await world()
  const machine = await machineIn(w, 'web-1')
  const agent = await agentOn(w, machine)
  const id = await running(w, machine, agent)
  const streamBytes = await agent.print(id, [['stdout', 'head'], gap(1000), ['stdout', 'tail']])
  await agent.finish(id, { stdoutBytes: 1008, droppedBytes: 1000, streamBytes })
  const { pieces } = await pagesOf(w, id)
  expect(pieces).toMatchObject([
    { kind: 'text', offset: 0, text: 'head' },
    { kind: 'band', offset: 4, bytes: 1000, downloadable: false },
    { kind: 'text', offset: 1004, text: 'tail' },
  ])
})

test('a link lost in the middle costs nothing and repeats nothing, at whatever size', async () => {
  await using w = await world()
  const machine = await machineIn(w, 'web-1')
  const content = (n: number) => Buffer.alloc(70_000, String.fromCharCode(97 + (n % 26)))
  for (const count of [3, 20]) {
    const pieces = Array.from(
      { length: count },
      (_, n): Piece => [n % 5 === 0 ? 'stderr' : 'stdout', content(n)],
    )
    const first = await agentOn(w, machine)
    const id = await running(w, machine, first)
    await first.print(id, pieces.slice(0, count >> 1))
    // Half a piece is under way when the connection goes.
    const torn = encoded(pieces[count >> 1]!)
    const before = Buffer.concat(pieces.slice(0, count >> 1).map(encoded)).length
    first.link.bytes(id, before, torn.subarray(0, 30_000))
    await first.leave()
    while ((await w.as('ada').ask('server.list', { link: 'connected' })).body.items.length > 0)
      await new Promise((resolve) => setTimeout(resolve, 20))
    const second = await agentOn(w, machine)
    const streamBytes = await second.print(id, pieces)
    await second.finish(id, { stdoutBytes: 1, streamBytes })
    const whole = Buffer.concat(pieces.map(([, bytes]) => Buffer.from(bytes as Buffer)))
    expect((await download(w, id)).equals(whole)).toBe(true)
    expect((await w.as('ada').ask('command.read', { id })).body.output.sha256).toBe(sha256(whole))
    await second.leave()
    while ((await w.as('ada').ask('server.list', { link: 'connected' })).body.items.length > 0)
      await new Promise((resolve) => setTimeout(resolve, 20))
  }
})

test('a stream that is not made of pieces ends the link and harms nothing else', async () => {
  await using w = await world()
  const machine = await machineIn(w, 'web-1')
  const agent = await agentOn(w, machine)
  const id = await running(w, machine, agent)
  agent.link.say({ t: 'stream.offer', stream: id, purpose: 'command.output' })
  await agent.link.next('stream.position')
  agent.link.bytes(id, 0, Buffer.alloc(200, 0xff))
  expect(await agent.link.next('refused')).toMatchObject({ code: 'link.stream', again: true })
  const again = await agentOn(w, machine)
  const streamBytes = await again.print(id, [['stdout', 'well']])
  await again.finish(id, { stdoutBytes: 4, streamBytes })
  expect((await download(w, id)).toString()).toBe('well')
})

test('whatever was printed, the pages together show exactly that, and hostile bytes stay text', async () => {
  await using w = await world()
  const machine = await machineIn(w, 'web-1')
  const agent = await agentOn(w, machine)
  const content = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 300 }),
    fc.constantFrom('\x1b]0;title\x07', '\u202e', '\0', '€', '𝄞'),
    fc.uint8Array({ maxLength: 40 }),
  )
  const piece = fc.tuple(fc.constantFrom('stdout', 'stderr'), content)
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { minLength: 1, maxLength: 30 }), async (pieces) => {
      const id = await running(w, machine, agent)
      const streamBytes = await agent.print(id, pieces as Piece[])
      await agent.finish(id, { stdoutBytes: 1, streamBytes })
      const bytesOf = (stream?: string) =>
        Buffer.concat(
          pieces.flatMap(([track, text]) =>
            stream && track !== stream ? [] : [Buffer.from(text as string)],
          ),
        )
      expect((await download(w, id)).equals(bytesOf())).toBe(true)
      const { pieces: shown } = await pagesOf(w, id)
      for (const stream of ['stdout', 'stderr'])
        expect(textOf(shown, stream)).toBe(bytesOf(stream).toString('utf8'))
    }),
    { numRuns: 25 },
  )
})

test('a program that turns from stdout to stderr with every byte fills no table, and loses nothing', async () => {
  await using w = await world()
  const machine = await machineIn(w, 'web-1')
  const agent = await agentOn(w, machine)
  const id = await running(w, machine, agent)
  const pieces = Array.from(
    { length: 30_000 },
    (_, n): Piece => [n % 2 ? 'stderr' : 'stdout', String(n % 10)],
  )
  const streamBytes = await agent.print(id, pieces)
  await agent.finish(id, { stdoutBytes: 15_000, stderrBytes: 15_000, streamBytes })
  const rows = await w.db.selectFrom('command_output').select('start').where('command_id', '=', id).execute()
  expect(rows.length).toBeLessThanOrEqual(2 * 8192)
  expect((await download(w, id)).toString()).toBe(pieces.map(([, text]) => text).join(''))
  const { pieces: shown } = await pagesOf(w, id)
  const bands = shown.filter((piece) => piece.kind === 'band')
  expect(bands).toMatchObject([{ offset: 8192, bytes: 30_000 - 2 * 8192, downloadable: true }])
})

test('the preview of an output that came over two connections is its beginning, once', async () => {
  await using w = await world()
  const machine = await machineIn(w, 'web-1')
  const first = await agentOn(w, machine)
  const id = await running(w, machine, first)
  await first.print(id, [['stdout', 'one ']])
  await first.leave()
  while ((await w.as('ada').ask('server.list', { link: 'connected' })).body.items.length > 0)
    await new Promise((resolve) => setTimeout(resolve, 20))
  const second = await agentOn(w, machine)
  const streamBytes = await second.print(id, [
    ['stdout', 'one '],
    ['stdout', 'two'],
  ])
  await second.finish(id, { stdoutBytes: 7, streamBytes })
  expect((await w.as('ada').ask('command.read', { id })).body.result).toBe('one two')
})

test('what a command printed shows in the list while it runs, and with its end where that comes sooner', async () => {
  await using w = await world()
  const machine = await machineIn(w, 'web-1')
  const agent = await agentOn(w, machine)
  const id = await running(w, machine, agent)
  const row = async () => (await w.as('ada').ask('command.read', { id })).body
  await agent.print(id, [['stdout', 'half way']])
  while ((await row()).result === '') await new Promise((resolve) => setTimeout(resolve, 20))
  expect(await row()).toMatchObject({ state: 'running', result: 'half way' })
  const streamBytes = await agent.print(id, [
    ['stdout', 'half way'],
    ['stdout', ', done'],
  ])
  await agent.finish(id, { stdoutBytes: 14, streamBytes })
  expect(await row()).toMatchObject({ state: 'success', result: 'half way, done' })
})
