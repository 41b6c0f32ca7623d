import type pg from 'pg'
import { equal } from '../../common/journal/bytes.ts'
import { parseCheckpoint } from '../../common/journal/checkpoint.ts'
import { type FindTiles, fold, hashesAt, TILE_WIDTH, TileTree } from '../../common/journal/tile-tree.ts'
import { type Head, SEALED_BYTES_SQL, SealedRows } from './head.ts'
import { hashing } from './sha256.ts'

export type Queryable = Pick<pg.Client, 'query'>

/** The journal in the database is not what was signed. Sealing on would sign the damage. */
export class JournalDamaged extends Error {
  override readonly name = 'JournalDamaged'
}

export const findTiles =
  (client: Queryable): FindTiles =>
  async (wanted) => {
    const { rows } = await client.query<{ level: number; n: number; hashes: Buffer }>(
      `select level, n, hashes from journal_tile join unnest($1::smallint[], $2::bigint[]) as wanted(level, n) using (level, n)`,
      [wanted.map(({ level }) => level), wanted.map(({ index }) => index)],
    )
    return rows.map(({ level, n, hashes }) => ({ level, index: n, hashes }))
  }

export async function lastCheckpoint(client: Queryable): Promise<Head | undefined> {
  const { rows } = await client.query<{ at: Date; note: string }>(
    'select at, note from journal_checkpoint order by size desc limit 1',
  )
  if (rows[0] === undefined) return undefined
  const { origin, size, root } = parseCheckpoint(rows[0].note)
  return { origin, size, root, at: rows[0].at, note: rows[0].note }
}

/** What was sealed from one size to another. */
export async function sealedRows(client: Queryable, from: number, to: number): Promise<SealedRows> {
  const { rows } = await client.query<{ sealed: Buffer | null }>(
    `select string_agg(sealed, ''::bytea order by seq) as sealed
       from (select seq, ${SEALED_BYTES_SQL} as sealed from journal where seq >= $1 and seq < $2) as rows`,
    [from, to],
  )
  const sealed = new SealedRows(from, rows[0]!.sealed ?? Buffer.alloc(0))
  if (sealed.count !== to - from) {
    throw new JournalDamaged(`of the entries ${from} to ${to - 1} only ${sealed.count} are there`)
  }
  return sealed
}

/** Rebuilds the open edge of the tree: under 256 rows, and under 256 full tiles of each level. */
export async function loadTree(client: Queryable, size: number): Promise<TileTree> {
  const tree = new TileTree(hashing)
  let top = 0
  while (hashesAt(top + 1, size) > 0) top++
  const find = findTiles(client)
  for (let level = top; level > 0; level--) {
    const last = hashesAt(level, size)
    const first = hashesAt(level + 1, size) * TILE_WIDTH
    const wanted = Array.from({ length: last - first }, (_, offset) => ({
      level: level - 1,
      index: first + offset,
    }))
    const tiles = new Map((await find(wanted)).map((tile) => [tile.index, tile]))
    for (const { index } of wanted) {
      const tile = tiles.get(index)
      if (tile === undefined) throw new JournalDamaged(`tile ${index} of level ${level - 1} is missing`)
      tree.load(level, fold(hashing, tile.hashes, 0, TILE_WIDTH))
    }
  }
  const rows = await sealedRows(client, hashesAt(1, size) * TILE_WIDTH, size)
  tree.append(rows.leafHashes())
  return tree
}

/** Recomputes the root at the last checkpoint before anything is sealed after it. @throws JournalDamaged when it differs. */
export async function loadCheckedTree(
  client: Queryable,
  origin: string,
): Promise<{ tree: TileTree; head: Head | undefined }> {
  const head = await lastCheckpoint(client)
  const { rows } = await client.query<{ size: number }>(
    'select coalesce(max(seq) + 1, 0) as size from journal',
  )
  const size = rows[0]!.size
  if (head !== undefined && head.origin !== origin)
    throw new JournalDamaged(`the last checkpoint is of ${head.origin}, not of ${origin}`)
  if (size !== (head?.size ?? 0)) {
    throw new JournalDamaged(`the journal has ${size} entries, its last checkpoint ${head?.size ?? 0}`)
  }
  const tree = await loadTree(client, size)
  if (head !== undefined && !equal(tree.root(), head.root)) {
    throw new JournalDamaged(`the root over ${size} entries is not the one that was signed`)
  }
  return { tree, head }
}
