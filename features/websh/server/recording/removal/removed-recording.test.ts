import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import pino from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { signatures } from '../../../../../apps/verify/crypto.ts'
import { readPinned } from '../../../../../apps/verify/keys.ts'
import { parseAddress } from '../../../../../apps/verify/postgres/address.ts'
import { checkStore } from '../../../../../apps/verify/store/check-store.ts'
import { fileBlobStore } from '../../../../../base/server/blobs/blob-store.ts'
import type { WriteEntries } from '../../../../../base/server/endpoint.ts'
import { world } from '../../../../../seed/world.ts'
import { RecordingEvidenceReader } from '../../../common/recording-evidence.ts'
import { ScreenFollower } from '../follow/follower.ts'
import { removeOrphans } from '../remove.ts'
import { removeSegments } from './remove-segments.ts'

let home: Awaited<ReturnType<typeof world>>
let drawing: ScreenFollower
beforeAll(async () => {
  home = await world()
  drawing = new ScreenFollower(parts())
})
afterAll(async () => {
  await drawing.stop()
  await home[Symbol.asyncDispose]()
})

const parts = () => ({
  db: home.db,
  blobs: fileBlobStore(join(home.directory, 'blobs')),
  bus: { publish: () => {} } as never,
  writeEntries: ((tx, entries) => home.journal.recordAll(tx, entries)) as WriteEntries,
  sealSoon: () => home.journal.poke(),
  now: home.now,
  log: pino({ level: 'silent' }),
})

const draw = async () => {
  while (await drawing.catchUp());
}

const MINUTE_OF = ['alpha', 'bravo', 'charlie', 'delta', 'echo', 'foxtrot', 'golf', 'hotel']

/** Every 12 seconds a command is run, so that each has a segment to itself. */
function cast(): string {
  const lines: unknown[] = [{ version: 2, width: 80, height: 24, timestamp: 1_785_000_000 }]
  lines.push([0.1, 'o', '$ '])
  for (const [index, word] of MINUTE_OF.entries()) {
    const at = 1 + index * 12
    for (const [place, key] of [...`echo ${word}`].entries())
      lines.push([at + place / 10, 'i', key], [at + place / 10 + 0.01, 'o', key])
    lines.push([at + 2, 'i', '\r'], [at + 2.01, 'o', `\r\nsaid-${word}\r\n$ `])
    if (index === 3) lines.push([at + 2.5, 'r', '100x30'])
  }
  return lines.map((line) => JSON.stringify(line)).join('\n')
}

async function imported(): Promise<string> {
  const answer = await home.app.inject({
    ...{ method: 'POST', url: '/api/recording.import', payload: cast() },
    headers: { cookie: `annals=${home.cookies.ada}`, 'content-type': 'application/x-asciicast' },
  })
  await draw()
  return answer.json().id
}

const remove = async (terminalId: string, segments: readonly number[]) => {
  const actor = await home.actor('ada')
  const removed = await removeSegments(parts(), { terminalId, segments, why: 'kept for 90 days', actor })
  await home.recorded()
  return removed
}

const ask = async (name: string, query: object) => (await home.as('ada').ask(name, query)).body

/** The segments in which these words were said. */
async function segmentsOf(id: string, ...words: string[]): Promise<number[]> {
  const { items } = await ask('recording.segments', { id })
  const found: number[] = []
  for (const { no, startOffset, length } of items) {
    const { bytes } = await ask('recording.pieces', { id, offset: startOffset })
    const text = Buffer.from(bytes, 'base64').subarray(0, length).toString('latin1')
    if (words.some((word) => text.includes(`said-${word}`))) found.push(no)
  }
  return found
}

const exported = async (id: string, format: string): Promise<string> =>
  (
    await home.app.inject({
      ...{ url: '/api/recording.export', query: { id, format } },
      headers: { cookie: `annals=${home.cookies.ada}` },
    })
  ).body

function check(lines: readonly string[]) {
  const reader = new RecordingEvidenceReader({ ...signatures, pinned: [] })
  for (const line of lines) reader.line(line)
  return reader.finish()
}

/** All of the installation, as the verifier sees it. */
const verified = async () => {
  await home.recorded()
  return checkStore({
    address: parseAddress(home.url),
    pinned: await readPinned([], home.directory),
    remembered: [],
    blobs: join(home.directory, 'blobs'),
  })
}

