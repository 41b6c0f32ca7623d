import { type Selectable, sql } from 'kysely'
import { newId } from '../../../../../base/common/id.ts'
import type { Database } from '../../../../../base/server/database.ts'
import type { Entry } from '../../../../../base/server/journal/entry.ts'
import type { Parts } from '../../../../../base/server/parts.ts'
import { recordingFaults } from '../../../common/recording-faults.ts'
import { recordingTopic } from '../tail.ts'
import '../../terminal/tables.ts'
import { keptChunks, keptSnapshots } from './kept-blobs.ts'
import { removeLeftover } from './leftovers.ts'
import { sizeBehind } from './size-behind.ts'
import { type Done, type RemovedFrom, storeRemoved } from './store-removed.ts'
import { type Removed, removedStretches } from './stretches.ts'

export type RemovalParts = Pick<Parts, 'db' | 'blobs' | 'bus' | 'writeEntries' | 'sealSoon' | 'now'>

export interface Removal {
  readonly terminalId: string
  /** Numbers of segments, in any order; those that were removed before are passed over. */
  readonly segments: readonly number[]
  /** A sentence for people, at most 300 characters: which rule, whose decision. */
  readonly why: string
  /** Who removes them. Whether they may, and whether a hold forbids it, is the caller's to know. */
  readonly actor: Entry['actor']
}

type Segment = Selectable<Database['recording_segment']>

const WHY_LENGTH_MAX = 300

/**
 * Takes the bytes of segments away, on disk too, with the screens and texts drawn of them and of all that comes after them, which
 * are then drawn again from what is left. Hashes, times and the commands that were run stay. One or several entries name
 * each segment with its hash, in the transaction that removes it.
 * @returns how many segments were removed, and bytes of the stream
 * @throws recording.not_settled while it is recorded, drawn, read for commands, removed from or backed up
 * @throws RangeError for segments there are none of, and for a reason that is none
 */
export async function removeSegments(
  parts: RemovalParts,
  removal: Removal,
): Promise<{ segments: number; bytes: number }> {
  const { terminalId } = removal
  const why = removal.why.trim()
  if (why === '' || why.length > WHY_LENGTH_MAX)
    throw new RangeError('say in 1 to 300 characters why they are removed')
  const recording = await settled(parts, terminalId)
  const segments = await segmentsOf(parts, terminalId)
  const wanted = await stillThere(parts, terminalId, segments, removal.segments)
  if (wanted.length === 0) return { segments: 0, bytes: 0 }

  const blobs = `-${newId(parts.now().getTime())}`
  await begin(parts, terminalId, blobs)
  try {
    const names = { now: recording.blobs, next: blobs }
    const stretches = await stretchesOf(parts, terminalId, wanted, why)
    const fromMilliseconds = new Map(segments.map((each) => [each.start_offset, each.from_milliseconds]))
    const kept = await keptChunks(
      parts,
      terminalId,
      names,
      stretches.map(({ fromOffset, toOffset }) => ({ start: fromOffset, end: toOffset })),
      (offset) => fromMilliseconds.get(offset)!,
    )
    const snapshotBytes =
      kept.chunks.length === 0 ? 0 : await snapshotBytesBefore(parts, terminalId, stretches[0]!.fromOffset)
    await keptSnapshots(parts, terminalId, names, snapshotBytes)
    await commit(parts, removal, { recording, segments, wanted, stretches, kept, snapshotBytes, blobs, why })
  } finally {
    // What it replaced; where it failed, what it had written.
    await removeLeftover(parts, terminalId)
  }
  parts.sealSoon()
  parts.bus.publish(recordingTopic(terminalId))
  return { segments: wanted.length, bytes: wanted.reduce((sum, { length }) => sum + length, 0) }
}

/** @throws recording.not_settled, RangeError */
async function settled({ db }: Pick<Parts, 'db'>, terminalId: string): Promise<RemovedFrom> {
  const row = await db
    .selectFrom('recording')
    .leftJoin('terminal', 'terminal.id', 'recording.terminal_id')
    .selectAll('recording')
    .select('terminal.server_name')
    .where('recording.terminal_id', '=', terminalId)
    .executeTakeFirst()
  if (row === undefined) throw new RangeError(`there is no recording ${terminalId}`)
  const because =
    row.state === 'recording'
      ? 'it is still being recorded'
      : row.screened_length < row.closed_length || row.packed_length < row.closed_length
        ? 'its screens are still being drawn'
        : row.are_commands_whole
          ? undefined
          : 'its commands are still being worked out'
  if (because !== undefined) throw recordingFaults['recording.not_settled'](because)
  return row
}

