import fc from 'fast-check'
import { sql } from 'kysely'
import pino from 'pino'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { newId } from '../../../../../base/common/id.ts'
import { migrate } from '../../../../../base/server/migrate.ts'
import { freshDatabase } from '../../../../../test/postgres.ts'
import { printedLines, randomParts } from '../../../../../test/printed-lines.ts'
import { encodePiece, PieceTrack } from '../../../common/piece.ts'
import { ScreenState } from '../follow/screen-state.ts'
import { Screens } from '../follow/screens.ts'
import { recordingMigrations } from '../migration.ts'
import { Searcher } from './search.ts'
import { packShown } from './shown-text.ts'
import { LAYER_BITS, LAYERS } from './signature.ts'
import { charactersLeft, storeGap, storeTexts } from './text.ts'
import { TextBlocks } from './text-blocks.ts'

let database: Awaited<ReturnType<typeof freshDatabase>>
const screens = new Screens()
let searcher: Searcher
const now = new Date('2026-08-03T09:00:00Z')
const log = pino({ level: 'silent' })

beforeAll(async () => {
  database = await freshDatabase()
  await migrate(database.db, recordingMigrations)
  searcher = new Searcher(database.db)
})
beforeEach(async () => {
  for (const table of ['recording_text', 'recording_text_block', 'recording_gap', 'recording'] as const)
    await database.db.deleteFrom(table).execute()
})
afterAll(async () => {
  await Promise.all([screens.stop(), searcher.stop()])
  await database[Symbol.asyncDispose]()
  log.flush()
})

interface Stored {
  readonly id: string
  readonly no: number
  readonly lines: readonly string[]
}

async function recordingOf(): Promise<string> {
  const id = newId()
  await database.db
    .insertInto('recording')
    .values({
      terminal_id: id,
      operator_id: newId(),
      server_id: null,
      started_at: now,
      columns: 80,
      rows: 24,
    })
    .execute()
  return id
}

/** Keeps texts, and signs them as soon as there is a block's worth. */
async function keep(texts: readonly Stored[]): Promise<void> {
  const blocks = new TextBlocks(database.db, screens)
  for (const { id, no, lines } of texts) {
    const shown = lines.map((text, index) => ({ text, milliseconds: index * 10, row: index % 24 }))
    const characters = lines.join('\n').length
    const whose = { terminal_id: id, operator_id: newId(), server_id: null }
    await storeTexts(database.db, whose, [{ no, characters, packed: await packShown(shown) }])
    blocks.added(characters)
    await blocks.sign()
  }
}

/** Granules of each block. */
async function sizes(): Promise<number[]> {
  const blocks = await database.db
    .selectFrom('recording_text_block')
    .select('granules')
    .where('layer', '=', 0)
    .orderBy('to_seq')
    .execute()
  return blocks.map(({ granules }) => granules.length)
}

/** Every page of a search, as terminal, second and line. */
async function everything(text: string, id?: string) {
  const hits: string[] = []
  for (let cursor: string | undefined; ; ) {
    const page = await searcher.search({ read: database.db, now, input: { text, id, cursor } })
    hits.push(...page.items.map((hit) => `${hit.terminalId} ${hit.seconds} ${hit.snippet}`))
    if (page.next === null) return hits
    cursor = page.next
  }
}

/** The same by reading all there is. */
const scanned = (texts: readonly Stored[], text: string, id?: string) =>
  texts
    .filter((each) => id === undefined || each.id === id)
    .toSorted((one, other) => (one.id === other.id ? other.no - one.no : one.id < other.id ? 1 : -1))
    .flatMap(({ id, lines }) =>
      lines
        .map((line, index) => ({ line, said: `${id} ${(index * 10) / 1000} ${line}` }))
        .filter(({ line }) => line.toUpperCase().includes(text.toUpperCase()))
        .map(({ said }) => said)
        .toReversed(),
    )

