import { sql } from 'kysely'
import type { Parts } from '../../../../../base/server/parts.ts'
import { snapshotsName } from '../live-file.ts'
import { readRange, unpacked } from '../pack.ts'
import { type Removed, removedStretches } from '../removal/stretches.ts'
import { charactersLeft, storeGap } from '../search/text.ts'
import { TextBlocks } from '../search/text-blocks.ts'
import { readStream } from '../stream-reader.ts'
import { FollowLoop } from './follow-loop.ts'
import { Screens } from './screens.ts'
import { type DrawnSegment, storeDrawn } from './store-drawn.ts'

type FollowerParts = Pick<Parts, 'db' | 'blobs' | 'log'>

/** Segments drawn in a row before another recording has its turn, and kept together. */
const SEGMENTS_IN_TURN = 32
const SEGMENTS_KEPT = 8
/** Blocks of signatures made before screens have their turn again. */
const BLOCKS_IN_TURN = 32

interface Behind {
  readonly terminal_id: string
  readonly operator_id: string
  readonly server_id: string | null
  readonly columns: number
  readonly rows: number
  readonly state: string
  readonly closed_length: number
  readonly screened_length: number
  readonly text_characters: number
}

interface FollowedSegment {
  readonly no: number
  readonly start_offset: number
  readonly length: number
  readonly from_milliseconds: number
  readonly to_milliseconds: number
}

/**
 * Draws what recordings show, behind them and one after another, and keeps the screen after every segment: seeking then
 * never draws more than one segment. Where it stands is in the database, so that a restart goes on there.
 */
export class ScreenFollower {
  readonly #parts: FollowerParts
  readonly #screens: Screens
  readonly #blocks: TextBlocks
  readonly #loop: FollowLoop<Behind>

