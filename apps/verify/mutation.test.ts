import { generateKeyPairSync, sign } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { toBase64, toUtf8 } from '../../base/common/journal/bytes.ts'
import { checkpointText, parseCheckpoint } from '../../base/common/journal/checkpoint.ts'
import { formatNote, verifierKey } from '../../base/common/journal/note.ts'
import { hashing, sha256 } from '../../base/server/journal/sha256.ts'
import { seal, type TestJournal, testJournal } from '../../base/server/journal/test-journal.ts'
import { readPinned } from './keys.ts'
import type { DamageKind, Outcome } from './outcome.ts'
import { parseAddress } from './postgres/address.ts'
import { readRemembered } from './remembered.ts'
import { checkStore } from './store/check-store.ts'

/** Entries 0 to 700 in checkpoints of 1, 71, 141 …: two whole tiles and an open one. */
interface Sealed extends AsyncDisposable {
  readonly world: TestJournal
  /** What a superuser does: the triggers that refuse it are switched off. */
  superuser(...statements: string[]): Promise<void>
  check(remembered?: readonly string[]): Promise<Outcome>
  /** The head at some size as a file that somebody outside keeps. */
  remember(size: number): Promise<string>
}

async function sealed(): Promise<Sealed> {
  const world = await testJournal()
  const journal = await world.open()
  for (let at = 0; at < 700; at += 70) await seal(journal, world.database, at, at + 70)
  await journal.close()
  const { pool, url } = world.database
  return {
    world,
    superuser: async (...statements) => {
      await pool.query(
        ['begin', 'set local session_replication_role = replica', ...statements, 'commit'].join(';'),
      )
    },
    check: async (remembered = []) =>
      checkStore({
        address: parseAddress(url),
        pinned: await readPinned([], world.directory),
        remembered: await readRemembered(remembered),
      }),
    remember: async (size) => {
      const { rows } = await pool.query('select note from journal_checkpoint where size = $1', [size])
      const file = join(world.directory, `remembered-${size}.txt`)
      await writeFile(file, rows[0].note)
      return file
    },
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  }
}

const first = ({ damage }: Outcome) => damage[0]
const kinds = ({ damage }: Outcome): DamageKind[] => [...new Set(damage.map(({ kind }) => kind))]

test('a journal nobody touched holds, with and without what was remembered', async () => {
  await using it = await sealed()
  const outcome = await it.check([await it.remember(71), await it.remember(351), await it.remember(701)])
  expect(outcome.damage).toEqual([])
  expect(outcome.entries).toBe(701)
  expect((await it.check()).damage).toEqual([])
})

test('an edited text is named by its number', async () => {
  await using it = await sealed()
  await it.superuser(`update journal set body = replace(body, 'Ada', 'Eve') where seq = 300`)
  const outcome = await it.check()
  expect(first(outcome)).toMatchObject({ kind: 'edited', from: 300 })
  expect(kinds(outcome)).toEqual(['edited'])
})

test('an edited text that no tile covers yet is found between two checkpoints', async () => {
  await using it = await sealed()
  await it.superuser(`update journal set body = replace(body, 'Ada', 'Eve') where seq = 600`)
  expect(first(await it.check())).toMatchObject({ kind: 'range', from: 561, to: 630 })
})

test.each([
  ['kind_no', 'kind'],
  ['actor_no', 'actor'],
  ['server_no', 'server'],
  ['work_no', 'work session'],
  ['subject_key', 'subject'],
])('an edited column %s is named by its number, though the text is whole', async (column, word) => {
  await using it = await sealed()
  await it.superuser(`update journal set ${column} = ${column} + 1 where seq = 423`)
  const outcome = await it.check()
  expect(first(outcome)).toMatchObject({ kind: 'column', from: 423 })
  expect(first(outcome)!.why).toContain(`its ${word} is shown as`)
})

test('an edited time, a cleared column and an edited look-up are named', async () => {
  await using it = await sealed()
  await it.superuser(
    `update journal set at = at + interval '1 millisecond' where seq = 17`,
    'update journal set server_no = null where seq = 20',
  )
  const outcome = await it.check()
  expect(outcome.damage.filter(({ kind }) => kind === 'column').map(({ from }) => from)).toEqual([17, 20])
  await it.superuser(
    `update journal_ref set id = gen_random_uuid() where no = (select actor_no from journal where seq = 1)`,
  )
  expect(first(await it.check())).toMatchObject({ kind: 'column', from: 1 })
})

test('a deleted entry is a hole with a number', async () => {
  await using it = await sealed()
  await it.superuser('delete from journal where seq in (211, 650)')
  const outcome = await it.check()
  expect(outcome.damage.filter(({ kind }) => kind === 'missing').map(({ from }) => from)).toEqual([211, 650])
})

