import { equal } from '../../../base/common/journal/bytes.ts'
import { originOf, parseCheckpoint } from '../../../base/common/journal/checkpoint.ts'
import { CannotCheck } from '../cannot-check.ts'
import type { Pinned } from '../keys.ts'
import { type Damage, inOrder, type Outcome } from '../outcome.ts'
import type { PostgresAddress } from '../postgres/address.ts'
import { PostgresConnection } from '../postgres/connection.ts'
import { checkRecordings } from '../recordings/check-recordings.ts'
import type { Remembered } from '../remembered.ts'
import { compareEnds } from './ends.ts'
import { Judge, judge } from './judge.ts'
import { judgeRemembered, RememberedRoots } from './remembered-roots.ts'
import { checkRollups } from './rollups.ts'
import { type Scan, scan } from './scan.ts'
import { openSnapshot, type Snapshot } from './snapshot.ts'
import { historyOf, readKeyEntries } from './store-keys.ts'
import { trustedHeads, trustOf } from './trust.ts'

export interface StoreCheck {
  readonly address: PostgresAddress
  readonly pinned: Pinned
  readonly remembered: readonly Remembered[]
  readonly from?: number | undefined
  /** Not included. */
  readonly to?: number | undefined
  /** Where bytes too large for a row are. Without it recordings are not compared with their hashes. */
  readonly blobs?: string | undefined
  readonly onProgress?: (entries: number, of: number) => void
}

/** Checks a journal where it is stored. @throws CannotCheck */
export async function checkStore(ask: StoreCheck): Promise<Outcome> {
  const began = performance.now()
  const snapshot = await openSnapshot(ask.address)
  try {
    return await checkSnapshot(ask, snapshot, began)
  } finally {
    snapshot.connection.close()
  }
}

async function checkSnapshot(ask: StoreCheck, snapshot: Snapshot, began: number): Promise<Outcome> {
  const origin = originOf(snapshot.journalId)
  const keyEntries = await readKeyEntries(snapshot.connection)
  const trust = trustOf(historyOf(keyEntries, origin), ask.pinned)
  const remembered = trustedHeads(ask.remembered, origin, trust.keys)
  const ends = compareEnds(snapshot)
  const { end } = ends
  const from = ask.from ?? 0
  const to = Math.min(ask.to ?? end, end)
  if (from > to)
    throw new CannotCheck(`The journal has ${end} entries: there are none from ${from} to ${to}.`)

  const checkpoints = snapshot.checkpoints
    .filter(({ size }) => size <= end)
    .map((checkpoint) => ({ ...checkpoint, signer: trust.signerAt(checkpoint.size) }))
  const notes = new Map(checkpoints.map(({ size, note }) => [size, note]))
  const signatures = new Signatures()
  const judged = new Judge()
  const roots = new RememberedRoots(remembered.heads)
  const found = await scan({
    address: ask.address,
    snapshot,
    end,
    from,
    to,
    checkpoints,
    sizes: remembered.heads.map(({ size }) => size),
    onBadSignature: (size, why) => signatures.refuse(size, why),
    onRoot: (size, pair) => {
      roots.tell(size, pair)
      const note = notes.get(size)
      if (note === undefined) return
      if (signatures.isRefused(size)) return signatures.tell(size, judged.rowsGood)
      const { root } = parseCheckpoint(note)
      judged.tell(size, equal(pair.rows, root), pair.tiles !== undefined && equal(pair.tiles, root))
    },
    onProgress: (entries) => ask.onProgress?.(entries, end),
  })
  const isWhole = from === 0 && to === end
  const recordings = isWhole ? await recordingsOf(ask, snapshot) : { checked: [], damage: [] }
  const damage = inOrder([
    ...trust.damage,
    ...remembered.damage,
    ...ends.damage,
    ...signatures.damage,
    ...found.columns.map(
      ({ sequence, why }) => ({ kind: 'column', from: sequence, why: `entry ${sequence}: ${why}` }) as const,
    ),
    ...judge({ ...found, judge: judged }),
    ...judgeRemembered(roots, remembered.heads, end),
    ...(isWhole ? keyDamage(found, keyEntries) : []),
    ...(isWhole ? await checkRollups(snapshot, found.counts) : []),
    ...recordings.damage,
  ])
  const checked = [
    `Journal ${origin}`,
    ...trust.checked,
    isWhole
      ? `${found.rows} entries: text, columns, numbers and tree; counts by hour and day of the first ${snapshot.counted}`
      : `${found.rows} entries, those from ${from} to ${to - 1} among them: text, columns, numbers, and their place in the tree of ${end}`,
    `${checkpoints.length} checkpoints: signatures and roots`,
    ...recordings.checked,
    ask.remembered.length > 0
      ? `${ask.remembered.length} remembered checkpoints: signatures, and that this journal begins with each`
      : 'No remembered checkpoint was given: entries and checkpoints cut off together cannot be noticed from inside.',
  ]
  const seconds = (performance.now() - began) / 1000
  return { checked, warnings: trust.warnings, damage, entries: found.rows, seconds }
}

/** Their entries are among those that were checked: it is the same snapshot. */
async function recordingsOf({ address, blobs }: StoreCheck, { connection, hasRecordings }: Snapshot) {
  if (!hasRecordings) return { checked: [], damage: [] }
  if (blobs === undefined)
    return {
      checked: ['Recordings were not compared with their hashes: pass --data to say where they are.'],
      damage: [],
    }
  const now = await PostgresConnection.open(address)
  try {
    return await checkRecordings({ journal: connection, now, blobs })
  } finally {
    now.close()
  }
}

/** Checkpoints whose signature does not hold, and what an attacker hoped to cover with each. */
class Signatures {
  readonly damage: Damage[] = []
  readonly #refused = new Map<number, string>()

  isRefused(size: number): boolean {
    return this.#refused.has(size)
  }

  refuse(size: number, why: string): void {
    this.#refused.set(size, why)
  }

  /** @param rowsGood the largest size before it whose root and signature hold. */
  tell(size: number, rowsGood: number): void {
    if (this.damage.length >= 100) return
    const kept = rowsGood === 0 ? '' : `; the first ${rowsGood} entries are covered by an earlier one that is`
    const why = `the checkpoint of size ${size} ${this.#refused.get(size)}${kept}`
    this.damage.push({ kind: 'key', from: rowsGood, to: size - 1, why })
  }
}

/** The entries that name keys, found by their columns before and by their texts now. */
function keyDamage({ keyEntries }: Scan, byColumns: Scan['keyEntries']): Damage[] {
  const texts = new Set(keyEntries.map(({ sequence, body }) => `${sequence} ${body}`))
  const same =
    keyEntries.length === byColumns.length &&
    byColumns.every(({ sequence, body }) => texts.has(`${sequence} ${body}`))
  if (same) return []
  const from = keyEntries[0]?.sequence ?? byColumns[0]?.sequence
  return [
    { kind: 'column', from, why: 'the entries that name signing keys are not those that their columns say' },
  ]
}
