import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { toBase64 } from '../../base/common/journal/bytes.ts'
import { checkpointText } from '../../base/common/journal/checkpoint.ts'
import { consistencyRanges, coverOf, joinCover, treeHash } from '../../base/common/journal/merkle.ts'
import { formatNote, formatVerifierKey, verifierKey } from '../../base/common/journal/note.ts'
import { rotationStatement } from '../../base/common/journal/rotation.ts'
import { rawPublicKey } from '../sealed.ts'
import { CheckpointKeeper } from './checkpoint-keeper.ts'
import { sha256 } from './journal-crypto.ts'
import { ReportQueue } from './report-queue.ts'
import { Store } from './store.ts'

const ORIGIN = 'annals/0199a5f0-0000-7000-8000-000000000000'
const hash = treeHash(sha256)

class Journal {
  readonly key: KeyObject
  readonly verifier
  readonly #mark: (index: number) => string

  constructor(mark: (index: number) => string = (index) => `entry ${index}`, origin = ORIGIN) {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519')
    this.key = privateKey
    this.verifier = verifierKey(sha256, origin, rawPublicKey(publicKey))
    this.#mark = mark
  }

  #range(from: number, to: number): Uint8Array {
    const node = (height: number, index: number): Uint8Array =>
      height === 0
        ? hash.leaf(Buffer.from(this.#mark(index)))
        : hash.node(node(height - 1, index * 2), node(height - 1, index * 2 + 1))
    return joinCover(
      hash,
      coverOf(from, to).map(({ height, index }) => node(height, index)),
    )
  }

  note(size: number, signer: Journal = this): string {
    const root = size === 0 ? hash.empty() : this.#range(0, size)
    const text = checkpointText({ origin: this.verifier.name, size, root })
    const signature = sign(null, Buffer.from(text), signer.key)
    return formatNote({
      text,
      signatures: [{ name: this.verifier.name, keyId: signer.verifier.id, signature }],
    })
  }

  proof(from: number, to: number): string[] {
    return consistencyRanges(from, to).map(([start, end]) => toBase64(this.#range(start, end)))
  }

  offer(from: number, to: number) {
    return { note: this.note(to), fromSize: from, proof: from === 0 ? [] : this.proof(from, to) }
  }
}

let directory: string
let store: Store
let queue: ReportQueue
const journal = new Journal()

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'annals-keeper-'))
  store = Store.open(join(directory, 'agent.db'), { expected: false })
  queue = new ReportQueue(store)
})
afterEach(() => {
  store.close()
  rmSync(directory, { recursive: true })
})

let time = Date.parse('2026-01-01T00:00:00Z')
const keeper = (key = journal) =>
  new CheckpointKeeper({
    store,
    queue,
    directory,
    journalKey: formatVerifierKey(key.verifier),
    now: () => new Date(time),
  })

const alarms = () => {
  const batch = queue.batch(0)
  return batch === undefined ? [] : JSON.parse(batch.text).items
}

test('the first checkpoint the pinned key signed is kept, in the database and as a file', async () => {
  expect(await keeper().offer(journal.offer(0, 7))).toBe('kept')
  expect(keeper().size).toBe(7)
  expect(readFileSync(join(directory, 'checkpoint.txt'), 'utf8')).toBe(journal.note(7))
})

test('a checkpoint that extends the one kept replaces it, at any pair of sizes', async () => {
  const kept = keeper()
  let from = 0
  for (const to of [1, 2, 3, 7, 8, 64, 100, 256, 257]) {
    expect(await kept.offer(journal.offer(from, to))).toBe('kept')
    from = to
  }
  expect(alarms()).toEqual([])
})

