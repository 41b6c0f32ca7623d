import type { PostgresAddress } from '../postgres/address.ts'
import type { Counts } from './counts.ts'
import { planRanges } from './plan.ts'
import { FINDINGS_LIMIT, type Finding, type Mismatch, type NodePair } from './range.ts'
import { runRanges } from './run-ranges.ts'
import type { Snapshot } from './snapshot.ts'
import type { KeyEntry } from './store-keys.ts'
import { type UpperMismatch, Walk } from './walk.ts'

export interface SignedCheckpoint {
  readonly size: number
  readonly note: string
  /** The key that must have signed it. */
  readonly signer: string
}

export interface ScanAsk {
  readonly address: PostgresAddress
  readonly snapshot: Snapshot
  readonly end: number
  readonly from: number
  readonly to: number
  /** Ascending, none beyond `end`. */
  readonly checkpoints: readonly SignedCheckpoint[]
  /** Further sizes whose roots are wanted. */
  readonly sizes: readonly number[]
  /** In ascending order, each after the signatures up to that size are known. */
  readonly onRoot: (size: number, roots: NodePair) => void
  readonly onBadSignature: (size: number, why: string) => void
  readonly onProgress: (entries: number) => void
}

export interface Scan {
  readonly rows: number
  readonly counts: Counts
  readonly columns: readonly Finding[]
  readonly mismatches: readonly Mismatch[]
  readonly upper: readonly UpperMismatch[]
  readonly missingTiles: readonly number[]
  readonly keyEntries: readonly KeyEntry[]
}

/** Reads and hashes everything once, on all cores. */
export async function scan(ask: ScanAsk): Promise<Scan> {
  const { address, snapshot, end, from, to, checkpoints, onRoot, onBadSignature } = ask
  const sizes = [...new Set([...checkpoints.map(({ size }) => size), ...ask.sizes])]
    .filter((size) => size > 0 && size <= end)
    .sort((one, other) => one - other)
  const plan = planRanges({ end, from, to, sizes, checkpoints })
  const sizesFrom = new Map(plan.map((range) => [range.from, range.sizes]))
  const walk = new Walk(end, snapshot.upperTiles, onRoot)
  const columns: Finding[] = []
  const mismatches: Mismatch[] = []
  const missingTiles: number[] = []
  const keyEntries: KeyEntry[] = []
  let rows = 0
  const start = { address, snapshot: snapshot.id, lookups: snapshot.lookups, counted: snapshot.counted }
  const counts = await runRanges(plan, start, (report) => {
    rows += report.rows
    append(columns, report.columns)
    append(mismatches, report.mismatches)
    append(missingTiles, report.missingTiles)
    append(keyEntries, report.keyEntries)
    for (const { size, why } of report.badSignatures) onBadSignature(size, why)
    walk.add(report, sizesFrom.get(report.from)!)
    ask.onProgress(report.to)
  })
  return { rows, counts, columns, mismatches, upper: walk.upper, missingTiles, keyEntries }
}

/** The first findings matter; a journal that is wrong throughout must not fill the memory. */
function append<T>(all: T[], more: readonly T[]): void {
  all.push(...more.slice(0, Math.max(0, 20 * FINDINGS_LIMIT - all.length)))
}
