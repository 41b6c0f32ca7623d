import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import pino from 'pino'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { signatures } from '../../../../apps/verify/crypto.ts'
import { fileBlobStore } from '../../../../base/server/blobs/blob-store.ts'
import { world } from '../../../../seed/world.ts'
import { PieceReader, PieceTrack } from '../../common/piece.ts'
import { RecordingEvidenceReader } from '../../common/recording-evidence.ts'
import { ScreenFollower } from './follow/follower.ts'

let home: Awaited<ReturnType<typeof world>>
beforeAll(async () => {
  home = await world({ machines: true })
})
afterAll(() => home[Symbol.asyncDispose]())

type Told = [number, 'o' | 'i' | 'r' | 'm' | 'x', string]

/** A person lists a folder, becomes root with a password, and runs one more command. */
const session: Told[] = [
  [0.1, 'o', 'mina@web:~$ '],
  ...keys(1, 'ls -la'),
  [1.9, 'i', '\r'],
  [1.95, 'o', '\r\ntotal 0\r\nconfiguration.\x1b[31myaml\x1b[0m\r\nmina@web:~$ '],
  ...keys(3, 'sudo id'),
  [3.9, 'i', '\r'],
  [3.95, 'o', '\r\n[sudo] password for mina: '],
  [5, 'i', 'correct-horse-battery\r'],
  [5.4, 'o', '\r\nuid=0(root) gid=0(root)\r\nmina@web:~$ '],
  [6, 'r', '100x30'],
  ...keys(7, 'exit'),
  [7.9, 'i', '\r'],
  [7.95, 'o', '\r\nexit\r\n'],
]

function milliseconds(seconds: number) {
  return Math.round(seconds * 1000) / 1000
}

function keys(from: number, text: string): Told[] {
  return [...text].flatMap((key, index): Told[] => [
    [milliseconds(from + index / 10), 'i', key],
    [milliseconds(from + index / 10 + 0.02), 'o', key],
  ])
}

const cast2 = (told: readonly Told[] = session) =>
  [
    JSON.stringify({ version: 2, width: 80, height: 24, timestamp: 1_785_000_000 }),
    ...told.map((line) => JSON.stringify(line)),
  ].join('\n')

function cast3() {
  let before = 0
  const lines = session.map(([at, code, data]) => {
    const line = JSON.stringify([Math.round((at - before) * 1000) / 1000, code, data])
    before = at
    return line
  })
  return [JSON.stringify({ version: 3, term: { cols: 80, rows: 24 } }), '# a comment', ...lines].join('\n')
}

const bring = async (
  persona: 'ada' | 'mina' | 'olga',
  payload: string,
  query: Record<string, string> = {},
) => {
  const answer = await home.app.inject({
    method: 'POST',
    url: '/api/recording.import',
    query,
    payload,
    headers: { cookie: `annals=${home.cookies[persona]}`, 'content-type': 'application/x-asciicast' },
  })
  return { status: answer.statusCode, body: answer.json() as { id: string; code: string; message: string } }
}

const exported = async (id: string, format: string) =>
  (
    await home.app.inject({
      url: '/api/recording.export',
      query: { id, format },
      headers: { cookie: `annals=${home.cookies.ada}` },
    })
  ).body

test('a cast made elsewhere is kept, replayed, and its commands are listed; nobody but an administrator brings it', async () => {
  expect((await bring('mina', cast2())).status).toBe(403)
  expect((await bring('olga', cast2())).status).toBe(403)
  for (const cast of [cast2(), cast3()]) {
    const { status, body } = await bring('ada', cast, { title: 'restore drill' })
    expect(status).toBe(200)
    const { body: row } = await home.as('ada').ask('terminal.read', { id: body.id })
    expect(row).toMatchObject({
      status: 'imported',
      serverName: 'restore drill',
      clientType: 'import',
      durationSeconds: expect.closeTo(7.95, 1),
    })
    const { body: commands } = await home.as('ada').ask('terminal.commands', { id: body.id })
    expect(commands).toMatchObject({ complete: true })
    expect(commands.items.map((item: { text: string }) => item.text)).toEqual(['ls -la', 'sudo id', 'exit'])
    const { body: frame } = await home.as('ada').ask('recording.frame', { id: body.id, milliseconds: 2000 })
    const shown = new PieceReader({ at: frame.milliseconds, offset: frame.pieces.from }).read(
      Buffer.from(frame.pieces.bytes, 'base64'),
    )
    expect(
      shown
        .filter(({ track }) => track === PieceTrack.output)
        .map(({ content }) => Buffer.from(content).toString())
        .join(''),
    ).toContain('total 0')
  }
})

