import { HASH_BYTES } from '../../../base/common/journal/bytes.ts'
import { parseCheckpoint } from '../../../base/common/journal/checkpoint.ts'
import { coverOf, joinCover } from '../../../base/common/journal/merkle.ts'
import { parseVerifierKey, signersOf } from '../../../base/common/journal/note.ts'
import { fold, TILE_WIDTH } from '../../../base/common/journal/tile-tree.ts'
import { hashing, sha256, signatures } from '../crypto.ts'
import type { PostgresConnection } from '../postgres/connection.ts'
import { bytesOf, eachRow, type Fields, int8At } from '../postgres/copy.ts'
import {
  ACTOR,
  AT,
  BODY,
  ColumnCheck,
  KIND,
  type Lookups,
  microsecondsAt,
  ROW_COLUMNS,
  SEQ,
  SERVER,
} from './columns.ts'
import { Counter } from './counts.ts'
import {
  FINDINGS_LIMIT,
  type Finding,
  type Mismatch,
  type NodePair,
  type Range,
  type RangeReport,
} from './range.ts'

/** `{"v":1,"id":"<uuid>","at":"<instant>","kind":"` */
const KIND_OFFSET = 13 + 36 + 8 + 24 + 10
const TILE_BYTES = TILE_WIDTH * HASH_BYTES

/** Reads ranges of the journal and hashes them. One to a thread. */
export class RangeReader {
  readonly counter = new Counter()
  readonly #connection: PostgresConnection
  readonly #columns: ColumnCheck
  readonly #counted: number

  constructor(connection: PostgresConnection, lookups: Lookups, counted: number) {
    this.#counted = counted
    this.#connection = connection
    this.#columns = new ColumnCheck(lookups)
  }

  async read(range: Range): Promise<RangeReport> {
    const stored = await this.#readTiles(range)
    const rows = range.reads ? await this.#readRows(range) : await this.#readTail(range, stored)
    return { ...report(range, stored, rows), ...rows, badSignatures: checkSignatures(range) }
  }

  async #readTiles({ from, to }: Range): Promise<Map<number, Buffer>> {
    const tiles = new Map<number, Buffer>()
    const first = from / TILE_WIDTH
    await this.#connection.copyOut(
      `select n, hashes from journal_tile where level = 0 and n >= ${first} and n < ${Math.floor(to / TILE_WIDTH)}`,
      eachRow(2, (buffer, fields) => {
        const hashes = bytesOf(buffer, fields, 1)
        if (hashes.length === TILE_BYTES) tiles.set(int8At(buffer, fields.starts[0]!), hashes)
      }),
    )
    return tiles
  }

  #count(buffer: Buffer, { starts, ends }: Fields): void {
    this.counter.add(
      microsecondsAt(buffer, starts[AT]!),
      buffer.readInt16BE(starts[KIND]!),
      buffer.readInt32BE(starts[ACTOR]!),
      ends[SERVER]! < 0 ? undefined : buffer.readInt32BE(starts[SERVER]!),
    )
  }

  /** Outside the range asked for only the rows that no tile covers are read. */
  async #readTail(range: Range, stored: Map<number, Buffer>): Promise<Rows> {
    const covered = Math.floor(range.to / TILE_WIDTH) * TILE_WIDTH
    const tail = await this.#readRows({ ...range, from: covered })
    const hashes = Buffer.alloc((range.to - range.from) * HASH_BYTES)
    for (const [index, tile] of stored) hashes.set(tile, index * TILE_BYTES - range.from * HASH_BYTES)
    hashes.set(tail.hashes, (covered - range.from) * HASH_BYTES)
    return { ...tail, hashes }
  }

  async #readRows({ from, to }: Range): Promise<Rows> {
    const hashes = Buffer.alloc((to - from) * HASH_BYTES)
    const columns: Finding[] = []
    const missing = new Set<number>()
    const keyEntries: { sequence: number; body: string }[] = []
    let due = from
    let rows = 0
    const miss = (until: number) => {
      for (; due < until; due++) missing.add(due)
    }
    const take = (buffer: Buffer, fields: Fields) => {
      const { starts, ends } = fields
      const sequence = int8At(buffer, starts[SEQ]!)
      rows++
      if (sequence < due) {
        columns.push({ sequence, why: 'its number is given twice' })
        return
      }
      if (sequence > due) miss(sequence)
      due = sequence + 1
      const problem = this.#columns.problem(buffer, fields)
      if (problem !== undefined && columns.length < FINDINGS_LIMIT) columns.push({ sequence, why: problem })
      if (sequence < this.#counted) this.#count(buffer, fields)
      const body = starts[BODY]!
      if (isAboutKeys(buffer, body)) {
        keyEntries.push({ sequence, body: buffer.toString('utf8', body, ends[BODY]) })
      }
      // The leaf prefix takes the place of the length before the text, which has been read: nothing is copied.
      buffer[body - 1] = 0
      const hash = sha256(buffer.subarray(body - 1, ends[BODY]))
      hashes.set(hash, (sequence - from) * HASH_BYTES)
    }
    await this.#connection.copyOut(
      `select ${ROW_COLUMNS.join(', ')} from journal where seq >= ${from} and seq < ${to} order by seq`,
      eachRow(ROW_COLUMNS.length, take),
    )
    miss(to)
    return { hashes, rows, columns, missing, keyEntries }
  }
}