test('two entries that changed places are named with where they belong', async () => {
  await using it = await sealed()
  await it.superuser(
    'update journal set seq = 100000 where seq = 40',
    'update journal set seq = 40 where seq = 440',
    'update journal set seq = 440 where seq = 100000',
  )
  const outcome = await it.check()
  expect(outcome.damage.filter(({ kind }) => kind === 'reordered').map(({ from }) => from)).toEqual([40, 440])
  expect(first(outcome)!.why).toContain('sealed as entry 440')
})

test('a deleted entry whose hole was closed is where the numbers begin to shift', async () => {
  await using it = await sealed()
  await it.superuser(
    'delete from journal where seq = 200',
    'update journal set seq = seq + 1000000 where seq > 200',
    'update journal set seq = seq - 1000001 where seq > 1000000',
  )
  expect(first(await it.check())).toMatchObject({ kind: 'reordered', from: 200 })
})

test('a tail that was cut is missed by the checkpoint over it', async () => {
  await using it = await sealed()
  await it.superuser('delete from journal where seq >= 640')
  expect(first(await it.check())).toMatchObject({ kind: 'tail', from: 640, to: 700 })
})

test('a tail cut with its checkpoint, tiles and counts is found by who remembers, and only so', async () => {
  await using it = await sealed()
  const remembered = await it.remember(701)
  await it.superuser(
    'delete from journal where seq >= 351',
    'delete from journal_checkpoint where size > 351',
    'delete from journal_tile where n >= 1',
    'update journal_counted set size = 351',
    ...['hour', 'day'].flatMap((span) =>
      ['kind', 'actor', 'server'].map((who) => {
        const key = who === 'kind' ? 'kind_no' : `${who}_no, kind_no`
        const start = `date_trunc('${span}', at, 'UTC')`
        return `delete from journal_${span}_${who}; insert into journal_${span}_${who} (${span}, ${key}, n)
          select ${start}, ${key}, count(*) from journal ${who === 'server' ? 'where server_no is not null' : ''}
          group by ${start}, ${key}`
      }),
    ),
  )
  expect((await it.check()).damage).toEqual([])
  expect(first(await it.check([remembered]))).toMatchObject({ kind: 'older', from: 351, to: 700 })
})

test('a tail cut with its checkpoint but not with its tiles and counts is found from inside', async () => {
  await using it = await sealed()
  await it.superuser(
    'delete from journal where seq >= 351',
    'delete from journal_checkpoint where size > 351',
  )
  const outcome = await it.check()
  expect(first(outcome)).toMatchObject({ kind: 'tail', from: 351 })
  expect(kinds(outcome)).toContain('counts')
})

test('a deleted last checkpoint leaves entries that nothing signs', async () => {
  await using it = await sealed()
  await it.superuser('delete from journal_checkpoint where size = 701')
  expect(first(await it.check())).toMatchObject({ kind: 'unsigned', from: 631, to: 700 })
})

test('a rewritten tile is told from edited entries', async () => {
  await using it = await sealed()
  await it.superuser(
    `update journal_tile set hashes = overlay(hashes placing '\\xff00ff'::bytea from 321) where n = 1`,
  )
  const outcome = await it.check()
  expect(kinds(outcome)).toEqual(['tile'])
  expect(first(outcome)!.why).toContain('tile 1 of level 0')
  await it.superuser('delete from journal_tile where n = 1')
  expect(first(await it.check())!.why).toBe('tile 1 of level 0 is missing')
})

test('an entry edited together with its tile is found between two checkpoints', async () => {
  await using it = await sealed()
  const { pool } = it.world.database
  await it.superuser(`update journal set body = replace(body, 'Ada', 'Eve') where seq = 300`)
  const { rows } = await pool.query('select body from journal where seq = 300')
  const leaf = Buffer.from(hashing.leaf(Buffer.from(rows[0].body))).toString('hex')
  await it.superuser(
    `update journal_tile set hashes = overlay(hashes placing '\\x${leaf}'::bytea from ${(300 - 256) * 32 + 1}) where n = 1`,
  )
  expect(first(await it.check())).toMatchObject({ kind: 'range', from: 281, to: 350 })
})

test('a miscounted rollup is named', async () => {
  await using it = await sealed()
  await it.superuser(
    'update journal_hour_actor set n = n + 1 where ctid = (select min(ctid) from journal_hour_actor)',
  )
  expect(first(await it.check())).toMatchObject({
    kind: 'counts',
    why: expect.stringContaining('journal_hour_actor'),
  })
  await it.superuser('delete from journal_day_server')
  expect((await it.check()).damage.map(({ why }) => why.split(':')[0])).toEqual([
    'journal_hour_actor',
    'journal_day_server',
  ])
})