test('a password typed without echo is in no table, blob, index or export', async () => {
  const { body } = await bring('ada', cast2())
  const drawing = new ScreenFollower({
    db: home.db,
    blobs: fileBlobStore(join(home.directory, 'blobs')),
    log: pino({ level: 'silent' }),
  })
  while (await drawing.catchUp());
  await drawing.stop()
  for (const format of ['asciicast-v2', 'asciicast-v3', 'text', 'evidence']) {
    const file = await exported(body.id, format)
    const bytes = format === 'evidence' ? evidenceBytes(file) : file
    expect(bytes).toContain('uid=0')
    expect(bytes).not.toContain('correct-horse')
  }
  expect(await exported(body.id, 'asciicast-v2')).toContain('21 keys masked')
  const { body: found } = await home.as('ada').ask('recording.search', { id: body.id, text: 'correct-horse' })
  expect(found.items).toEqual([])
})

const evidenceBytes = (file: string) =>
  Buffer.concat(
    file
      .split('\n')
      .filter((line) => line.startsWith('{"segment"'))
      .map((line) => Buffer.from(JSON.parse(line).bytes, 'base64')),
  ).toString('latin1')

test('search finds what the screen showed, also where escapes split it on the wire, for those who may see it', async () => {
  const { body } = await bring('ada', cast2(), { title: 'searchable' })
  const drawing = new ScreenFollower({
    db: home.db,
    blobs: fileBlobStore(join(home.directory, 'blobs')),
    log: pino({ level: 'silent' }),
  })
  while (await drawing.catchUp());
  await drawing.stop()
  const { body: found } = await home.as('olga').ask('recording.search', { text: 'configuration.yaml' })
  expect(found.items).toContainEqual({
    terminalId: body.id,
    seconds: 1.95,
    row: 2,
    snippet: 'configuration.yaml',
  })
  expect([found.indexedTo, found.behind]).toEqual([home.now().toISOString(), { recordings: 0, bytes: 0 }])
  expect((await home.as('mina').ask('recording.search', { text: 'configuration.yaml' })).body.items).toEqual(
    [],
  )
  expect((await home.as('olga').ask('recording.search', { text: 'a!' })).body.items).toEqual([])
  const commands = await home.as('olga').ask('terminal.find-commands', { text: 'ls -' })
  expect(commands.body.items[0]).toMatchObject({ text: 'ls -la', kind: 'shell' })
  expect((await home.as('mina').ask('terminal.find-commands', { text: 'ls -' })).body.items).toEqual([])
})

test("another's recording and none answer alike, and whoever opens another's is in the record", async () => {
  const { body } = await bring('ada', cast2())
  const absent = '0199a5f0-0000-7000-8000-00000000dead'
  for (const [name, rest] of [
    ['recording.read', {}],
    ['recording.frame', { milliseconds: 0 }],
    ['recording.pieces', { offset: 0 }],
    ['recording.segments', {}],
    ['recording.export', { format: 'text' }],
    ['recording.search', { text: 'total' }],
    ['terminal.commands', {}],
  ] as const) {
    const hidden = await home.as('mina').ask(name, { id: body.id, ...rest })
    const none = await home.as('mina').ask(name, { id: absent, ...rest })
    expect(hidden.status, name).toBe(404)
    expect({ ...hidden.body, requestId: '' }).toEqual({ ...none.body, requestId: '' })
  }
  await home.as('olga').ask('recording.read', { id: body.id })
  await home.as('olga').ask('recording.frame', { id: body.id, milliseconds: 10 })
  await home.as('olga').ask('recording.export', { id: body.id, format: 'text' })
  const viewed = (await home.recorded()).filter(
    ({ kind, subject }) => kind === 'record.viewed' && subject?.id === body.id,
  )
  expect(viewed.map(({ data }) => data['what'])).toEqual([
    expect.stringMatching(/^the recording of/),
    expect.stringMatching(/^the text of the recording/),
  ])
  expect(new Set(viewed.map(({ actor }) => actor.id))).toEqual(new Set([(await home.actor('olga')).id]))
})

