import type { Selectable } from 'kysely'
import { baseFaults } from '../../../base/common/fault.ts'
import type { Database } from '../../../base/server/database.ts'
import type { Reader } from '../../../base/server/scope.ts'
import { type CommandDetail, type CommandRow, statusWords } from '../common/command.ts'
import type { CommandsParts } from './parts.ts'

type Row = Selectable<Database['command']>

/** The columns a list shows. */
export const listed = [
  'id',
  'server_id',
  'server_name',
  'operator_id',
  'operator_name',
  'operator_kind',
  'operator_via_id',
  'operator_via_name',
  'work_session_id',
  'work_session_name',
  'shell',
  'line',
  'result',
  'state',
  'submitted_at',
  'scheduled_at',
  'due_at',
  'picked_up_at',
  'started_at',
  'elapsed_ms',
  'exit_code',
] as const satisfies readonly (keyof Row)[]

const iso = (at: Date | null) => at?.toISOString() ?? null

/** A command that was due before anybody asked for it waits from when it was asked for. */
const waitingFrom = ({ due_at, submitted_at }: Pick<Row, 'due_at' | 'submitted_at'>) =>
  Math.max(due_at.getTime(), submitted_at.getTime())

export function listRow(row: Pick<Row, (typeof listed)[number]>, sequence: number | undefined): CommandRow {
  return {
    id: row.id,
    serverId: row.server_id,
    serverName: row.server_name,
    shell: row.shell,
    line: row.line,
    result: row.result,
    operator: {
      id: row.operator_id,
      name: row.operator_name,
      kind: row.operator_kind,
      via:
        row.operator_via_id === null ? null : { id: row.operator_via_id, name: row.operator_via_name ?? '' },
    },
    status: statusWords[row.state],
    state: row.state,
    delaySeconds: row.picked_up_at && Math.max(0, row.picked_up_at.getTime() - waitingFrom(row)) / 1000,
    elapsedSeconds: row.elapsed_ms === null ? null : Math.round(row.elapsed_ms) / 1000,
    submittedAt: row.submitted_at.toISOString(),
    startedAt: iso(row.started_at),
    scheduledAt: iso(row.scheduled_at),
    workSession:
      row.work_session_id === null ? null : { id: row.work_session_id, name: row.work_session_name ?? '' },
    exitCode: row.exit_code,
    entry: sequence === undefined ? null : { sequence },
  }
}

/** @throws request.not_found, for what is not there and what may not be seen alike */
export async function commandDetail(
  { db, newestEntries }: Pick<CommandsParts, 'db' | 'newestEntries'>,
  read: Reader,
  id: string,
): Promise<CommandDetail> {
  const row = await read.selectFrom('command').selectAll().where('id', '=', id).executeTakeFirst()
  if (row === undefined) throw baseFaults['request.not_found']('command')
  const turns = await db
    .selectFrom('command_turn')
    .select(['at', 'turn'])
    .where('command_id', '=', row.id)
    .orderBy('at')
    .limit(200)
    .execute()
  const newest = await newestEntries([row.id])
  return detailRow(row, turns, newest.get(row.id))
}

function detailRow(
  row: Row,
  turns: readonly { at: Date; turn: string }[],
  sequence: number | undefined,
): CommandDetail {
  const hasEnded = row.finished_at !== null
  return {
    ...listRow(row, sequence),
    account: row.account,
    group: row.os_group,
    envNames: row.env_names,
    stdinBytes: row.stdin_bytes,
    timeoutSeconds: row.timeout_seconds,
    runAfterId: row.run_after,
    signal: row.signal,
    errorPhase: row.error_phase,
    reason: row.reason,
    pid: row.pid,
    deliveredAt: iso(row.delivered_at),
    pickedUpAt: iso(row.picked_up_at),
    finishedAt: iso(row.finished_at),
    heardAt: iso(row.heard_at),
    stopRequestedAt: iso(row.stop_requested_at),
    remoteAddress: row.address,
    client: row.client,
    output: {
      stdoutBytes: row.stdout_bytes,
      stderrBytes: row.stderr_bytes,
      droppedBytes: row.dropped_bytes,
      downloadable: isDownloadable(row),
      sha256: row.output_sha256,
      complete: hasEnded,
    },
    states: statesOf(row, turns),
  }
}

/** While it runs only what is in rows can be had; afterwards everything that was kept. */
export const isDownloadable = (row: Pick<Row, 'finished_at' | 'output_length'>) =>
  row.finished_at !== null && row.output_length > 0

/** Not while it waits for its time, and not at all where it ended before. */
const hasBeenDue = ({ due_at, submitted_at, finished_at, state }: Row) =>
  due_at > submitted_at && state !== 'scheduled' && !(finished_at !== null && finished_at < due_at)

function statesOf(row: Row, turns: readonly { at: Date; turn: string }[]) {
  const times: [string, Date | null][] = [
    ['submitted', row.submitted_at],
    ['due', hasBeenDue(row) ? row.due_at : null],
    ['delivered', row.delivered_at],
    ['acknowledged', row.picked_up_at],
    ['started', row.started_at],
    ['cancel requested', row.cancel_requested_at],
    ['stop requested', row.stop_requested_at],
    [row.state, row.finished_at],
  ]
  const all = [...times, ...turns.map(({ turn, at }): [string, Date] => [turn, at])]
  return all
    .flatMap(([state, at]) => (at === null ? [] : [{ state, at: at.toISOString() }]))
    .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
}