test('a rewritten journal is refused, both notes are kept, and an alarm is reported', async () => {
  const kept = keeper()
  await kept.offer(journal.offer(0, 5))
  const forged = new Journal((index) => (index === 2 ? 'edited' : `entry ${index}`))
  const offer = { note: forged.note(9, journal), fromSize: 5, proof: forged.proof(5, 9) }
  expect(await kept.offer(offer)).toBe('refused')
  expect(kept.kept).toBe(journal.note(5))
  expect(keeper().refused).toBe(offer.note)
  expect(alarms()).toMatchObject([
    { kind: 'checkpoint.alarm', body: { kept: journal.note(5), offered: offer.note } },
  ])
  expect(readFileSync(join(directory, 'checkpoint-refused.txt'), 'utf8')).toBe(offer.note)
})

test('a journal cut below what is kept is refused', async () => {
  const kept = keeper()
  await kept.offer(journal.offer(0, 9))
  expect(await kept.offer(journal.offer(0, 4))).toBe('refused')
  expect(kept.size).toBe(9)
})

test('another journal of the same length is refused', async () => {
  const kept = keeper()
  await kept.offer(journal.offer(0, 9))
  const other = new Journal((index) => `other ${index}`)
  expect(await kept.offer({ note: other.note(9, journal), fromSize: 9, proof: [] })).toBe('refused')
})

test('a checkpoint signed by another key is refused, also as the first', async () => {
  expect(await keeper().offer({ ...journal.offer(0, 7), note: journal.note(7, new Journal()) })).toBe(
    'refused',
  )
  expect(existsSync(join(directory, 'checkpoint.txt'))).toBe(false)
})

test('a checkpoint of another journal is refused though its own key signed it', async () => {
  const other = new Journal(undefined, 'annals/other')
  expect(await keeper().offer(other.offer(0, 7))).toBe('refused')
})

test('what is no checkpoint is refused, whatever it is', async () => {
  const kept = keeper()
  for (const note of ['', 'x', '\n\n', `${journal.note(3)}more`, '\u0000']) {
    expect(await kept.offer({ note, fromSize: 0, proof: [] })).toBe('refused')
  }
  expect(await kept.offer({ ...journal.offer(0, 3), proof: ['not base64'] })).toBe('refused')
})

test('a proof from a size that is not ours proves nothing either way', async () => {
  const kept = keeper()
  await kept.offer(journal.offer(0, 5))
  expect(await kept.offer(journal.offer(3, 9))).toBe('passed')
  expect(kept.size).toBe(5)
  expect(alarms()).toEqual([])
})

test('the same checkpoint again is no news', async () => {
  const kept = keeper()
  await kept.offer(journal.offer(0, 5))
  expect(await kept.offer(journal.offer(5, 5))).toBe('passed')
})

test('the same trouble is an alarm once an hour, however often it is offered', async () => {
  const kept = keeper()
  await kept.offer(journal.offer(0, 9))
  for (const size of [4, 5, 6]) await kept.offer(journal.offer(0, size))
  expect(alarms()).toHaveLength(1)
  time += 3600_001
  await kept.offer(journal.offer(0, 7))
  expect(alarms()).toHaveLength(2)
})

test('a key that the pinned one endorsed is followed, and remembered', async () => {
  const kept = keeper()
  await kept.offer(journal.offer(0, 5))
  const next = new Journal()
  const [oldKey, key] = [formatVerifierKey(journal.verifier), formatVerifierKey(next.verifier)]
  const statement = rotationStatement({ origin: ORIGIN, oldKey, newKey: key })
  const endorsement = sign(null, statement, journal.key).toString('base64')
  const acceptance = sign(null, statement, next.key).toString('base64')
  const unendorsed = sign(null, statement, new Journal().key).toString('base64')
  expect(await kept.rotate({ key, endorsement: unendorsed, acceptance })).toBe(false)
  expect(await kept.rotate({ key, endorsement, acceptance, oldKey })).toBe(true)
  expect(await kept.rotate({ key, endorsement, acceptance, oldKey })).toBe(false)
  const after = keeper()
  const offer = { note: journal.note(8, next), fromSize: 5, proof: journal.proof(5, 8) }
  expect(await after.offer(offer)).toBe('kept')
  expect(await after.offer(journal.offer(8, 9))).toBe('refused')
})
