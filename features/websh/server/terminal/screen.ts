import type { Parts } from '../../../../base/server/parts.ts'
import { PieceReader, PieceTrack, readVarints } from '../../common/piece.ts'
import { TERMINAL_COLS_MAX, TERMINAL_ROWS_MAX } from '../../common/terminal.ts'
import { snapshotsName } from '../recording/live-file.ts'
import { readRange, unpacked } from '../recording/pack.ts'
import { readStream } from '../recording/stream-reader.ts'

/** So much output at most is drawn again to reach the present. */
const REPLAY_BYTES_MAX = 1024 * 1024
/** Where the snapshots are further behind than that: in a flood nobody needs more, and a slow viewer would never be done with it. */
const LAST_STRETCH_BYTES = 256 * 1024

export type ScreenStep = { readonly bytes: Uint8Array } | { readonly cols: number; readonly rows: number }

export interface Screen {
  readonly cols: number
  readonly rows: number
  /** Bytes to draw and sizes to take, in order. */
  readonly steps: readonly ScreenStep[]
}

type ScreenParts = Pick<Parts, 'db' | 'blobs'>

/**
 * What a terminal shows after the first `end` bytes of its stream, all of which are on disk: a snapshot, and the output since.
 * Where the snapshots are far behind a flood, only its last stretch.
 */
export async function screenAt(parts: ScreenParts, terminalId: string, end: number): Promise<Screen> {
  const from = (await snapshotBefore(parts, terminalId, end)) ?? (await segmentBefore(parts, terminalId, end))
  const steps: ScreenStep[] = from.screen === '' ? [] : [{ bytes: Buffer.from(from.screen) }]
  const reader = new PieceReader({ at: 0, offset: from.offset })
  for (const piece of reader.read(await readStream(parts, terminalId, from.offset, end))) {
    if (piece.track === PieceTrack.output) steps.push({ bytes: piece.content })
    if (piece.track === PieceTrack.resize) steps.push(readSize(piece.content))
  }
  return { cols: from.cols, rows: from.rows, steps }
}

/** The size in a piece; an agent that is not ours any more may say any, and no browser should be asked to be that large. */
export function readSize(content: Uint8Array): { cols: number; rows: number } {
  const [cols, rows] = readVarints(content, 2)
  const within = (value: number, least: number, most: number) => Math.min(Math.max(value, least), most)
  return { cols: within(cols!, 2, TERMINAL_COLS_MAX), rows: within(rows!, 1, TERMINAL_ROWS_MAX) }
}

async function snapshotBefore({ db, blobs }: ScreenParts, terminalId: string, end: number) {
  const snapshot = await db
    .selectFrom('recording_snapshot')
    .selectAll()
    .where('terminal_id', '=', terminalId)
    .where('stream_offset', '<=', end)
    .where('stream_offset', '>=', end - REPLAY_BYTES_MAX)
    .orderBy('stream_offset', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (snapshot === undefined) return undefined
  const bytes = await readRange(blobs, snapshotsName(terminalId), snapshot.blob_offset, snapshot.blob_length)
  const screen = (await unpacked(bytes)).toString('utf8')
  return { screen, offset: snapshot.stream_offset, cols: snapshot.columns, rows: snapshot.rows }
}

/** Where no snapshot is near: the beginning when that is near, a segment's beginning when not. */
async function segmentBefore({ db }: ScreenParts, terminalId: string, end: number) {
  const { columns, rows } = await db
    .selectFrom('recording')
    .select(['columns', 'rows'])
    .where('terminal_id', '=', terminalId)
    .executeTakeFirstOrThrow()
  const begin = { screen: '', offset: 0, cols: columns, rows }
  if (end <= REPLAY_BYTES_MAX) return begin
  const segments = db
    .selectFrom('recording_segment')
    .select('start_offset')
    .where('terminal_id', '=', terminalId)
    .where('start_offset', '<=', end)
  const near = segments.where('start_offset', '>=', end - LAST_STRETCH_BYTES).orderBy('start_offset')
  // None is: what is closed waits to be stored.
  const last = segments.orderBy('start_offset', 'desc')
  const segment = (await near.limit(1).executeTakeFirst()) ?? (await last.limit(1).executeTakeFirst())
  const terminal = await db
    .selectFrom('terminal')
    .select(['cols', 'rows'])
    .where('id', '=', terminalId)
    .executeTakeFirstOrThrow()
  return segment === undefined ? begin : { screen: '', offset: segment.start_offset, ...terminal }
}
