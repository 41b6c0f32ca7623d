import { type Kysely, sql } from 'kysely'
import type { Database } from '../../../base/server/database.ts'
import { REQUEST_IN_BODY, requestEntryOf, type Sentences } from './entry-text.ts'
import type { SealedEntry } from './project.ts'
import { writeRows } from './write-rows.ts'

export interface FollowLimits {
  /** Entries of the journal looked at in one transaction. */
  readonly look: number
  /** Entries with a request taken in one transaction. */
  readonly take: number
}
const LIMITS: FollowLimits = { look: 20_000, take: 1000 }

export interface Followed {
  /** Numbers of the rows that are new or changed. */
  readonly rows: readonly number[]
  /** Whether the journal may have more. */
  readonly more: boolean
}

/**
 * Brings the log nearer to the journal: reads sealed entries from the mark on and writes the rows, counts, names and
 * addresses they make in the transaction that moves the mark, so that each is counted once whatever dies when. The
 * mark's row is locked: of any number of servers one at a time follows. What is in `journal` is sealed, and a range of
 * it reads the same for ever; so the log can be made anew from the first entry and is the same.
 * @returns undefined when another one follows just now
 */
export async function followJournal(
  db: Kysely<Database>,
  sentencesOf: Sentences,
  limits: FollowLimits = LIMITS,
): Promise<Followed | undefined> {
  return db.transaction().execute(async (tx) => {
    const mark = await tx
      .selectFrom('activity_mark')
      .select('seq')
      .forUpdate()
      .skipLocked()
      .executeTakeFirst()
    if (mark === undefined) return undefined
    const { rows: heads } = await sql<{
      size: number | null
    }>`select max(seq) + 1 as size from journal`.execute(tx)
    const size = heads[0]!.size ?? 0
    if (size <= mark.seq) return { rows: [], more: false }
    const end = Math.min(size, mark.seq + limits.look)
    const { rows: bodies } = await sql<{ seq: number; body: string }>`
      select seq, body from journal
       where seq >= ${mark.seq} and seq < ${end} and strpos(body, ${REQUEST_IN_BODY}) > 0
       order by seq limit ${limits.take}`.execute(tx)
    const next = bodies.length === limits.take ? bodies.at(-1)!.seq + 1 : end
    const sealed = bodies.flatMap(({ seq, body }): SealedEntry[] => {
      const entry = requestEntryOf(body)
      return entry === undefined ? [] : [{ seq, entry }]
    })
    const rows = sealed.length === 0 ? [] : await writeRows(tx, sealed, sentencesOf)
    await sql`
      update activity_mark set seq = ${next}, at = (select at from journal where seq = ${next - 1})`.execute(
      tx,
    )
    return { rows, more: next < size }
  })
}
