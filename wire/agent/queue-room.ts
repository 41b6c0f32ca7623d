import type { DatabaseSync } from 'node:sqlite'
import type { HoleReport } from '../common/messages.ts'
import type { QueueLimits } from './report-queue.ts'

interface Row {
  id: number
  at: string
  kind: string
  body: string
  keep: number
}

interface Stretch {
  readonly from: Row
  to: Row
  /** Where it begins when it swallows an earlier hole. */
  readonly first: number
  readonly since: string | null
  rows: number
  bytes: number
}

/**
 * Gives up the oldest tenth of a full queue: each stretch of neighbours becomes one hole, which takes the last number
 * of the stretch. Reports marked `keep` go only when giving up the others is not enough.
 */
export function makeRoom(
  database: DatabaseSync,
  { offset, rows, limits }: { offset: number; rows: number; limits: QueueLimits },
): void {
  const goal = { rows: Math.max(1, Math.ceil(rows / 10)), bytes: Math.ceil(limits.bytes / 10) }
  const freed = giveUp(database, offset, goal, (row) => row.keep === 0 || row.kind === 'hole')
  if (freed.rows < 1 && freed.bytes < goal.bytes) giveUp(database, offset, goal, () => true)
}

function giveUp(
  database: DatabaseSync,
  offset: number,
  goal: { rows: number; bytes: number },
  mayGo: (row: Row) => boolean,
): { rows: number; bytes: number } {
  const freed = { rows: 0, bytes: 0 }
  const stretches: Stretch[] = []
  let open: Stretch | undefined
  const all = database.prepare('select id, at, kind, body, keep from reports order by id')
  for (const row of all.iterate() as Iterable<unknown> as Iterable<Row>) {
    if (freed.rows >= goal.rows || freed.bytes >= goal.bytes) break
    if (!mayGo(row)) {
      open = undefined
      continue
    }
    if (open === undefined) {
      open = begin(row, offset)
      stretches.push(open)
    } else {
      open.to = row
      open.rows++
      open.bytes += row.body.length
      freed.rows++
      freed.bytes += row.body.length
    }
  }
  const remove = database.prepare('delete from reports where id between ? and ?')
  const replace = database.prepare("update reports set kind = 'hole', keep = 1, body = ? where id = ?")
  for (const { from, to, first, since, rows } of stretches) {
    // A single report would be replaced by a hole of the same size: nothing is won.
    if (rows < 2) continue
    remove.run(from.id, to.id - 1)
    const why = 'the queue was full while the link was down: the oldest reports were given up'
    const hole: HoleReport = { from: first, to: to.id + offset, since, until: to.at, why }
    replace.run(JSON.stringify(hole), to.id)
  }
  return freed
}

function begin(row: Row, offset: number): Stretch {
  const earlier = row.kind === 'hole' ? (JSON.parse(row.body) as HoleReport) : undefined
  // The hole of a damaged queue has no numbers until the server has said where they go on.
  const first = earlier !== undefined && earlier.from > 0 ? earlier.from : row.id + offset
  return { from: row, to: row, first, since: earlier?.since ?? row.at, rows: 1, bytes: row.body.length }
}
