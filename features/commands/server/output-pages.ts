import { baseFaults } from '../../../base/common/fault.ts'
import type { Reader } from '../../../base/server/scope.ts'
import type { OutputPiece } from '../common/command.ts'
import type { CommandsParts } from './parts.ts'
import type { Placed } from './tail-ring.ts'
import { decodePlaced, tornBytes } from './text-pieces.ts'

const PAGE_BYTES = 256 * 1024
const ROWS_PER_PAGE = 2000

export interface OutputPage {
  readonly pieces: OutputPiece[]
  readonly next: number | null
  readonly complete: boolean
}

/** One page of a command's output as text, from a byte offset on; a band where bytes are not in rows. */
export async function outputPage(
  { db, outputs }: Pick<CommandsParts, 'db' | 'outputs'>,
  read: Reader,
  id: string,
  after = 0,
): Promise<OutputPage> {
  const command = await read
    .selectFrom('command')
    .select(['id', 'finished_at', 'output_length', 'output_blob'])
    .where('id', '=', id)
    .executeTakeFirst()
  if (command === undefined) throw baseFaults['request.not_found']('command')
  const complete = command.finished_at !== null
  const stored = await db
    .selectFrom('command_output')
    .select(['start', 'track', 'at', 'bytes'])
    .where('command_id', '=', id)
    .where((eb) => eb(eb('start', '+', eb.fn<number>('length', ['bytes'])), '>', after))
    .orderBy('start')
    .limit(ROWS_PER_PAGE)
    .execute()
  const rows: Placed[] = stored.map((row) => cutBefore(row, after))
  // Beyond the head, while it runs, the newest part is in memory.
  const end = rows.length === 0 ? after : rows.at(-1)!.start + rows.at(-1)!.bytes.length
  if (!complete && rows.length < ROWS_PER_PAGE) rows.push(...(outputs.liveTail(id)?.from(end) ?? []))
  const page = firstBytes(rows)
  const isLast = page.length === rows.length && rows.length < ROWS_PER_PAGE
  if (!(complete && isLast)) leaveTorn(page)
  const downloadable = complete && command.output_blob !== null
  const pieces = withBands(page, after, downloadable)
  const reached = page.length === 0 ? after : page.at(-1)!.start + page.at(-1)!.bytes.length
  if (complete && isLast && reached < command.output_length)
    pieces.push({ kind: 'band', offset: reached, bytes: command.output_length - reached, downloadable })
  return { pieces, next: complete && isLast ? null : reached, complete }
}

const cutBefore = (row: Placed, after: number): Placed =>
  row.start >= after ? row : { ...row, start: after, bytes: row.bytes.subarray(after - row.start) }

function firstBytes(rows: readonly Placed[]): Placed[] {
  let bytes = 0
  const end = rows.findIndex((row) => {
    bytes += row.bytes.length
    return bytes > PAGE_BYTES
  })
  return end <= 0 ? rows.slice(0, end === 0 ? 1 : undefined) : rows.slice(0, end)
}

/** A character that is not whole yet waits for the next page. */
function leaveTorn(page: Placed[]): void {
  const last = page.at(-1)
  const torn = last === undefined ? 0 : tornBytes(last.bytes)
  if (last === undefined || torn === 0) return
  if (torn === last.bytes.length) page.pop()
  else page[page.length - 1] = { ...last, bytes: last.bytes.subarray(0, last.bytes.length - torn) }
}

function withBands(rows: readonly Placed[], after: number, downloadable: boolean): OutputPiece[] {
  const pieces: OutputPiece[] = []
  let run: Placed[] = []
  let expected = after
  const flush = () => {
    pieces.push(...decodePlaced(run))
    run = []
  }
  for (const row of rows) {
    if (row.start > expected) {
      flush()
      pieces.push({ kind: 'band', offset: expected, bytes: row.start - expected, downloadable })
    }
    run.push(row)
    expected = row.start + row.bytes.length
  }
  flush()
  return pieces
}
