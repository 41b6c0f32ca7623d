import { span } from '../../../base/web/time.ts'
import { useNow } from '../../../base/web/use-clock.ts'
import type { CommandRow } from '../common/command.ts'

/** How long it ran, or has been running: the latter ticks. */
export function Elapsed({ row }: { row: CommandRow }) {
  const isRunning = row.elapsedSeconds === null && row.startedAt !== null && row.status === 'Running'
  const now = useNow(1000, isRunning)
  if (!isRunning) return <span className="num dim">{span(row.elapsedSeconds)}</span>
  return <span className="num tone-run">{span(Math.max(0, (now - Date.parse(row.startedAt!)) / 1000))}</span>
}