test('a terminal is sealed by what happened to it; who looked at it is told apart, and moves no mark', async () => {
  const { body } = await bring('ada', cast2())
  const marks = async () => {
    await home.recorded()
    const { entry, viewing } = (await home.as('ada').ask('terminal.read', { id: body.id })).body
    const { items } = (await home.as('ada').ask('terminal.list', {})).body
    return { entry, viewing, listed: items.find(({ id }: { id: string }) => id === body.id).entry }
  }
  const before = await marks()
  expect(before).toEqual({ entry: { sequence: expect.any(Number) }, viewing: null, listed: before.entry })
  await home.as('olga').ask('recording.read', { id: body.id })
  const seen = await marks()
  expect(seen).toEqual({ ...before, viewing: { sequence: expect.any(Number) } })
  expect(seen.viewing.sequence).toBeGreaterThan(before.entry.sequence)
})

test("of another's recording one viewing an hour is told, whatever of it is read; of one's own none", async () => {
  const { body } = await bring('ada', cast2())
  const told = async () =>
    (await home.recorded()).filter(({ kind, subject }) => kind === 'record.viewed' && subject?.id === body.id)
      .length
  const everything = [
    ['terminal.commands', {}],
    ['recording.read', {}],
    ['recording.frame', { milliseconds: 10 }],
    ['recording.pieces', { offset: 0 }],
    ['recording.segments', {}],
    ['recording.search', { text: 'total' }],
  ] as const
  const readAll = async (persona: 'ada' | 'olga') => {
    for (const [name, rest] of everything)
      expect((await home.as(persona).ask(name, { id: body.id, ...rest })).status, name).toBe(200)
  }
  await readAll('ada')
  expect(await told()).toBe(0)
  for (const [index, [name, rest]] of everything.entries()) {
    // Each of them by itself is a viewing, and what follows within the hour is the same one.
    expect((await home.as('olga').ask(name, { id: body.id, ...rest })).status).toBe(200)
    expect(await told(), name).toBe(index + 1)
    await readAll('olga')
    expect(await told(), name).toBe(index + 1)
    home.pass(3601)
  }
})

test('the evidence form holds against the journal, and every change to it is named', async () => {
  const { body } = await bring('ada', cast2())
  await home.recorded()
  const lines = (await exported(body.id, 'evidence')).trimEnd().split('\n')
  const check = (changed: readonly string[]) => {
    const reader = new RecordingEvidenceReader({ ...signatures, pinned: [] })
    for (const line of changed) reader.line(line)
    return reader.finish()
  }
  expect(check(lines)).toMatchObject({ terminalId: body.id, closed: 'complete' })
  const segment = lines.findIndex((line) => line.startsWith('{"segment"'))
  const bytes = Buffer.from(JSON.parse(lines[segment]!).bytes, 'base64')
  bytes[40]! ^= 1
  const edited = JSON.stringify({ segment: 0, bytes: bytes.toString('base64') })
  expect(() => check(lines.with(segment, edited))).toThrow('segment 0 was changed')
  expect(() => check(lines.toSpliced(segment, 1))).toThrow('segment 0 is missing')
  expect(() => check(lines.slice(0, -1))).toThrow('the file was cut')
  expect(() => check(lines.map((line) => line.replace('recording.segments', 'recording.segmentz')))).toThrow()
  const { body: segments } = await home.as('ada').ask('recording.segments', { id: body.id })
  expect(segments.items[0].sha256).toBe(
    createHash('sha256')
      .update(Buffer.from(JSON.parse(lines[segment]!).bytes, 'base64'))
      .digest('hex'),
  )
  expect(segments.items[0].entry).toEqual(expect.any(Number))
})

