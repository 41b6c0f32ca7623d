import type { z } from 'zod'
import { baseFaults } from '../../../../base/common/fault.ts'
import type { Actor } from '../../../../base/server/actor.ts'
import type { Reader } from '../../../../base/server/scope.ts'
import { isOpen, type TerminalDetail, type TerminalRow, type Viewer } from '../../common/terminal.ts'
import type { terminalApi } from '../../common/terminal-api.ts'
import { LIFE_KINDS, VIEWING_KINDS } from '../../common/terminal-life.ts'
import type { LiveTerminals } from './live-terminals.ts'
import { mayAttach, mayClose, mayWatch } from './may.ts'
import type { TerminalParts } from './parts.ts'
import type { Row } from './terminal-row.ts'

const iso = (at: Date | null) => at?.toISOString() ?? null

export interface RowParts extends TerminalParts {
  readonly live: LiveTerminals
}

/** Rows as lists show them. */
export async function shownRows(parts: RowParts, rows: readonly Row[]): Promise<TerminalRow[]> {
  const newest = await parts.newestEntries(
    rows.map(({ id }) => id),
    LIFE_KINDS,
  )
  return Promise.all(rows.map((row) => shownRow(parts, row, newest.get(row.id))))
}

async function shownRow(parts: RowParts, row: Row, sequence: number | undefined): Promise<TerminalRow> {
  const live = isOpen(row.status) ? await parts.live.of(row.id) : undefined
  return {
    id: row.id,
    serverId: row.server_id,
    serverName: row.server_name,
    account: row.account,
    group: row.os_group,
    operator: {
      id: row.operator_id,
      name: row.operator_name,
      kind: row.operator_kind,
      via: row.via_id === null ? null : { id: row.via_id, name: row.via_name ?? '' },
    },
    clientType: row.client_type,
    browser: row.browser,
    remoteAddress: row.address,
    status: row.status,
    linked: isOpen(row.status) ? (live?.isLinked ?? false) : null,
    people: live?.viewers.size ?? 0,
    cols: row.cols,
    rows: row.rows,
    openedAt: row.opened_at.toISOString(),
    startedAt: iso(row.started_at),
    endedAt: iso(row.ended_at),
    durationSeconds:
      row.started_at && row.ended_at
        ? Math.max(0, row.ended_at.getTime() - row.started_at.getTime()) / 1000
        : null,
    exitCode: row.exit_code,
    signal: row.signal,
    endReason: row.end_reason,
    workSession:
      row.work_session_id === null ? null : { id: row.work_session_id, name: row.work_session_name ?? '' },
    entry: sequence === undefined ? null : { sequence },
  }
}

/** @throws request.not_found, for what is not there and what may not be seen alike */
export async function seenTerminal(read: Reader, id: string): Promise<Row> {
  const row = await read.selectFrom('terminal').selectAll().where('id', '=', id).executeTakeFirst()
  if (row === undefined) throw baseFaults['request.not_found']('terminal')
  return row
}

export async function terminalDetail(
  parts: RowParts,
  actor: Actor,
  read: Reader,
  id: string,
): Promise<TerminalDetail> {
  const row = await seenTerminal(read, id)
  const [shown] = await shownRows(parts, [row])
  const recording = await parts.db
    .selectFrom('recording')
    .select(['output_bytes', 'duration_milliseconds'])
    .where('terminal_id', '=', id)
    .executeTakeFirst()
  const isNowOpen = isOpen(row.status)
  const viewing = (await parts.newestEntries([id], VIEWING_KINDS)).get(id)
  return {
    ...shown!,
    viewing: viewing === undefined ? null : { sequence: viewing },
    uid: row.uid,
    gid: row.gid,
    shell: row.shell,
    pid: row.pid,
    client: row.client,
    strict: row.strict,
    idleMinutes: row.idle_minutes,
    shellIntegration: row.shell_integration,
    recordedBytes: recording?.output_bytes ?? 0,
    recordedMilliseconds: recording?.duration_milliseconds ?? 0,
    share: await shareOf(parts, id),
    can: {
      attach: isNowOpen && mayAttach(actor, row),
      watch: isNowOpen && mayWatch(actor, row),
      close: isNowOpen && mayClose(actor, row),
      share: isNowOpen && mayAttach(actor, row) && !actor.bounds,
    },
  }
}

async function shareOf({ db, now }: TerminalParts, terminalId: string): Promise<TerminalDetail['share']> {
  const share = await db
    .selectFrom('terminal_share')
    .select(['id', 'read_only', 'password_hash', 'created_at', 'expires_at'])
    .where('terminal_id', '=', terminalId)
    .where('ended_at', 'is', null)
    .where('expires_at', '>', now())
    .executeTakeFirst()
  return share === undefined
    ? null
    : {
        id: share.id,
        readOnly: share.read_only,
        hasPassword: share.password_hash !== null,
        createdAt: share.created_at.toISOString(),
        expiresAt: share.expires_at.toISOString(),
      }
}

type ViewersAsk = z.output<(typeof terminalApi)['terminal.viewers']['in']>

/** Who is and was at a terminal that the reader sees. */
export async function listViewers({ db }: TerminalParts, read: Reader, { id, cursor, limit }: ViewersAsk) {
  await seenTerminal(read, id)
  const rows = await db
    .selectFrom('terminal_viewer')
    .selectAll()
    .where('terminal_id', '=', id)
    .$if(cursor !== undefined, (query) => query.where('id', '<', cursor!))
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute()
  const items = rows.slice(0, limit).map(
    (row): Viewer => ({
      id: row.id,
      mode: row.mode,
      name: row.name,
      personId: row.person_id,
      readOnly: row.read_only,
      remoteAddress: row.address,
      browser: row.browser,
      joinedAt: row.joined_at.toISOString(),
      leftAt: iso(row.left_at),
      leaveReason: row.leave_reason,
    }),
  )
  return { items, next: rows.length > limit ? items.at(-1)!.id : null }
}
