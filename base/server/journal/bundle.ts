import type pg from 'pg'
import type { BundleHeader } from '../../common/journal/bundle.ts'
import { toBase64 } from '../../common/journal/bytes.ts'
import type { KeyHistory } from '../../common/journal/key-history.ts'
import { coverOf, type Range } from '../../common/journal/merkle.ts'
import type { Head } from './head.ts'
import { hashing } from './sha256.ts'

export interface BundleParts {
  readonly pool: Pick<pg.Pool, 'query'>
  readonly head: Head
  readonly keys: KeyHistory
  readonly from: number
  /** Not included. */
  readonly to: number
  /** Hashes of ranges of leaves in the tree of `head`. */
  readonly hashes: (ranges: readonly Range[]) => Promise<Uint8Array[]>
}

const PAGE_ENTRIES = 500

/** The lines of a bundle; see base/common/journal/bundle.ts. */
export async function* bundleLines(parts: BundleParts): AsyncGenerator<Uint8Array> {
  const { pool, head, keys, from, to, hashes } = parts
  const { origin, size } = head
  const header: BundleHeader = { bundle: 'annals-journal', version: 1, origin, from, to, size, keys }
  const ranges = (start: number, end: number): Range[] =>
    coverOf(start, end).map(({ height, index }) => [index * 2 ** height, (index + 1) * 2 ** height])
  const cover = async (start: number, end: number) => (await hashes(ranges(start, end))).map(toBase64)
  // Both covers are taken of the tree as it is now; entries never change.
  const [left, right] = [await cover(0, from), await cover(to, size)]
  yield lines([header, { left }])
  for (let next = from; next < to; ) {
    const { rows } = await pool.query<{ seq: number; body: string }>(
      'select seq, body from journal where seq >= $1 and seq < $2 order by seq limit $3',
      [next, to, PAGE_ENTRIES],
    )
    if (rows.length === 0) throw new Error(`entry ${next} is missing from the journal`)
    yield lines(
      rows.map(({ seq, body }) => ({ sequence: seq, hash: toBase64(hashing.leaf(Buffer.from(body))), body })),
    )
    next = rows.at(-1)!.seq + 1
  }
  yield lines([{ right }, { checkpoint: head.note }, { end: { entries: to - from } }])
}

const lines = (values: readonly object[]): Uint8Array =>
  Buffer.from(values.map((value) => `${JSON.stringify(value)}\n`).join(''))