test('what was removed is found nowhere, and everything that shows the recording says that it was', async () => {
  const id = await imported()
  const said = await segmentsOf(id, 'charlie', 'delta')
  const gone = Array.from({ length: said.at(-1)! - said[0]! + 1 }, (_, index) => said[0]! + index)
  const { segments } = await remove(id, gone)
  expect(segments).toBe(gone.length)
  await draw()

  const info = await ask('recording.read', { id })
  expect(info).toMatchObject({ state: 'complete', segmentsRemoved: gone.length })
  const [stretch] = info.removed
  expect(stretch).toMatchObject({
    ...{ fromSegment: gone[0], toSegment: gone.at(-1), why: 'kept for 90 days' },
    removedAt: home.now().toISOString(),
  })

  const listed = (await ask('recording.segments', { id })).items
  for (const { no, removedAt, removalEntry, entry } of listed) {
    expect(entry).toEqual(expect.any(Number))
    expect([removedAt !== null, removalEntry !== null]).toEqual([gone.includes(no), gone.includes(no)])
  }

  const within = await ask('recording.frame', { id, milliseconds: stretch.fromMilliseconds + 1 })
  expect(within.removed).toEqual(stretch)
  const hole = await ask('recording.pieces', { id, offset: stretch.fromOffset })
  expect(hole).toMatchObject({
    ...{ bytes: '', from: stretch.fromOffset, to: stretch.toOffset },
    removed: { ...stretch, columns: 100, rows: 30 },
  })
  const inside = await ask('recording.pieces', { id, offset: stretch.fromOffset + 5 })
  expect([inside.bytes, inside.to]).toEqual(['', stretch.toOffset])

  const found = await ask('recording.search', { id, text: 'said-' })
  const seen = found.items.map(({ snippet }: { snippet: string }) => snippet)
  expect(seen).toEqual(expect.arrayContaining(['said-bravo', 'said-echo', 'said-hotel']))
  expect(seen.filter((line: string) => /charlie|delta/.test(line))).toEqual([])
  expect(found.gaps).toMatchObject([
    {
      why: 'removed',
      fromSeconds: stretch.fromMilliseconds / 1000,
      toSeconds: stretch.toMilliseconds / 1000,
    },
  ])

  const commands = (await ask('terminal.commands', { id })).items
  expect(commands.map(({ text }: { text: string }) => text)).toEqual(MINUTE_OF.map((word) => `echo ${word}`))
  const isGone = commands.filter(({ moment }: { moment?: string }) => moment === 'removed')
  expect(isGone.map(({ text }: { text: string }) => text)).toEqual(['echo charlie', 'echo delta'])
  const everywhere = (await ask('terminal.find-commands', { text: 'echo delta' })).items
  expect(everywhere[0]).toMatchObject({ terminalId: id, moment: 'removed' })

  for (const version of ['asciicast-v2', 'asciicast-v3']) {
    const file = await exported(id, version)
    const events = file
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => JSON.parse(line) as [number, string, string])
    const marker = events.findIndex(([, code, text]) => code === 'm' && text.startsWith('removed: segment'))
    expect(events[marker]![2]).toContain('kept for 90 days')
    expect(events.slice(marker + 1, marker + 3).map(([, code, text]) => [code, text])).toEqual([
      ['r', '100x30'],
      ['m', 'what is kept goes on here'],
    ])
    const ending =
      version === 'asciicast-v2' ? events.at(-1)![0] : events.reduce((sum, [seconds]) => sum + seconds, 0)
    expect(ending).toBeCloseTo(info.durationMilliseconds / 1000, 2)
    expect(file).toContain('said-echo')
    expect(file).not.toMatch(/said-(charlie|delta)/)
  }
  const text = await exported(id, 'text')
  expect(text).toMatch(
    /said-bravo[\s\S]*\n\[removed: segments? [\s\S]*kept for 90 days[\s\S]*\]\n[\s\S]*said-echo/,
  )
  expect(text).not.toMatch(/said-(charlie|delta)/)
})

test('evidence with removed segments holds, and every way to pass a loss off as a removal is named', async () => {
  const id = await imported()
  const other = await imported()
  const whole = (await exported(id, 'evidence')).trimEnd().split('\n')
  const gone = await segmentsOf(id, 'alpha', 'delta')
  await remove(id, gone)
  await remove(other, [1])
  const lines = (await exported(id, 'evidence')).trimEnd().split('\n')
  const { body } = await home.as('ada').ask('recording.segments', { id })
  expect(check(lines)).toMatchObject({
    ...{ terminalId: id, closed: 'complete', segments: body.items.length },
    verified: body.items.length - gone.length,
    removed: [{ at: home.now().toISOString(), why: 'kept for 90 days', segments: gone }],
  })
  // A copy from before the removal holds as it is.
  expect(check(whole)).toMatchObject({ verified: body.items.length, removed: [] })

  const at = (start: string) => lines.findIndex((line) => line.startsWith(start))
  const removal = at('{"removal"')
  expect(() => check(lines.toSpliced(removal, 1))).toThrow(
    `segments ${gone.join(', ')} are missing, and no entry of the journal says that they were removed`,
  )
  const kept = Math.max(
    ...body.items.map(({ no }: { no: number }) => no).filter((no: number) => !gone.includes(no)),
  )
  const hidden = lines.map((line) =>
    line.startsWith(`{"segment":${kept},`) ? JSON.stringify({ segment: kept, removed: true }) : line,
  )
  expect(() => check(hidden)).toThrow(
    `segment ${kept} is missing, and no entry of the journal says that it was removed`,
  )
  expect(() => check(lines.toSpliced(at(`{"segment":${gone[0]},`), 1))).toThrow(
    `segment ${gone[0]} is missing`,
  )
  const filled = lines.map((line) =>
    line.startsWith(`{"segment":${gone[0]},`)
      ? whole.find((each) => each.startsWith(`{"segment":${gone[0]},`))!
      : line,
  )
  expect(() => check(filled)).toThrow(`says that segment ${gone[0]} was removed, and here it is`)
  expect(() => check(lines.with(removal, lines[removal]!.replace('kept for 90', 'kept for 99')))).toThrow(
    'was edited',
  )
  const foreign = (await exported(other, 'evidence'))
    .split('\n')
    .find((line) => line.startsWith('{"removal"'))!
  expect(() => check(lines.with(removal, foreign))).toThrow('is not about this recording')
  expect(() => check([...lines.slice(0, removal), lines[removal]!, ...lines.slice(removal)])).toThrow(
    'out of order',
  )
  expect(() =>
    check([...lines.slice(0, at('{"closed"')), lines[removal]!, ...lines.slice(at('{"closed"'))]),
  ).toThrow('a removal stands before its end')
})

