import { createHash } from 'node:crypto'
import type { z } from 'zod'
import { baseFaults } from '../../../base/common/fault.ts'
import { idTime, newId } from '../../../base/common/id.ts'
import type { Act } from '../../../base/server/endpoint.ts'
import { sealTo } from '../../../wire/sealed.ts'
import type { commandsApi } from '../common/api.ts'
import { statusWords } from '../common/command.ts'
import type { commandsEvents } from '../common/events.ts'
import { commandsFaults } from '../common/faults.ts'
import { findInlineCredential } from '../common/inline-credential.ts'
import type { RunSecrets } from '../common/wire.ts'
import { refuseOutOfBounds } from './bounds.ts'
import { type Dispatcher, orderOf } from './dispatch.ts'
import { ANY_COMMAND, type CommandsParts } from './parts.ts'

type Input = z.output<(typeof commandsApi)['command.submit']['in']>
type Submit = Act<Input, typeof commandsEvents>

export const DUE_JOB = 'command.due'
const RECORDED_LINE_LENGTH = 16 * 1024
const RECORDED_LINE_JSON_BYTES = 40 * 1024

export const submit = (parts: CommandsParts, dispatcher: Dispatcher) => async (act: Submit) => {
  const { input, tx, now, actor, request, announce, afterCommit } = act
  refuseCredentials(act)
  if (new Set(input.serverIds).size !== input.serverIds.length)
    throw commandsFaults['command.duplicate_server']()
  const servers = await readServers(act)
  refuseOutOfBounds(act, servers, input)
  const account = input.account ?? (await ownAccount(act))
  const dueAt = input.scheduledAt ? new Date(input.scheduledAt) : now
  const waitsForOther = await mustWaitFor(act)
  const waits = waitsForOther || dueAt > now

  const rows = servers.map((server) => ({
    ...idAndTime(now),
    server_id: server.id,
    server_name: server.name,
    operator_id: actor.id,
    operator_name: actor.name,
    operator_kind: actor.kind === 'token' ? ('token' as const) : ('person' as const),
    operator_via_id: actor.via?.id ?? null,
    operator_via_name: actor.via?.name ?? null,
    work_session_id: null,
    work_session_name: null,
    shell: 'system' as const,
    account: account ?? null,
    os_group: input.group ?? null,
    line: input.line,
    env_names: Object.keys(input.env ?? {}),
    stdin_bytes: input.stdin === undefined ? null : Buffer.byteLength(input.stdin),
    timeout_seconds: input.timeoutSeconds ?? null,
    run_after: input.runAfter ?? null,
    state: waits ? ('scheduled' as const) : ('queued' as const),
    scheduled_at: input.scheduledAt ? dueAt : null,
    due_at: dueAt,
    address: request.address,
    client: request.client,
  }))
  const sealed = new Map(
    rows.map((row, index) => [row.id, sealedFor(servers[index]!.sealing_key, row.id, input)]),
  )
  await tx.insertInto('command').values(rows).execute()
  const secrets = [...sealed].flatMap(([command_id, text]) =>
    text === null ? [] : [{ command_id, sealed: text }],
  )
  if (secrets.length > 0) await tx.insertInto('command_secret').values(secrets).execute()
  await recordSubmissions(act, rows)
  if (dueAt > now) {
    for (const { id } of rows) await parts.jobs.schedule(tx, DUE_JOB, { key: id, dueAt })
    afterCommit(() => parts.jobs.poke())
  }

  for (const { id } of rows) announce(ANY_COMMAND, id)
  if (!waits)
    afterCommit(() =>
      dispatcher.send(
        rows.map((row) => ({
          id: row.id,
          serverId: row.server_id,
          order: orderOf({ ...row, sealed: sealed.get(row.id)! }),
        })),
      ),
    )
  return { commands: rows.map(({ id, server_id }) => ({ id, serverId: server_id })) }
}

/** The time is the id's own: sorted by either, a list is the same, also where two submissions meet in a millisecond. */
function idAndTime(now: Date) {
  const id = newId(now.getTime())
  return { id, submitted_at: new Date(idTime(id)) }
}

/** The line itself is kept nowhere, not even in the refusal. */
function refuseCredentials({ input, refuse }: Submit) {
  const what = findInlineCredential(input.line)
  if (what === undefined) return
  refuse(commandsFaults['command.inline_credential'](what), (_tx, record) =>
    record('command.refused', { data: { what, servers: input.serverIds.length } }),
  )
}

/** In the order asked for. A server one cannot see and one that is not there answer alike. */
async function readServers({ read, input }: Submit) {
  const found = await read
    .selectFrom('server')
    .select(['id', 'name', 'sealing_key'])
    .where('id', 'in', input.serverIds)
    .where('removed_at', 'is', null)
    .execute()
  return input.serverIds.map((id) => {
    const server = found.find((each) => each.id === id)
    if (server === undefined) throw baseFaults['request.not_found']('server')
    return server
  })
}

const ownAccount = async ({ read, actor }: Submit) =>
  (await read.selectFrom('person').select('account').where('id', '=', actor.id).executeTakeFirst())?.account

/** Whether the command to run after has still to end. @throws when it never will end well */
async function mustWaitFor({ read, input }: Submit): Promise<boolean> {
  if (input.runAfter === undefined) return false
  const other = await read
    .selectFrom('command')
    .select('state')
    .where('id', '=', input.runAfter)
    .executeTakeFirst()
  if (other === undefined) throw baseFaults['request.not_found']('command to run after')
  if (other.state === 'failed' || other.state === 'rejected' || other.state === 'cancelled')
    throw commandsFaults['command.run_after_failed'](statusWords[other.state].toLowerCase())
  return other.state !== 'success'
}

/** What only the agent may read. There is nothing to keep where nothing was given. */
function sealedFor(sealingKey: string, id: string, { env, stdin }: Input): string | null {
  if (env === undefined && stdin === undefined) return null
  const secrets: RunSecrets = { env: env ?? {}, stdin: stdin ?? null }
  return sealTo(sealingKey, Buffer.from(JSON.stringify(secrets)), id)
}

interface SubmittedRow {
  readonly id: string
  readonly server_id: string
  readonly server_name: string
  readonly line: string
  readonly account: string | null
  readonly os_group: string | null
  readonly env_names: readonly string[]
  readonly stdin_bytes: number | null
  readonly timeout_seconds: number | null
  readonly scheduled_at: Date | null
  readonly run_after: string | null
}

/** A line of escapes takes six times its length as JSON; an entry has room for some of it only. */
function recordedLine(line: string): { line: string; lineSha256?: string } {
  let cut = line.slice(0, RECORDED_LINE_LENGTH)
  while (Buffer.byteLength(JSON.stringify(cut)) > RECORDED_LINE_JSON_BYTES)
    cut = cut.slice(0, cut.length >> 1)
  if (cut.length === line.length) return { line }
  return { line: cut.toWellFormed(), lineSha256: createHash('sha256').update(line).digest('hex') }
}

async function recordSubmissions({ recordAll }: Submit, rows: readonly SubmittedRow[]) {
  await recordAll(
    'command.submitted',
    rows.map((row) => ({
      server: { id: row.server_id, name: row.server_name },
      subject: { kind: 'command', id: row.id },
      data: {
        ...recordedLine(row.line),
        account: row.account,
        group: row.os_group,
        envNames: [...row.env_names],
        stdinBytes: row.stdin_bytes,
        timeoutSeconds: row.timeout_seconds,
        scheduledAt: row.scheduled_at?.toISOString() ?? null,
        runAfter: row.run_after,
      },
    })),
  )
}
