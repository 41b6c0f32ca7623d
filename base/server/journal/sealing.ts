import type pg from 'pg'
import { toUtf8 } from '../../common/journal/bytes.ts'
import { checkpointText } from '../../common/journal/checkpoint.ts'
import { formatNote } from '../../common/journal/note.ts'
import type { Tile, TileTree, TreeView } from '../../common/journal/tile-tree.ts'
import { type SealedHead, SealedRows } from './head.ts'
import { rotationIn } from './key-history.ts'
import { MOVE } from './move-statement.ts'
import { addPartition, partitionsFor } from './partitions.ts'
import type { SigningKey, SigningKeys } from './signing-keys.ts'

/** The steps of one sealing, in order; a test breaks it after each. */
export const STAGES = ['moved', 'tiled', 'signed', 'checkpointed', 'committed', 'published'] as const
export type Stage = (typeof STAGES)[number]

/** Entries moved by one statement. */
export const BATCH_ENTRIES = 5000
/** Statements that may move in one transaction while there is more: each but the first moves while the one before is hashed. */
const BATCHES_MAX = 4
/** How long an id below the last one taken is waited for at the usual pace; a later one is found by the sweep. */
const STRAGGLER_MILLISECONDS = 250

export interface SealingParts {
  readonly client: pg.Client
  readonly tree: TileTree
  readonly origin: string
  readonly keys: SigningKeys
  readonly key: SigningKey
  readonly rotatedKindNo: number
  readonly partitions: number
  readonly atStage: ((stage: Stage) => void | Promise<void>) | undefined
}

export interface Sealed {
  readonly head: SealedHead
  readonly view: TreeView
  /** There may be more pending. */
  readonly full: boolean
}

/**
 * Seals on one connection that holds the lock. What it keeps in memory runs ahead of the database within a transaction, so
 * after any error it must be thrown away and built again from the database.
 */
export class Sealing {
  readonly #parts: SealingParts
  #key: SigningKey
  #partitions: number
  #lowest = 0
  #straggler: number | undefined
  #gap: { top: number; since: number } | undefined

  constructor(parts: SealingParts) {
    this.#parts = parts
    this.#key = parts.key
    this.#partitions = parts.partitions
  }