test('all of a recording can go: its evidence is then its hashes', async () => {
  const id = await imported()
  const { items } = await ask('recording.segments', { id })
  await remove(id, [0])
  await draw()
  await remove(
    id,
    items.map(({ no }: { no: number }) => no),
  )
  await draw()
  expect(await ask('recording.read', { id })).toMatchObject({ state: 'removed', storedBytes: 0 })
  const found = check((await exported(id, 'evidence')).trimEnd().split('\n'))
  expect(found).toMatchObject({ segments: items.length, verified: 0, bytes: 0, closed: 'complete' })
  expect(found.removed.map(({ segments }) => segments.length)).toEqual([1, items.length - 1])
  expect((await ask('terminal.commands', { id })).items).toHaveLength(MINUTE_OF.length)
})

test('the verifier compares all recordings of an installation with the journal, and tells a removal from a loss', async () => {
  const id = await imported()
  const gone = await segmentsOf(id, 'bravo')
  await remove(id, gone)
  const fine = await verified()
  expect(fine.damage.filter(({ kind }) => kind === 'recording')).toEqual([])
  const { items } = await ask('recording.segments', { id })
  expect(fine.checked).toContainEqual(
    expect.stringMatching(
      new RegExp(
        `${id}: ${items.length - gone.length} of ${items.length} segments verified; removed, hashes kept: segments? ${gone[0]}.* on ${home.now().toISOString()}.*kept for 90 days`,
      ),
    ),
  )
  const damages = async () => (await verified()).damage.filter(({ kind }) => kind === 'recording')
  const { blobs } = await home.db
    .selectFrom('recording')
    .select('blobs')
    .where('terminal_id', '=', id)
    .executeTakeFirstOrThrow()
  const path = join(home.directory, 'blobs', 'recordings', id, `pieces${blobs}`)
  const bytes = await readFile(path)

  // Bytes that were changed, by whoever also packs them again, and a file that is gone.
  const edited = Buffer.from(bytes)
  edited[edited.length - 12]! ^= 1
  await writeFile(path, edited)
  expect(await damages()).toMatchObject([
    { why: expect.stringMatching(/was changed|are missing|is missing/) },
  ])
  await rm(path)
  expect((await damages())[0]!.why).toMatch(
    /are missing, and no entry of the journal says that they were removed/,
  )
  await writeFile(path, bytes)
  expect(await damages()).toEqual([])

  // The database says of one more that it was removed; the journal does not.
  const chunk = await home.db
    .selectFrom('recording_chunk')
    .selectAll()
    .where('terminal_id', '=', id)
    .orderBy('start_offset')
    .executeTakeFirstOrThrow()
  await home.db
    .deleteFrom('recording_chunk')
    .where('terminal_id', '=', id)
    .where('start_offset', '=', chunk.start_offset)
    .execute()
  expect(await damages()).toMatchObject([
    { why: expect.stringContaining('missing, and no entry of the journal says') },
  ])
  await home.db.insertInto('recording_chunk').values(chunk).execute()
})

test('an import that was given up is a removal too, also one from before removals were recorded', async () => {
  const id = await imported()
  // As a server that died in an import left it: a recording, and no terminal.
  await home.db.deleteFrom('terminal_command').where('terminal_id', '=', id).execute()
  await home.db.deleteFrom('terminal').where('id', '=', id).execute()
  await removeOrphans(parts())
  const told = async () =>
    (await home.recorded()).filter(
      ({ kind, subject }) => kind === 'recording.segments_removed' && subject?.id === id,
    )
  expect(await told()).toMatchObject([{ data: { why: 'its import was given up' } }])
  await removeOrphans(parts())
  expect(await told()).toHaveLength(1)
  expect((await verified()).damage.filter(({ kind }) => kind === 'recording')).toEqual([])
  await home.db.deleteFrom('recording_removal').where('terminal_id', '=', id).execute()
  await removeOrphans(parts())
  expect(await told()).toHaveLength(2)
})