/** A forger's key and what it signs. */
function forger(origin: string) {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const der = publicKey.export({ format: 'der', type: 'spki' })
  const key = verifierKey(sha256, origin, new Uint8Array(der.subarray(12)))
  const note = (size: number, root: Uint8Array) => {
    const text = checkpointText({ origin, size, root })
    const signature = sign(null, toUtf8(text), privateKey)
    return {
      text,
      note: formatNote({ text, signatures: [{ name: origin, keyId: key.id, signature }] }),
      signature: toBase64(signature),
    }
  }
  return { key, note }
}

test('a checkpoint signed with another key is named, with what an earlier one still covers', async () => {
  await using it = await sealed()
  const { rows } = await it.world.database.pool.query('select note from journal_checkpoint where size = 701')
  const { origin, root } = parseCheckpoint(rows[0].note)
  await it.superuser(
    `update journal_checkpoint set note = '${forger(origin).note(701, root).note}' where size = 701`,
  )
  const outcome = await it.check()
  expect(first(outcome)).toMatchObject({ kind: 'key', from: 631, to: 700 })
  expect(first(outcome)!.why).toContain('is not signed by')
})

test('yesterday\u2019s backup that went on is found by who remembers today', async () => {
  await using it = await sealed()
  const remembered = [await it.remember(351), await it.remember(701)]
  // The backup: everything after 421 is gone, and the same server, with the same key, goes on from there.
  await it.superuser(
    'delete from journal where seq >= 421',
    'delete from journal_checkpoint where size > 421',
    'update journal_counted set size = 0',
    'delete from journal_tile where n >= 1',
    ...['hour', 'day'].flatMap((span) =>
      ['kind', 'actor', 'server'].map((who) => `delete from journal_${span}_${who}`),
    ),
  )
  const restored = await it.world.open()
  await seal(restored, it.world.database, 5000, 5400)
  await restored.close()
  expect((await it.check()).damage).toEqual([])
  const older = await it.check(remembered)
  expect(first(older)).toMatchObject({ kind: 'rewritten', from: 351, to: 700 })
})

test('a whole journal made anew under another key is not the trusted one, whoever is asked', async () => {
  await using it = await sealed()
  const remembered = await it.remember(701)
  const trusted = await readPinned([], it.world.directory)
  await using forged = await sealed()
  const { rows } = await it.world.database.pool.query('select id from journal_identity')
  const ask = { address: parseAddress(forged.world.database.url), remembered: [], pinned: trusted }
  expect(first(await checkStore(ask))).toMatchObject({ kind: 'key', from: 0 })
  // Also when the forger takes over the name: then every signature is over another name.
  await forged.superuser(`update journal_identity set id = '${rows[0].id}'`)
  expect(kinds(await checkStore(ask))).toContain('key')
  const unpinned = {
    ...ask,
    pinned: { keys: [], sources: [] },
    remembered: await readRemembered([remembered]),
  }
  await expect(checkStore(unpinned)).rejects.toThrow(/signing key/)
})

test('a replaced key is followed, and one that was not endorsed is not', async () => {
  await using it = await sealed()
  const oldKeys = await readPinned([], it.world.directory)
  const journal = await it.world.open()
  const actor = { id: '0199a5f0-0000-7000-8000-000000000001', name: 'Ada', kind: 'person' } as const
  await journal.rotateKey(it.world.database.db, actor, 'yearly')
  // One after the other: both keys sign the checkpoint over the rotation, and only one after it tells them apart.
  await seal(journal, it.world.database, 900, 915)
  await seal(journal, it.world.database, 915, 930)
  const newKey = await journal.read.currentKey()
  await journal.close()
  expect((await it.check()).damage).toEqual([])
  const address = parseAddress(it.world.database.url)
  const only = async (key: string) =>
    checkStore({ address, remembered: [], pinned: await readPinned([key], undefined) })
  expect((await only(newKey)).damage).toEqual([])
  const { pool } = it.world.database
  expect((await checkStore({ address, remembered: [], pinned: oldKeys })).damage).toEqual([])
  const { rows } = await pool.query('select max(size) as size from journal_checkpoint')
  const file = await it.remember(rows[0].size)
  expect((await readFile(file, 'utf8')).includes(newKey.split('+')[0]!)).toBe(true)
  await it.superuser(
    `update journal set body = replace(body, '"endorsement":"', '"endorsement":"A') where body like '%journal.key_rotated%'`,
  )
  expect(kinds(await it.check())).toContain('key')
})