test('what is no cast is refused with its line, and nothing of it is kept', async () => {
  const before = await home.db
    .selectFrom('recording')
    .select('terminal_id')
    .where('state', '!=', 'removed')
    .execute()
  const wrong = [
    ['', 'line 1'],
    ['hello', 'line 1: it is not JSON'],
    ['{"version":1}', 'version 1'],
    ['{"version":2,"width":0,"height":24}', 'size'],
    [`${cast2().split('\n').slice(0, 4).join('\n')}\n[9,"o"]\n[10,"o","x"]`, 'line 5'],
    [`${cast2().split('\n').slice(0, 4).join('\n')}\n{"a":1}\n[10,"o","x"]`, 'line 5'],
  ] as const
  for (const [cast, why] of wrong) {
    const { status, body } = await bring('ada', cast)
    expect([status, body.code]).toEqual([400, 'recording.not_a_cast'])
    expect(body.message).toContain(why)
  }
  const after = await home.db
    .selectFrom('recording')
    .select('terminal_id')
    .where('state', '!=', 'removed')
    .execute()
  expect(after).toEqual(before)
  expect((await home.as('ada').tell('recording.import', {})).status).toBe(415)
})

test('a cast that somebody stops sending leaves nothing, and the next one is taken', async () => {
  const kept = () =>
    home.db.selectFrom('recording').select('terminal_id').where('state', '!=', 'removed').execute()
  const before = await kept()
  const broken = new Readable({ read() {} })
  const line = `${JSON.stringify([9, 'o', 'x'.repeat(1000)])}\n`
  broken.push(`${cast2()}\n${line.repeat(2000)}`)
  const answer = home.app.inject({
    ...{ method: 'POST', url: '/api/recording.import', payload: broken },
    headers: { cookie: `annals=${home.cookies.ada}`, 'content-type': 'application/x-asciicast' },
  })
  await vi.waitFor(async () => expect((await kept()).length).toBeGreaterThan(before.length), {
    timeout: 60_000,
  })
  broken.destroy(new Error('the connection was lost'))
  await answer.catch(() => {})
  await vi.waitFor(async () => expect(await kept()).toEqual(before), { timeout: 60_000 })
  expect((await bring('ada', cast2())).status).toBe(200)
})

test('a cast whose last line was cut is kept to there, and says so', async () => {
  const { status } = await bring('ada', `${cast2()}\n[9.1,"o","unfini`)
  expect(status).toBe(200)
  const last = (await home.recorded()).findLast(({ kind }) => kind === 'recording.imported')
  expect(last?.data).toMatchObject({ isCut: true })
})

test('a file sent as something else is refused with the type to send it as', async () => {
  const answer = await home.app.inject({
    method: 'POST',
    url: '/api/recording.import',
    payload: cast2(),
    headers: { cookie: `annals=${home.cookies.ada}`, 'content-type': 'application/x-www-form-urlencoded' },
  })
  expect(answer.statusCode).toBe(415)
  expect(answer.json()).toMatchObject({
    code: 'request.wrong_type',
    message: 'Send the file itself as the body, with content-type: application/x-asciicast.',
  })
})

test('events of an imported cast that are no bytes come out as they went in', async () => {
  const told: Told[] = [
    [0.1, 'o', 'mina@web:~$ '],
    [0.5, 'm', 'here it "began"'],
    [0.9, 'x', '3'],
  ]
  const { body } = await bring('ada', cast2(told))
  for (const [format, times] of [
    ['asciicast-v2', [0.1, 0.5, 0.9]],
    ['asciicast-v3', [0.1, 0.4, 0.4]],
  ] as const) {
    const lines = (await exported(body.id, format)).trimEnd().split('\n').slice(1)
    expect(lines.map((line) => JSON.parse(line))).toEqual(
      told.map(([, code, data], index) => [times[index], code, data]),
    )
  }
})

test('an export is the cast it came from, but for what was masked', async () => {
  const { body } = await bring('ada', cast2())
  const again = (await exported(body.id, 'asciicast-v2'))
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => JSON.parse(line) as Told)
  expect(again.filter(([, code]) => code === 'o')).toEqual(session.filter(([, code]) => code === 'o'))
  expect(again.filter(([, code]) => code === 'r')).toEqual([[6, 'r', '100x30']])
})
