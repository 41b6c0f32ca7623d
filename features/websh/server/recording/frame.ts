import { isWithin, type RemovedStretch } from '../../common/recording.ts'
import { snapshotsName } from './live-file.ts'
import { readRange, unpacked } from './pack.ts'
import { removedStretches, shownStretch } from './removal/stretches.ts'
import { againWhereGone, readStream, type StreamParts } from './stream-reader.ts'

/** Bytes of pieces in one answer. */
export const PIECES_BYTES_MAX = 512 * 1024

/** A screen, and the pieces from there on that lead to the moment asked for. */
export interface Frame {
  /** The screen as the pieces before `offset` left it; the last of those is of `milliseconds`. Empty at the very start. */
  readonly screen: string
  readonly columns: number
  readonly rows: number
  readonly offset: number
  readonly milliseconds: number
  /** Whole and cut pieces from `offset` on, at most 512 KiB: at least up to the moment unless they are so many. */
  readonly pieces: Buffer
  /** Nothing is kept of the moment: the screen is the last one before it. */
  readonly removed: RemovedStretch | null
}

/** The screen of a recording at a moment: from the snapshot before it, and at most one segment of pieces. */
export const frameAt = (parts: StreamParts, terminalId: string, milliseconds: number): Promise<Frame> =>
  againWhereGone(() => frameNow(parts, terminalId, milliseconds))

async function frameNow(parts: StreamParts, terminalId: string, milliseconds: number): Promise<Frame> {
  const { db, blobs } = parts
  const { columns, rows, closed_length } = await db
    .selectFrom('recording')
    .select(['columns', 'rows', 'closed_length'])
    .where('terminal_id', '=', terminalId)
    .executeTakeFirstOrThrow()
  const removed = (await removedStretches(db, terminalId)).find((stretch) =>
    isWithin(stretch, milliseconds, closed_length),
  )
  const snapshot = await db
    .selectFrom('recording_snapshot')
    .innerJoin('recording', 'recording.terminal_id', 'recording_snapshot.terminal_id')
    .selectAll('recording_snapshot')
    .select('recording.blobs')
    .where('recording_snapshot.terminal_id', '=', terminalId)
    .where('at_milliseconds', '<=', milliseconds)
    .orderBy('at_milliseconds', 'desc')
    .orderBy('stream_offset', 'desc')
    .limit(1)
    .executeTakeFirst()
  const offset = snapshot?.stream_offset ?? 0
  const end = await endOfMoment(parts, terminalId, milliseconds)
  const [screen, pieces] = await Promise.all([
    snapshot === undefined
      ? ''
      : readRange(
          blobs,
          snapshotsName(terminalId, snapshot.blobs),
          snapshot.blob_offset,
          snapshot.blob_length,
        )
          .then(unpacked)
          .then((bytes) => bytes.toString('utf8')),
    readStream(parts, terminalId, offset, Math.min(end, offset + PIECES_BYTES_MAX)),
  ])
  return {
    screen,
    columns: snapshot?.columns ?? columns,
    rows: snapshot?.rows ?? rows,
    offset,
    milliseconds: snapshot?.at_milliseconds ?? 0,
    pieces,
    removed: removed === undefined ? null : shownStretch(removed),
  }
}

/** Behind the segment the moment is in; beyond what is closed, as far as anything is. */
async function endOfMoment({ db }: StreamParts, terminalId: string, milliseconds: number): Promise<number> {
  const segment = await db
    .selectFrom('recording_segment')
    .select(['start_offset', 'length'])
    .where('terminal_id', '=', terminalId)
    .where('to_milliseconds', '>', milliseconds)
    .orderBy('to_milliseconds')
    .orderBy('no')
    .limit(1)
    .executeTakeFirst()
  return segment === undefined ? Number.MAX_SAFE_INTEGER : segment.start_offset + segment.length
}