  constructor(parts: FollowerParts, screens = new Screens()) {
    this.#parts = parts
    this.#screens = screens
    this.#blocks = new TextBlocks(parts.db, screens)
    this.#loop = new FollowLoop({
      what: 'screens',
      log: parts.log,
      behind: () => this.#behind(),
      follow: (recording) => this.#follow(recording),
      giveUp: (recording, error) => this.#giveUp(recording, error),
    })
  }

  readonly start = (): void => this.#loop.start()
  readonly poke = (): void => this.#loop.poke()
  readonly catchUp = (): Promise<boolean> => this.#loop.catchUp()

  async stop(): Promise<void> {
    const stopped = this.#loop.stop()
    await this.#screens.stop()
    await stopped
  }

  async #behind(): Promise<Behind[]> {
    await this.#sign()
    return this.#parts.db
      .selectFrom('recording')
      .select([
        'terminal_id',
        'operator_id',
        'server_id',
        'columns',
        'rows',
        'state',
        'closed_length',
        'screened_length',
        'text_characters',
      ])
      .where('screened_length', '<', sql<number>`closed_length`)
      .where('state', '!=', 'removed')
      .limit(50)
      .execute()
  }

  /** What cannot be signed now is read as it is, and keeps no screen from being drawn. */
  async #sign(): Promise<void> {
    try {
      await this.#blocks.sign(BLOCKS_IN_TURN)
    } catch (error) {
      if (!this.#loop.isStopped) this.#parts.log.warn({ err: error }, 'signatures of screens wait')
    }
  }

  async #follow(recording: Behind): Promise<void> {
    const { db } = this.#parts
    const id = recording.terminal_id
    const [removed] = await removedStretches(db, id, { from: recording.screened_length, limit: 1 })
    if (removed !== undefined && removed.fromOffset <= recording.screened_length)
      return storeDrawn(this.#parts, recording, [emptied(removed)])
    const segments = await db
      .selectFrom('recording_segment')
      .select(['no', 'start_offset', 'length', 'from_milliseconds', 'to_milliseconds'])
      .where('terminal_id', '=', id)
      .where('start_offset', '>=', recording.screened_length)
      .$if(removed !== undefined, (query) => query.where('start_offset', '<', removed!.fromOffset))
      .orderBy('no')
      .limit(SEGMENTS_IN_TURN)
      .execute()
    let from = await lastSnapshot(this.#parts, id, recording)
    let { text_characters } = recording
    let storing: Promise<void> = Promise.resolve()
    for (let first = 0; first < segments.length && !this.#loop.isStopped; first += SEGMENTS_KEPT) {
      const group = segments.slice(first, first + SEGMENTS_KEPT)
      const drawn = await this.#draw({ ...recording, text_characters }, group, from)
      // Drawing goes on while what was drawn before is stored.
      await storing
      storing = this.#store(recording, drawn)
      storing.catch(() => {})
      text_characters += drawn.reduce((sum, { characters }) => sum + characters, 0)
      from = drawn.at(-1)!
    }
    await storing
  }

  /** @param from the screen before the first of these segments */
  async #draw(
    recording: Behind,
    segments: readonly FollowedSegment[],
    from: { screen: string; columns: number; rows: number },
  ): Promise<DrawnSegment[]> {
    const id = recording.terminal_id
    const start = segments[0]!.start_offset
    const last = segments.at(-1)!
    const bytes = await readStream(this.#parts, id, start, last.start_offset + last.length)
    if (start + bytes.length < last.start_offset + last.length)
      throw new Error('the recording is shorter than its segments')
    // Asked together, answered in turn: each goes on with the screen the one before it left.
    return Promise.all(
      segments.map(async ({ no, start_offset, length, from_milliseconds, to_milliseconds }, index) => {
        const end = start_offset + length
        const { screen, columns, rows, shown } = await this.#screens.show({
          id,
          offset: start_offset,
          // A copy: of a part the whole would be sent.
          bytes: new Uint8Array(bytes.subarray(start_offset - start, end - start)),
          milliseconds: from_milliseconds,
          from: index === 0 ? from : undefined,
          isLast: recording.state !== 'recording' && end === recording.closed_length,
          charactersMax: charactersLeft(recording, end),
        })
        const characters = shown.lines.reduce((sum, { text }) => sum + text.length + 1, 0)
        return { no, end, from_milliseconds, to_milliseconds, screen, columns, rows, shown, characters }
      }),
    )
  }

  async #store(recording: Behind, drawn: readonly DrawnSegment[]): Promise<void> {
    await storeDrawn(this.#parts, recording, drawn)
    for (const { characters } of drawn) if (characters > 0) this.#blocks.added(characters)
  }

  /** What cannot be drawn stays as it is: it can be exported and verified, and replay draws it from the last screen there is. */
  async #giveUp(recording: Behind, error: unknown): Promise<void> {
    const { terminal_id, closed_length } = recording
    this.#parts.log.error({ err: error, terminalId: terminal_id }, 'a recording could not be drawn')
    await this.#parts.db.transaction().execute(async (tx) => {
      const { from, to } = await tx
        .selectFrom('recording_segment')
        .innerJoin('recording', 'recording.terminal_id', 'recording_segment.terminal_id')
        .select(({ fn }) => [
          fn.min<number | null>('from_milliseconds').as('from'),
          fn.max<number | null>('to_milliseconds').as('to'),
        ])
        .where('recording.terminal_id', '=', terminal_id)
        .whereRef('start_offset', '>=', 'screened_length')
        .where('start_offset', '<', closed_length)
        .executeTakeFirstOrThrow()
      if (from !== null && to !== null)
        await storeGap(tx, recording, { from, to, why: 'undrawn', lines: null })
      await tx
        .updateTable('recording')
        .set({ screened_length: closed_length })
        .where('terminal_id', '=', terminal_id)
        .execute()
    })
  }
}

/** Behind what was removed the screen is empty: what stood on it is gone as well. */
const emptied = (removed: Removed): DrawnSegment => ({
  ...{
    no: removed.toSegment,
    end: removed.toOffset,
    screen: '',
    columns: removed.columns,
    rows: removed.rows,
  },
  ...{ from_milliseconds: removed.fromMilliseconds, to_milliseconds: removed.toMilliseconds },
  ...{ shown: { lines: [], left: 0 }, characters: 0 },
})

async function lastSnapshot(
  { db, blobs }: FollowerParts,
  id: string,
  { columns, rows }: { columns: number; rows: number },
) {
  const last = await db
    .selectFrom('recording_snapshot')
    .innerJoin('recording', 'recording.terminal_id', 'recording_snapshot.terminal_id')
    .selectAll('recording_snapshot')
    .select('recording.blobs')
    .where('recording_snapshot.terminal_id', '=', id)
    .orderBy('stream_offset', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (last === undefined) return { screen: '', columns, rows }
  const bytes = await readRange(blobs, snapshotsName(id, last.blobs), last.blob_offset, last.blob_length)
  return { screen: (await unpacked(bytes)).toString('utf8'), columns: last.columns, rows: last.rows }
}
