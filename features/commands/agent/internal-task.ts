import { newId } from '../../../base/common/id.ts'
import type { ReportQueue } from '../../../wire/agent/report-queue.ts'

export interface InternalTask {
  readonly line: string
  readonly result: string
  readonly exitCode: number
  readonly startedAt: Date
  readonly elapsedMilliseconds: number
}

/** Makes a task of the agent's own a row of the Commands page, with shell `internal`. */
export function tellInternalTask(reports: ReportQueue, task: InternalTask): Promise<void> {
  const { line, result, exitCode, startedAt, elapsedMilliseconds } = task
  return reports.report('command.internal', {
    commandId: newId(startedAt.getTime()),
    line: line.slice(0, 4000),
    result: result.slice(0, 4000),
    exitCode,
    startedAt: startedAt.toISOString(),
    elapsedMilliseconds,
  })
}
