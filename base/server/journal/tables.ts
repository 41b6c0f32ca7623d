import type { ColumnType, Generated } from 'kysely'

interface Indexed {
  at: ColumnType<Date, Date | string, never>
  kind_no: number
  actor_no: number
  server_no: number | null
  work_no: number | null
  /** 64 bits, as text. Read it with `::text`: the driver reads int8 as a number. */
  subject_key: string | null
  /** The exact text that is hashed. Never cast it to jsonb, which refuses \u0000. */
  body: string
}

declare module '../database.ts' {
  interface Database {
    /** Written in the transaction of what it tells; emptied by the sealer. */
    journal_pending: Indexed & { id: Generated<number> }
    /** Sealed entries. `seq` is the leaf's index in the tree, dense from 0. */
    journal: Indexed & { seq: number }
    journal_kind: { no: Generated<number>; name: string }
    /** Small numbers for the uuids of actors, servers and work sessions. */
    journal_ref: { no: Generated<number>; id: string }
    journal_tile: { level: number; n: number; hashes: Buffer }
    journal_checkpoint: { size: number; at: Generated<Date>; note: string }
    journal_identity: { id: string; opened_at: Generated<Date> }
    /** One row: how many entries the tables below cover. The sealer keeps it a second behind at most, five in a flood. */
    journal_counted: { size: number }
    journal_hour_kind: { hour: Date; kind_no: number; n: number }
    journal_hour_actor: { hour: Date; kind_no: number; actor_no: number; n: number }
    journal_hour_server: { hour: Date; kind_no: number; server_no: number; n: number }
    journal_day_kind: { day: Date; kind_no: number; n: number }
    journal_day_actor: { day: Date; kind_no: number; actor_no: number; n: number }
    journal_day_server: { day: Date; kind_no: number; server_no: number; n: number }
  }
}

/** What an entry is found by, in the columns of `journal_pending`. */
export type PendingRow = Omit<Indexed, 'at'> & { at: string }