const segmentsOf = ({ db }: Pick<Parts, 'db'>, terminalId: string): Promise<Segment[]> =>
  db.selectFrom('recording_segment').selectAll().where('terminal_id', '=', terminalId).orderBy('no').execute()

/** @throws RangeError */
async function stillThere(
  { db }: Pick<Parts, 'db'>,
  terminalId: string,
  segments: readonly Segment[],
  numbers: readonly number[],
): Promise<Segment[]> {
  const asked = new Set(numbers)
  for (const no of asked)
    if (segments[no]?.no !== no) throw new RangeError(`the recording ${terminalId} has no segment ${no}`)
  const gone = new Set<number>()
  for (const { fromSegment, toSegment } of await removedStretches(db, terminalId))
    for (let no = fromSegment; no <= toSegment; no++) gone.add(no)
  return segments.filter(({ no }) => asked.has(no) && !gone.has(no))
}

/** Only one at a time removes from a recording, in whatever process. @throws recording.not_settled */
async function begin({ db }: Pick<Parts, 'db'>, terminalId: string, blobs: string): Promise<void> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('recording_leftover')
    .values({ terminal_id: terminalId, blobs })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  if (numInsertedOrUpdatedRows === 0n)
    throw recordingFaults['recording.not_settled']('other segments of it are being removed')
}

/** Segments that follow each other are one stretch. */
async function stretchesOf(
  parts: Pick<Parts, 'db' | 'blobs' | 'now'>,
  terminalId: string,
  segments: readonly Segment[],
  why: string,
): Promise<Removed[]> {
  const removedAt = parts.now().toISOString()
  const runs: Segment[][] = []
  for (const segment of segments) {
    const run = runs.at(-1)
    if (run?.at(-1)?.no === segment.no - 1) run.push(segment)
    else runs.push([segment])
  }
  const stretches: Removed[] = []
  for (const run of runs) {
    const [first, last] = [run[0]!, run.at(-1)!]
    const toOffset = last.start_offset + last.length
    stretches.push({
      ...{ fromSegment: first.no, toSegment: last.no, fromOffset: first.start_offset, toOffset },
      ...{ fromMilliseconds: first.from_milliseconds, toMilliseconds: last.to_milliseconds, removedAt, why },
      ...(await sizeBehind(parts, terminalId, toOffset)),
    })
  }
  return stretches
}

/** Screens up to an offset show nothing of what comes after it. */
async function snapshotBytesBefore({ db }: Pick<Parts, 'db'>, terminalId: string, offset: number) {
  const last = await db
    .selectFrom('recording_snapshot')
    .select(['blob_offset', 'blob_length'])
    .where('terminal_id', '=', terminalId)
    .where('stream_offset', '<=', offset)
    .orderBy('stream_offset', 'desc')
    .limit(1)
    .executeTakeFirst()
  return last === undefined ? 0 : last.blob_offset + last.blob_length
}

async function commit(parts: RemovalParts, { terminalId, actor }: Removal, done: Done): Promise<void> {
  await parts.db.transaction().execute(async (tx) => {
    // A backup copies the database first and the blobs after it: what its database names must not go meanwhile.
    const { rows } = await sql<{ free: boolean }>`select pg_try_advisory_xact_lock(7300, 4) as free`.execute(
      tx,
    )
    if (!rows[0]!.free) throw recordingFaults['recording.not_settled']('a backup is being taken')
    await tx
      .selectFrom('recording')
      .select('terminal_id')
      .where('terminal_id', '=', terminalId)
      .forUpdate()
      .execute()
    // Screens may be drawn anew after an upgrade, also meanwhile.
    await settled({ db: tx }, terminalId)
    await storeRemoved(parts, tx, { ...done, terminalId, actor })
  })
}
