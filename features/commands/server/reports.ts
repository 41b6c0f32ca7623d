import { sql, type Transaction } from 'kysely'
import type { z } from 'zod'
import type { Database } from '../../../base/server/database.ts'
import type { Entry } from '../../../base/server/journal/entry.ts'
import { prepared } from '../../../base/server/prepared.ts'
import { OrderRefusedReport } from '../../../wire/common/messages.ts'
import type { ArrivedReport, ReportBatch, ReportHandler } from '../../../wire/server/agent-link.ts'
import { shortLine } from '../common/events.ts'
import { CommandReports } from '../common/wire.ts'
import type { Dispatcher } from './dispatch.ts'
import { followers } from './followers.ts'
import { ANY_COMMAND, type CommandsParts, oneCommand } from './parts.ts'

type Tx = Transaction<Database>
type Batch = ReportBatch<Tx>
type Of<K extends keyof typeof CommandReports> = ArrivedReport<z.output<(typeof CommandReports)[K]>>

/**
 * What agents tell of commands. A command's own reports always come in one order, so a batch is stored kind by kind,
 * each kind in one statement.
 */
export function commandReports(parts: CommandsParts, dispatcher: Dispatcher): ReportHandler<Tx> {
  return {
    kinds: { ...CommandReports, 'order.refused': OrderRefusedReport },
    store: async (reports, batch) => {
      const of = <K extends keyof typeof CommandReports>(kind: K) =>
        reports.filter((report) => report.kind === kind) as Of<K>[]
      await lockInOrder(reports, batch)
      await storeInternal(parts, of('command.internal'), batch)
      const starts = await storeAccepted(dispatcher, of('command.accepted'), of('command.started'), batch)
      await storeStarted(starts, batch)
      await storeCancelled(parts, dispatcher, of('command.cancelled'), batch)
      await storeFinished(parts, dispatcher, of('command.finished'), batch)
      const refused = reports.filter(
        ({ kind }) => kind === 'order.refused',
      ) as ArrivedReport<OrderRefusedReport>[]
      await storeRefused(parts, dispatcher, refused, batch)
      const ids = new Set(
        (reports as ArrivedReport<{ commandId?: string; orderId?: string }>[]).flatMap(
          ({ body }) => body.commandId ?? body.orderId ?? [],
        ),
      )
      batch.afterCommit(() => {
        for (const id of ids) {
          parts.bus.publish(ANY_COMMAND, id)
          parts.bus.publish(oneCommand(id))
        }
      })
    },
  }
}

const locked = prepared(
  'command_locked',
  'select from command where id = any($1::uuid[]) order by id for no key update',
)

/** Outputs are written by another transaction at the same time: both lock rows in the order of their ids. */
async function lockInOrder(reports: readonly ArrivedReport[], { tx }: Batch) {
  const named = new Set(
    reports.flatMap(({ kind, body }) =>
      kind === 'command.internal' ? [] : ((body as { commandId?: string }).commandId ?? []),
    ),
  )
  if (named.size > 1) await tx.executeQuery(locked([...named]))
}

const accepted = prepared<{ id: string }>(
  'command_accepted',
  `update command c set state = 'running', picked_up_at = least(report.at, report.started), heard_at = coalesce(report.started, report.at),
     delivered_at = least(coalesce(c.delivered_at, report.sent), report.at, report.started),
     started_at = coalesce(report.started, c.started_at), pid = coalesce(report.pid, c.pid),
     finished_at = null, reason = case
       when c.state in ('cancelled', 'rejected') then 'The agent had already taken it when it was ' || c.state
       when c.cancel_requested_at is not null and c.reason is not null then c.reason || '. The agent had already taken it' end
   from unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::timestamptz[], $5::timestamptz[], $6::int[])
     as report (id, server_id, at, sent, started, pid)
   where c.id = report.id and c.server_id = report.server_id and c.picked_up_at is null
     and c.state not in ('success', 'failed')
   returning c.id`,
)

const secretsTaken = prepared(
  'command_secrets_taken',
  'delete from command_secret where command_id = any($1::uuid[])',
)

/**
 * The agent may have taken a command that was just cancelled or rejected here: then it runs, and the record says so.
 * A start that came along is written with it: each version of a row costs an entry in all its indexes.
 * @returns the starts that are still to be written
 */
async function storeAccepted(
  dispatcher: Dispatcher,
  reports: Of<'command.accepted'>[],
  starts: Of<'command.started'>[],
  { tx }: Batch,
): Promise<Of<'command.started'>[]> {
  if (reports.length === 0) return starts
  const startOf = new Map(starts.map((start) => [start.body.commandId, start]))
  const starting = reports.map(({ body, serverId }) => {
    const start = startOf.get(body.commandId)
    return start?.serverId === serverId ? start : undefined
  })
  const { rows } = await tx.executeQuery(
    accepted(
      ids(reports),
      servers(reports),
      reports.map(({ at }) => at),
      reports.map(({ body, at }) => dispatcher.pickedUp(body.commandId) ?? at),
      starting.map((start) => start?.at ?? null),
      starting.map((start) => start?.body.pid ?? null),
    ),
  )
  await tx.executeQuery(secretsTaken(ids(reports)))
  const written = new Set(rows.map(({ id }) => id))
  return starts.filter((start) => !(written.has(start.body.commandId) && starting.includes(start)))
}