interface Rows {
  /** Leaf hashes from the rows; zeros where a row is missing. */
  readonly hashes: Buffer
  readonly rows: number
  readonly columns: readonly Finding[]
  readonly missing: ReadonlySet<number>
  readonly keyEntries: readonly { readonly sequence: number; readonly body: string }[]
}

type Hashed = Pick<
  RangeReport,
  'from' | 'to' | 'tileRoots' | 'otherRoots' | 'partials' | 'mismatches' | 'missingTiles'
>

/** Compares rows with stored tiles and makes the nodes that the roots are made of. */
function report({ from, to, sizes }: Range, stored: ReadonlyMap<number, Buffer>, rows: Rows): Hashed {
  const whole = Math.floor((to - from) / TILE_WIDTH)
  const tileRoots = new Uint8Array(whole * HASH_BYTES)
  const otherRoots = new Map<number, Uint8Array>()
  const partials = new Map<number, NodePair>()
  const mismatches: Mismatch[] = []
  const missingTiles: number[] = []
  const tiles = Math.ceil((to - from) / TILE_WIDTH)
  let wanted = 0
  for (let place = 0; place < tiles; place++) {
    const index = from / TILE_WIDTH + place
    const hashes = rows.hashes.subarray(place * TILE_BYTES, (place + 1) * TILE_BYTES)
    const tile = stored.get(index)
    const differs = tile !== undefined && !hashes.equals(tile)
    if (tile === undefined && place < whole) missingTiles.push(index)
    if (differs || rows.missing.size > 0) collect(mismatches, index * TILE_WIDTH, hashes, tile, rows.missing)
    if (place < whole) {
      tileRoots.set(fold(hashing, hashes, 0, TILE_WIDTH), place * HASH_BYTES)
      if (differs) otherRoots.set(index, fold(hashing, tile, 0, TILE_WIDTH))
    }
    for (; wanted < sizes.length && sizes[wanted]! < (index + 1) * TILE_WIDTH; wanted++) {
      const size = sizes[wanted]!
      const width = size - index * TILE_WIDTH
      if (width <= 0) continue
      partials.set(size, { rows: part(hashes, width), tiles: differs ? part(tile, width) : undefined })
    }
  }
  return { from, to, tileRoots, otherRoots, partials, mismatches, missingTiles }
}

/** The node over the first `width` hashes of a tile. */
const part = (hashes: Uint8Array, width: number): Uint8Array =>
  joinCover(
    hashing,
    coverOf(0, width).map(({ height, index }) => fold(hashing, hashes, index * 2 ** height, 2 ** height)),
  )

function collect(
  mismatches: Mismatch[],
  first: number,
  hashes: Buffer,
  tile: Buffer | undefined,
  missing: ReadonlySet<number>,
): void {
  for (let at = 0; at < hashes.length && mismatches.length < FINDINGS_LIMIT; at += HASH_BYTES) {
    const sequence = first + at / HASH_BYTES
    const row = hashes.subarray(at, at + HASH_BYTES)
    const kept = tile?.subarray(at, at + HASH_BYTES)
    if (missing.has(sequence)) mismatches.push({ sequence, row: undefined, tile: kept?.slice() })
    else if (kept !== undefined && !row.equals(kept))
      mismatches.push({ sequence, row: row.slice(), tile: kept.slice() })
  }
}

/** Whether a text's kind, at the place where this product writes it, is one of the two that name keys. */
function isAboutKeys(buffer: Buffer, body: number): boolean {
  if (buffer[body + KIND_OFFSET] !== 0x6a /* j */) return false
  const kind = buffer.toString('latin1', body + KIND_OFFSET, body + KIND_OFFSET + 20)
  return kind.startsWith('journal.opened"') || kind === 'journal.key_rotated"'
}

function checkSignatures({ checkpoints }: Range): { size: number; why: string }[] {
  return checkpoints.flatMap(({ size, note, signer }) => {
    try {
      const checkpoint = parseCheckpoint(note)
      const key = parseVerifierKey(sha256, signer)
      if (checkpoint.origin !== key.name)
        return [{ size, why: `is of ${checkpoint.origin}, not of ${key.name}` }]
      if (checkpoint.size !== size) return [{ size, why: `speaks of ${checkpoint.size} entries` }]
      if (signersOf(checkpoint.note, [key], signatures.verify).length === 0)
        return [{ size, why: `is not signed by ${signer}` }]
      return []
    } catch (error) {
      return [{ size, why: `cannot be read: ${(error as Error).message}` }]
    }
  })
}