  /** An index-only look for committed entries. */
  async hasPending(): Promise<boolean> {
    const { rows } = await this.#parts.client.query<{ found: boolean }>({
      name: 'journal_has_pending',
      text: 'select exists (select from journal_pending where id >= $1) as found',
      values: [this.#lowest],
    })
    return rows[0]!.found
  }

  /** The same below the ids already taken, where a transaction that took long may have committed since. */
  async hasStragglers(): Promise<boolean> {
    const { rows } = await this.#parts.client.query<{ id: number | null }>(
      'select min(id) as id from journal_pending where id < $1',
      [this.#lowest],
    )
    this.#straggler = rows[0]!.id ?? undefined
    return this.#straggler !== undefined
  }

  async seal(): Promise<Sealed | undefined> {
    const { client, tree } = this.#parts
    await this.#makeRoom()
    await client.query('begin')
    const batches: SealedRows[] = []
    const tiles: Tile[] = []
    let last = await this.#move(tree.size, BATCH_ENTRIES)
    while (last?.count === BATCH_ENTRIES && batches.length < BATCHES_MAX - 1) {
      const moving = this.#move(last.from + last.count, BATCH_ENTRIES)
      // What fails is met below; until then nobody waits for it.
      moving.catch(() => {})
      tiles.push(...tree.append(last.leafHashes()))
      batches.push(last)
      last = await moving
    }
    if (last !== undefined) {
      tiles.push(...tree.append(last.leafHashes()))
      batches.push(last)
    }
    if (batches.length === 0) {
      await client.query('rollback')
      return undefined
    }
    return this.#complete(SealedRows.joined(batches), tiles, last?.count === BATCH_ENTRIES)
  }

  /**
   * Empties the queue's file when dead rows have filled it: vacuum comes too seldom and an old snapshot stops it altogether.
   * Writers wait 30 ms for the lock at most; a dump that holds the table makes this try again later.
   */
  async truncateIfLarge(limitBytes: number): Promise<Sealed | undefined> {
    const { client, tree } = this.#parts
    const { rows } = await client.query<{ bytes: number }>(
      `select pg_relation_size('journal_pending') as bytes`,
    )
    if (rows[0]!.bytes <= limitBytes) return undefined
    // Whoever waits for the lock waits until all that is left has moved: in a flood the batches go first.
    if ((await this.#isBehind()) && rows[0]!.bytes <= 8 * limitBytes) return undefined
    await this.#makeRoom()
    await client.query(`begin; set local lock_timeout = '30ms'`)
    try {
      await client.query('lock table journal_pending in access exclusive mode')
    } catch (error) {
      await client.query('rollback')
      if ((error as { code?: string }).code === '55P03') return undefined
      throw error
    }
    this.#lowest = 0
    const left = await client.query<{ n: number }>('select count(*) as n from journal_pending')
    const moved = left.rows[0]!.n === 0 ? undefined : await this.#move(tree.size, left.rows[0]!.n)
    await client.query('truncate journal_pending')
    if (moved !== undefined) return this.#complete(moved, tree.append(moved.leafHashes()), false)
    await client.query('commit')
    return undefined
  }

  async #isBehind(): Promise<boolean> {
    const { rows } = await this.#parts.client.query(
      'select from journal_pending where id >= $1 order by id offset $2 limit 1',
      [this.#lowest, 2 * BATCH_ENTRIES],
    )
    return rows.length > 0
  }

  /** @param from the number of the first. The statement is on its way when this returns. */
  async #move(from: number, limit: number): Promise<SealedRows | undefined> {
    const { client } = this.#parts
    const straggler = this.#straggler
    this.#straggler = undefined
    const { rows } = await client.query<{ sealed: Buffer | null; top: number }>({
      name: 'journal_move',
      text: MOVE,
      values: [limit, from, straggler ?? this.#lowest],
    })
    const { sealed, top } = rows[0]!
    if (sealed === null) return undefined
    const moved = new SealedRows(from, sealed)
    if (straggler === undefined) this.#raiseLowest(top, moved.count)
    await this.#parts.atStage?.('moved')
    return moved
  }

  /** @param tiles that the rows have filled in the tree */
  async #complete(rows: SealedRows, tiles: readonly Tile[], full: boolean): Promise<Sealed> {
    const { client, tree, origin, atStage } = this.#parts
    if (tiles.length > 0) {
      await client.query(
        'insert into journal_tile (level, n, hashes) select * from unnest($1::smallint[], $2::bigint[], $3::bytea[])',
        [
          tiles.map((tile) => tile.level),
          tiles.map((tile) => tile.index),
          tiles.map((tile) => Buffer.from(tile.hashes)),
        ],
      )
    }
    await atStage?.('tiled')
    const signers = await this.#signers(rows)
    const view = tree.view()
    const text = checkpointText({ origin, size: view.size, root: view.root })
    const note = formatNote({ text, signatures: signers.map((key) => key.signature(toUtf8(text))) })
    await atStage?.('signed')
    const { rows: kept } = await client.query<{ at: Date }>({
      name: 'journal_checkpoint',
      text: 'insert into journal_checkpoint (size, note) values ($1, $2) returning at',
      values: [view.size, note],
    })
    await atStage?.('checkpointed')
    await client.query('commit')
    this.#key = signers.at(-1)!
    await atStage?.('committed')
    const head = { origin, size: view.size, root: view.root, at: kept[0]!.at, note }
    return { head: { ...head, from: rows.from, entries: () => rows.entries() }, view, full }
  }

  /** The key in force, followed by each that replaced it in this batch: the hand-over is signed by both. */
  async #signers(rows: SealedRows): Promise<SigningKey[]> {
    const signers = [this.#key]
    const rotations = rows.ofKind(this.#parts.rotatedKindNo)
    if (rotations.length === 0) return signers
    const found = await this.#parts.client.query<{ body: string }>(
      'select body from journal where seq = any($1) order by seq',
      [rotations],
    )
    for (const { body } of found.rows) {
      const rotation = rotationIn(body, this.#parts.origin, signers.at(-1)!.key)
      if (rotation !== undefined) signers.push(await this.#parts.keys.read(rotation.newKey))
    }
    return signers
  }

  /** An id that is missing below the top belongs to a rollback or to a writer that has not committed yet. */
  #raiseLowest(top: number, count: number): void {
    const now = performance.now()
    if (top - this.#lowest + 1 === count && this.#gap === undefined) {
      this.#lowest = top + 1
      return
    }
    this.#gap ??= { top, since: now }
    if (now - this.#gap.since < STRAGGLER_MILLISECONDS) return
    this.#lowest = Math.max(this.#lowest, this.#gap.top + 1)
    this.#gap = undefined
  }

  async #makeRoom(): Promise<void> {
    for (; this.#partitions < partitionsFor(this.#parts.tree.size); this.#partitions++) {
      for (const statement of addPartition(this.#partitions)) await this.#parts.client.query(statement)
    }
  }
}