const words = ['error', 'Request', 'f00d', 'payments', '/var/log', 'größer', 'x'.repeat(90), 'ΟΔΟΣ']
function randomTexts(ids: readonly string[], count: number, characters: number): Stored[] {
  let state = 7
  const random = (below: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
  return Array.from({ length: count }, (_, no) => {
    const lines: string[] = [`text ${no} begins`]
    for (let length = 0; length < characters; length += lines.at(-1)!.length)
      lines.push(
        `${words[random(words.length)]} ${random(2 ** 32).toString(16)} ${random(50_000)} took ${no}`,
      )
    return { id: ids[no % ids.length]!, no: Math.floor(no / ids.length), lines }
  })
}

test('search finds what reading everything finds, in order, in texts that are signed and in those that are not yet', async () => {
  const ids = [await recordingOf(), await recordingOf(), await recordingOf()]
  const texts = randomTexts(ids, 80, 20_000)
  await keep(texts)
  expect(await sizes()).toEqual([8, 8, 8])
  const all = texts.flatMap(({ lines }) => lines)
  await fc.assert(
    fc.asyncProperty(
      fc.nat(all.length - 1),
      fc.nat(12),
      fc.integer({ min: 7, max: 20 }),
      async (line, back, most) => {
        // The end of a line is a number that few have.
        const text = all[line]!.slice(0, -1 - back).slice(-most)
        fc.pre((text.match(/[\p{L}\p{N}]/gu) ?? []).length >= 5)
        expect(await everything(text)).toEqual(scanned(texts, text))
        expect(await everything(text, ids[0]!)).toEqual(scanned(texts, text, ids[0]!))
      },
    ),
    { numRuns: 15 },
  )
  expect(await everything('nowhere-to-be-found')).toEqual([])
  expect(await everything('TEXT 7')).toEqual(scanned(texts, 'text 7'))
})

test('small blocks are joined, and find the same', async () => {
  const ids = [await recordingOf()]
  const texts = randomTexts(ids, 150, 66_000)
  await keep(texts)
  expect(await sizes()).toEqual([128, 8, 8])
  for (const text of ['text 3', 'text 140 begins', 'text 149', texts[20]!.lines[7]!.slice(-14)])
    expect(await everything(text)).toEqual(scanned(texts, text))
})

test('what is drawn before and after a restart is signed alike', async () => {
  const ids = [await recordingOf()]
  const texts = randomTexts(ids, 40, 66_000)
  await keep(texts.slice(0, 10))
  await keep(texts.slice(10))
  expect(await everything('text 5')).toEqual(scanned(texts, 'text 5'))
  expect(await sizes()).toEqual([32])
})

test('a text of one, two or three letters is looked for in all recordings, and found wherever it is', async () => {
  const ids = [await recordingOf(), await recordingOf()]
  const texts = randomTexts(ids, 60, 20_000)
  await keep([
    ...texts,
    { id: ids[0]!, no: 90, lines: ['a§b', 'ж', '🙂'] },
    ...randomTexts(ids, 12, 20_000).map((each) => ({ ...each, no: each.no + 100 })),
  ])
  for (const text of ['§', 'Ж', '§B', '🙂', 'qq', '~'])
    expect((await everything(text)).length, text).toBe(['qq', '~'].includes(text) ? 0 : 1)
})

test('what an earlier version signed is signed anew, and found meanwhile', async () => {
  const other = await freshDatabase()
  await migrate(other.db, recordingMigrations.slice(0, -1))
  await sql`insert into recording_text_block (to_seq, granules, bits) values (7, '{1}', decode('00', 'hex'))`.execute(
    other.db,
  )
  await migrate(other.db, recordingMigrations)
  expect(await other.db.selectFrom('recording_text_block').selectAll().execute()).toEqual([])
  await other[Symbol.asyncDispose]()
})

test('blocks of every size become one of 1,024 granules in the end, in every layer', async () => {
  const layers = (size: number, to_seq: number) =>
    Array.from({ length: LAYERS }, (_, layer) => ({
      ...{ to_seq, layer },
      granules: layer === 0 ? Array.from({ length: size }, (_, granule) => to_seq - size + granule + 1) : [],
      bits: Buffer.alloc((LAYER_BITS / 8) * size, size + layer),
    }))
  const ending = [512, 128, 128, 128, 32, 32, 32, 32, 32, 8]
  let seq = 0
  for (const size of ending) {
    seq += size
    await database.db.insertInto('recording_text_block').values(layers(size, seq)).execute()
  }
  await new TextBlocks(database.db, screens).sign()
  expect(await sizes()).toEqual([1024, 32, 8])
  const all = await database.db.selectFrom('recording_text_block').select(['layer', 'bits']).execute()
  expect(all.map(({ bits }) => bits.length).toSorted((one, other) => one - other)).toEqual(
    [8, 32, 1024].flatMap((size) => Array(LAYERS).fill((LAYER_BITS / 8) * size)),
  )
})

test('240 random parts of what was printed are each found, in any case, wide, wrapped and split by escapes', async () => {
  const id = await recordingOf()
  const { lines, pieces } = printedLines(5000, 11)
  const screen = new ScreenState({ columns: 100, rows: 30 })
  const texts: Stored[] = []
  for (let from = 0; from < pieces.length; from += 300) {
    for (const piece of pieces.slice(from, from + 300))
      screen.show(encodePiece({ track: PieceTrack.output, at: 0, content: Buffer.from(piece) }, 0))
    texts.push({ id, no: texts.length, lines: screen.lines.take().lines.map(({ text }) => text) })
  }
  screen.dispose()
  await keep(texts)
  expect((await sizes()).length).toBeGreaterThan(0)
  for (const { text, line } of randomParts(lines, 240, 5)) {
    const { items, next } = await searcher.search({ read: database.db, now, input: { text } })
    const found = items.map(({ terminalId, seconds }) => `${terminalId} ${seconds} `)
    const all = scanned(texts, text)
    expect(found.length, text).toBe(next === null ? all.length : 50)
    for (const [index, place] of found.entries()) expect(all[index]!.startsWith(place), text).toBe(true)
    expect(found.length, `${text}, of ${line}`).toBeGreaterThan(0)
  }
})

test('a text that is kept in part is said to be, once for stretches that follow each other', async () => {
  const id = await recordingOf()
  const whose = { terminal_id: id, operator_id: newId(), server_id: null }
  await storeGap(database.db, whose, { from: 1000, to: 2000, why: 'too_much', lines: 4 })
  await storeGap(database.db, whose, { from: 2000, to: 3500, why: 'too_much', lines: 3 })
  await storeGap(database.db, whose, { from: 9000, to: 9500, why: 'undrawn', lines: null })
  const page = await searcher.search({ read: database.db, now, input: { text: 'x', id } })
  expect(page.gaps).toEqual([
    { terminalId: id, fromSeconds: 1, toSeconds: 3.5, why: 'too_much', lines: 7 },
    { terminalId: id, fromSeconds: 9, toSeconds: 9.5, why: 'undrawn', lines: null },
  ])
  expect(page.hasMoreGaps).toBe(false)
})

test('a recording may keep as much text as twice its bytes and a little more, never all a program redraws', () => {
  expect(charactersLeft({ text_characters: 0 }, 64 * 1024)).toBe(256 * 1024)
  expect(charactersLeft({ text_characters: 64 * 2 ** 20 + 100 }, 60)).toBe(20)
  expect(charactersLeft({ text_characters: 2 ** 40 }, 2 ** 30)).toBe(0)
})
