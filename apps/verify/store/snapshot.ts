import { UUID } from '../../../base/common/journal/subject-key.ts'
import { CannotCheck } from '../cannot-check.ts'
import type { PostgresAddress } from '../postgres/address.ts'
import { PostgresConnection, PostgresError } from '../postgres/connection.ts'
import { bytesOf, eachRow, int8At, textOf } from '../postgres/copy.ts'
import type { Lookups } from './columns.ts'

/** What makes a connection read what another one sees. */
export const onSnapshot = (snapshot: string): string[] => [
  'set statement_timeout = 0',
  'set enable_seqscan = off',
  'begin isolation level repeatable read read only',
  `set transaction snapshot '${snapshot.replaceAll("'", '')}'`,
]

export interface StoredCheckpoint {
  readonly size: number
  readonly note: string
}

/** One moment of a journal's store, everything but the entries and the lowest tiles. */
export interface Snapshot {
  readonly id: string
  readonly journalId: string
  /** One more than the highest number. */
  readonly end: number
  /** Ascending. */
  readonly checkpoints: readonly StoredCheckpoint[]
  readonly lookups: Lookups
  /** `level/index` → hashes, of level 1 and above. */
  readonly upperTiles: ReadonlyMap<string, Buffer>
  /** Level-0 tiles beyond what `end` entries can fill. */
  readonly tilesBeyond: number
  /** Entries that the counts by hour and day cover. */
  readonly counted: number
  /** Whether there are tables of recordings: a journal can be checked alone. */
  readonly hasRecordings: boolean
  readonly connection: PostgresConnection
}

export async function openSnapshot(address: PostgresAddress): Promise<Snapshot> {
  const connection = await PostgresConnection.open(address).catch((cause: Error) => {
    throw new CannotCheck(`The database cannot be reached: ${cause.message}`, { cause })
  })
  try {
    await connection.execute('set statement_timeout = 0')
    await connection.execute('begin isolation level repeatable read read only')
    const read = new SnapshotReader(connection)
    const id = await read.text('select pg_export_snapshot()')
    const end = await read.number('select coalesce(max(seq) + 1, 0) from journal')
    return {
      id: id!,
      journalId: (await read.text('select id::text from journal_identity')) ?? '',
      end: end,
      checkpoints: await read.checkpoints(),
      lookups: { refs: await read.refs(), kinds: await read.kinds() },
      upperTiles: await read.upperTiles(),
      counted: await read.number('select coalesce(max(size), 0) from journal_counted'),
      tilesBeyond: await read.number(
        `select count(*) from journal_tile where level = 0 and n >= ${Math.floor(end / 256)}`,
      ),
      hasRecordings: (await read.text(`select to_regclass('recording')::text`)) === 'recording',
      connection,
    }
  } catch (cause) {
    connection.close()
    if (cause instanceof PostgresError && cause.code === '42P01') {
      throw new CannotCheck('This database has no journal.', { cause })
    }
    throw cause
  }
}

class SnapshotReader {
  readonly #connection: PostgresConnection

  constructor(connection: PostgresConnection) {
    this.#connection = connection
  }

  async text(query: string): Promise<string | undefined> {
    let text: string | undefined
    await this.#connection.copyOut(
      query,
      eachRow(1, (buffer, fields) => {
        text = textOf(buffer, fields, 0)
      }),
    )
    return text
  }

  async number(query: string): Promise<number> {
    return Number(await this.text(`select (${query})::text`))
  }

  async checkpoints(): Promise<StoredCheckpoint[]> {
    const found: StoredCheckpoint[] = []
    await this.#connection.copyOut(
      'select size, note from journal_checkpoint order by size',
      eachRow(2, (buffer, fields) => {
        found.push({ size: int8At(buffer, fields.starts[0]!), note: textOf(buffer, fields, 1) })
      }),
    )
    return found
  }

  async refs(): Promise<Uint8Array> {
    const highest = await this.number('select coalesce(max(no), 0) from journal_ref')
    const refs = new Uint8Array(new SharedArrayBuffer((highest + 1) * 36))
    await this.#connection.copyOut(
      'select no, id::text from journal_ref where no > 0',
      eachRow(2, (buffer, fields) => {
        const id = textOf(buffer, fields, 1)
        if (UUID.test(id)) refs.set(Buffer.from(id), buffer.readInt32BE(fields.starts[0]!) * 36)
      }),
    )
    return refs
  }

  async kinds(): Promise<(string | undefined)[]> {
    const kinds: (string | undefined)[] = []
    await this.#connection.copyOut(
      'select no, name from journal_kind where no > 0',
      eachRow(2, (buffer, fields) => {
        kinds[buffer.readInt16BE(fields.starts[0]!)] = textOf(buffer, fields, 1)
      }),
    )
    return Array.from(kinds)
  }

  async upperTiles(): Promise<Map<string, Buffer>> {
    const tiles = new Map<string, Buffer>()
    await this.#connection.copyOut(
      'select level, n, hashes from journal_tile where level > 0',
      eachRow(3, (buffer, fields) => {
        const level = buffer.readInt16BE(fields.starts[0]!)
        tiles.set(`${level}/${int8At(buffer, fields.starts[1]!)}`, bytesOf(buffer, fields, 2))
      }),
    )
    return tiles
  }
}