const started = prepared(
  'command_started',
  `update command c set started_at = report.at, heard_at = report.at, pid = report.pid,
     picked_up_at = least(c.picked_up_at, report.at), delivered_at = least(c.delivered_at, report.at)
   from unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::int[]) as report (id, server_id, at, pid)
   where c.id = report.id and c.server_id = report.server_id and c.started_at is null and c.finished_at is null`,
)

async function storeStarted(reports: Of<'command.started'>[], { tx }: Batch) {
  if (reports.length === 0) return
  await tx.executeQuery(
    started(
      ids(reports),
      servers(reports),
      reports.map(({ at }) => at),
      reports.map(({ body }) => body.pid),
    ),
  )
}

interface Ended {
  readonly id: string
  readonly line: string
  readonly server_id: string
  readonly server_name: string
}

const entryAbout = (report: ArrivedReport, command: Ended): Omit<Entry, 'kind' | 'data'> => ({
  at: report.at,
  actor: { id: report.agentId, name: `agent on ${report.serverName}`, kind: 'agent' },
  server: { id: command.server_id, name: command.server_name },
  subject: { kind: 'command', id: command.id },
})

const finished = prepared<Ended>(
  'command_finished',
  `update command c set state = r.state, finished_at = greatest(r.at, c.started_at), heard_at = r.at, exit_code = r.exit_code,
     signal = r.signal, error_phase = r.error_phase, reason = coalesce(r.reason, c.reason), elapsed_ms = r.elapsed_ms,
     stdout_bytes = r.stdout_bytes, stderr_bytes = r.stderr_bytes, dropped_bytes = r.dropped_bytes, output_sha256 = r.sha256,
     result = case
       when r.state = 'success' then coalesce(r.preview, c.result)
       else left(coalesce(nullif((
         select split_part(ltrim(convert_from(substring(o.bytes from 1 for 200), 'LATIN1'), E'\\n\\r '), E'\\n', 1) from command_output o
         where o.command_id = c.id and o.track = 2 and octet_length(o.bytes) > 0 and position('\\x00'::bytea in substring(o.bytes from 1 for 200)) = 0
         order by o.start limit 1), ''), nullif(coalesce(r.preview, c.result), ''), r.reason, ''), 200) end
   from json_to_recordset($1::json) as r (id uuid, server_id uuid, at timestamptz, state text, exit_code int, signal text,
     error_phase text, reason text, elapsed_ms float8, stdout_bytes int8, stderr_bytes int8, dropped_bytes int8, sha256 text, preview text)
   where c.id = r.id and c.server_id = r.server_id and c.state not in ('success', 'failed', 'rejected')
   returning c.id, c.line, c.server_id, c.server_name`,
)

async function storeFinished(
  parts: CommandsParts,
  dispatcher: Dispatcher,
  reports: Of<'command.finished'>[],
  { tx, afterCommit, now }: Batch,
) {
  if (reports.length === 0) return
  const outputs = await Promise.all(
    reports.map(({ body, serverId }) =>
      body.streamBytes > 0 ? parts.outputs.complete(body.commandId, serverId) : null,
    ),
  )
  const results = JSON.stringify(
    reports.map(({ body, at, serverId }, index) => ({
      id: body.commandId,
      server_id: serverId,
      at,
      state: body.exitCode === 0 && body.errorPhase === null ? 'success' : 'failed',
      exit_code: body.exitCode,
      signal: body.signal,
      error_phase: body.errorPhase,
      reason: body.reason,
      elapsed_ms: body.elapsedMilliseconds,
      stdout_bytes: body.stdoutBytes,
      stderr_bytes: body.stderrBytes,
      dropped_bytes: body.droppedBytes,
      sha256: outputs[index]?.sha256,
      preview: outputs[index]?.preview,
    })),
  ).replaceAll('\\u0000', '\u2400')
  const { rows } = await tx.executeQuery(finished(results))
  const ended = new Map(rows.map((row) => [row.id, row]))
  await parts.writeEntries(
    tx,
    reports.flatMap((report, index) => {
      const command = ended.get(report.body.commandId)
      if (command === undefined) return []
      const { commandId: _, streamBytes: __, ...outcome } = report.body
      return [
        {
          ...entryAbout(report, command),
          kind: 'command.finished',
          data: { line: shortLine(command.line), ...outcome, outputSha256: outputs[index]?.sha256 ?? null },
        },
      ]
    }),
  )
  const following = await followers(parts, tx, [...ended.keys()], now)
  afterCommit(() => {
    following.afterCommit(dispatcher)
    parts.sealSoon()
  })
}

