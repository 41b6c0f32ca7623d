import type pg from 'pg'
import { type KeyHistory, keyInForce } from '../../common/journal/key-history.ts'
import { consistencyRanges, inclusionRanges, type Range } from '../../common/journal/merkle.ts'
import { type FindTiles, hashesOfRanges, type Tile, type TreeView } from '../../common/journal/tile-tree.ts'
import { bundleLines } from './bundle.ts'
import { subjectKeyOf } from './entry-body.ts'
import type { Head } from './head.ts'
import { keyHistory } from './key-history.ts'
import { findTiles } from './load-tree.ts'
import type { JournalNames } from './names.ts'
import { hashing } from './sha256.ts'

export interface SealedBody {
  readonly sequence: number
  readonly at: Date
  readonly kind: string
  /** The exact text that is hashed. */
  readonly body: string
}

export interface EntryProof {
  readonly sequence: number
  readonly body: string
  readonly leafHash: Uint8Array
  readonly path: readonly Uint8Array[]
  readonly head: Head
}

export interface EntriesAsk {
  /** Entries with a higher number. From the first when it is not given. */
  readonly after?: number | undefined
  readonly limit: number
  /** Only what this actor did. */
  readonly actorId?: string | undefined
}

/** Upper tiles never change once full and are in every proof. */
const KEPT_TILES = 128

/** Reads what is sealed. Numbers at or above the head's size do not exist yet. */
export class JournalReader {
  readonly #pool: pg.Pool
  readonly #names: JournalNames
  readonly #current: () => { head: Head; view: TreeView }
  readonly #tiles = new Map<string, Tile>()

  constructor(pool: pg.Pool, names: JournalNames, current: () => { head: Head; view: TreeView }) {
    this.#pool = pool
    this.#names = names
    this.#current = current
  }

  /** In the order of their numbers. `next` is the `after` of the next page, null when this was the last. */
  async entries({
    after,
    limit,
    actorId,
  }: EntriesAsk): Promise<{ items: SealedBody[]; next: number | null; size: number }> {
    const { size } = this.#current().head
    const actorNo = actorId === undefined ? null : await this.#names.knownRefNo(actorId)
    if (actorNo === undefined) return { items: [], next: null, size }
    const { rows } = await this.#pool.query<{ seq: number; at: Date; kind_no: number; body: string }>(
      `select seq, at, kind_no, body from journal where seq > $1 and seq < $2
         ${actorNo === null ? '' : 'and actor_no = $4'} order by seq limit $3`,
      [after ?? -1, size, limit + 1, ...(actorNo === null ? [] : [actorNo])],
    )
    const items = await this.#named(rows.slice(0, limit))
    return { items, next: rows.length > limit ? items.at(-1)!.sequence : null, size }
  }

  /** The sealed entries about one thing, oldest first; at most 1000, those behind the sequence number `after`. */
  async entriesOf(subjectId: string, after = -1): Promise<SealedBody[]> {
    const { rows } = await this.#pool.query<{ seq: number; at: Date; kind_no: number; body: string }>(
      'select seq, at, kind_no, body from journal where subject_key = $1 and seq > $2 order by seq limit 1000',
      [subjectKeyOf(subjectId), after],
    )
    const about = rows.filter(
      ({ body }) => (JSON.parse(body) as { subject?: { id: string } }).subject?.id === subjectId,
    )
    return this.#named(about)
  }

  /** The number of the newest sealed entry about each of these things, of any kind or of these; what has none is left out. */
  async newestOf(subjectIds: readonly string[], kinds?: readonly string[]): Promise<Map<string, number>> {
    const keys = new Map(subjectIds.map((id) => [subjectKeyOf(id), id]))
    const { rows } = await this.#pool.query<{ key: string; seq: number }>({
      name: kinds ? 'journal_newest_of' : 'journal_newest',
      text: `select subject_key::text as key, max(seq) as seq from journal where subject_key = any($1)
        ${kinds ? 'and kind_no in (select no from journal_kind where name = any($2))' : ''} group by subject_key`,
      values: [[...keys.keys()], ...(kinds ? [kinds] : [])],
    })
    return new Map(rows.map(({ key, seq }) => [keys.get(key)!, seq]))
  }

  /** undefined when no entry has this number yet. */
  async entry(sequence: number): Promise<SealedBody | undefined> {
    const { rows } = await this.#pool.query<{ seq: number; at: Date; kind_no: number; body: string }>(
      'select seq, at, kind_no, body from journal where seq = $1 and seq < $2',
      [sequence, this.#current().head.size],
    )
    return (await this.#named(rows))[0]
  }

  /** That an entry is in the journal as of the head. undefined when no entry has this number yet. */
  async proof(sequence: number): Promise<EntryProof | undefined> {
    const { head, view } = this.#current()
    const entry = await this.entry(sequence)
    if (entry === undefined || sequence >= view.size) return undefined
    const path = await this.#hashes(view, inclusionRanges(sequence, view.size))
    return { sequence, body: entry.body, leafHash: hashing.leaf(Buffer.from(entry.body)), path, head }
  }

  /**
   * That the journal of `to` entries, the head's size unless given, begins with that of `from`.
   * @throws RangeError when from > to or to is more than there is.
   */
  async consistency(
    from: number,
    to?: number,
  ): Promise<{ from: number; to: number; path: Uint8Array[]; head: Head }> {
    const { head, view } = this.#current()
    const until = to ?? view.size
    if (until > view.size) throw new RangeError(`the journal has ${view.size} entries, not ${until}`)
    return { from, to: until, path: await this.#hashes(view, consistencyRanges(from, until)), head }
  }

  /** The lines of a bundle of the entries `from` to `to` − 1 as of the head. @throws RangeError when there are not so many. */
  async bundle(
    from: number,
    to?: number,
  ): Promise<{ from: number; to: number; body: AsyncGenerator<Uint8Array> }> {
    const { head, view } = this.#current()
    const until = to ?? head.size
    if (from > until || until > head.size) throw new RangeError(`the journal has ${head.size} entries`)
    const hashes = (ranges: readonly Range[]) => this.#hashes(view, ranges)
    const keys = await this.keys()
    return { from, to: until, body: bundleLines({ pool: this.#pool, head, keys, from, to: until, hashes }) }
  }

  keys(): Promise<KeyHistory> {
    return keyHistory(this.#pool, this.#names, this.#current().head.origin)
  }

  async currentKey(): Promise<string> {
    return keyInForce(await this.keys())
  }

  #hashes(view: TreeView, ranges: readonly Range[]): Promise<Uint8Array[]> {
    return hashesOfRanges(hashing, view, ranges, this.#findTiles)
  }

  readonly #findTiles: FindTiles = async (wanted) => {
    const known = wanted.map(({ level, index }) => this.#tiles.get(`${level}/${index}`))
    const missing = wanted.filter((_, place) => known[place] === undefined)
    const found = missing.length === 0 ? [] : await findTiles(this.#pool)(missing)
    for (const tile of found) {
      if (tile.level === 0) continue
      if (this.#tiles.size >= KEPT_TILES) this.#tiles.delete(this.#tiles.keys().next().value!)
      this.#tiles.set(`${tile.level}/${tile.index}`, tile)
    }
    return [...found, ...known.filter((tile) => tile !== undefined)]
  }

  #named(rows: readonly { seq: number; at: Date; kind_no: number; body: string }[]): Promise<SealedBody[]> {
    return Promise.all(
      rows.map(async ({ seq, at, kind_no, body }) => ({
        sequence: seq,
        at,
        kind: await this.#names.kindName(kind_no),
        body,
      })),
    )
  }
}