async function storeCancelled(
  parts: CommandsParts,
  dispatcher: Dispatcher,
  reports: Of<'command.cancelled'>[],
  { tx, afterCommit, now }: Batch,
) {
  if (reports.length === 0) return
  const { rows } = await sql<Ended & { reason: string }>`
    update command c set state = 'cancelled', finished_at = report.at, heard_at = report.at,
      reason = concat_ws('. ', c.reason, 'Cancelled before it started; the agent confirmed it')
    from unnest(${ids(reports)}::uuid[], ${servers(reports)}::uuid[], ${reports.map(({ at }) => at)}::timestamptz[]) as report (id, server_id, at)
    where c.id = report.id and c.server_id = report.server_id and c.finished_at is null
    returning c.id, c.line, c.server_id, c.server_name, c.reason`.execute(tx)
  await tx.executeQuery(secretsTaken(ids(reports)))
  await parts.writeEntries(
    tx,
    rows.map((command) => ({
      ...entryAbout(reports.find(({ body }) => body.commandId === command.id)!, command),
      kind: 'command.cancelled',
      data: { line: shortLine(command.line), reason: command.reason },
    })),
  )
  const following = await followers(
    parts,
    tx,
    rows.map(({ id }) => id),
    now,
  )
  afterCommit(() => {
    following.afterCommit(dispatcher)
    parts.sealSoon()
  })
}

/** An agent too old for an order, or one that cannot read it, says so once: the command will never run there. */
async function storeRefused(
  parts: CommandsParts,
  dispatcher: Dispatcher,
  reports: ArrivedReport<OrderRefusedReport>[],
  { tx, afterCommit, now }: Batch,
) {
  const runs = reports.filter(({ body }) => body.kind === 'command.run')
  if (runs.length === 0) return
  const orders = runs.map(({ body }) => body.orderId)
  const reasons = runs.map(({ body }) =>
    `The agent refused the order: ${body.why}`.replaceAll('\0', '\u2400'),
  )
  const { rows } = await sql<Ended & { reason: string }>`
    update command c set state = 'rejected', finished_at = report.at, heard_at = report.at, reason = report.reason
    from unnest(${orders}::uuid[], ${servers(runs)}::uuid[], ${runs.map(({ at }) => at)}::timestamptz[], ${reasons}::text[])
      as report (id, server_id, at, reason)
    where c.id = report.id and c.server_id = report.server_id and c.finished_at is null
    returning c.id, c.line, c.server_id, c.server_name, c.reason`.execute(tx)
  await tx.executeQuery(secretsTaken(orders))
  await parts.writeEntries(
    tx,
    rows.map((command) => ({
      ...entryAbout(runs.find(({ body }) => body.orderId === command.id)!, command),
      kind: 'command.rejected',
      data: { line: shortLine(command.line), reason: command.reason },
    })),
  )
  const rejected = rows.map(({ id }) => id)
  const following = await followers(parts, tx, rejected, now)
  afterCommit(() => {
    following.afterCommit(dispatcher)
    parts.sealSoon()
  })
}

/** The agent's own tasks come as whole rows. */
async function storeInternal(
  parts: CommandsParts,
  reports: Of<'command.internal'>[],
  { tx, afterCommit }: Batch,
) {
  if (reports.length === 0) return
  const clean = (text: string) => text.replaceAll('\0', '\u2400').toWellFormed()
  const rows = reports.map((report) => ({
    id: report.body.commandId,
    server_id: report.serverId,
    server_name: report.serverName,
    operator_id: null,
    operator_name: 'agent',
    operator_kind: 'agent' as const,
    work_session_id: null,
    work_session_name: null,
    shell: 'internal' as const,
    account: null,
    os_group: null,
    line: clean(report.body.line),
    env_names: [],
    state: report.body.exitCode === 0 ? ('success' as const) : ('failed' as const),
    submitted_at: report.at,
    due_at: report.at,
    picked_up_at: report.at,
    started_at: report.at,
    finished_at: report.receivedAt,
    heard_at: report.receivedAt,
    exit_code: report.body.exitCode,
    elapsed_ms: report.body.elapsedMilliseconds,
    result: clean(report.body.result).slice(0, 200),
  }))
  const stored = await tx
    .insertInto('command')
    .values(rows)
    .onConflict((conflict) => conflict.column('id').doNothing())
    .returning('id')
    .execute()
  const ids = new Set(stored.map(({ id }) => id))
  await parts.writeEntries(
    tx,
    reports
      .filter(({ body }) => ids.has(body.commandId))
      .map((report) => ({
        ...entryAbout(report, {
          id: report.body.commandId,
          line: report.body.line,
          server_id: report.serverId,
          server_name: report.serverName,
        }),
        kind: 'command.reported',
        data: {
          line: report.body.line,
          exitCode: report.body.exitCode,
          elapsedMilliseconds: report.body.elapsedMilliseconds,
        },
      })),
  )
  afterCommit(() => parts.sealSoon())
}

const ids = (reports: readonly ArrivedReport<{ commandId: string }>[]) =>
  reports.map(({ body }) => body.commandId)
const servers = (reports: readonly ArrivedReport[]) => reports.map(({ serverId }) => serverId)
