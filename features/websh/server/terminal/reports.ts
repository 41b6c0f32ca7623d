import type { Transaction } from 'kysely'
import type { z } from 'zod'
import type { Database } from '../../../../base/server/database.ts'
import type { ArrivedReport, ReportBatch, ReportHandler } from '../../../../wire/server/agent-link.ts'
import { TerminalReports } from '../../common/wire.ts'
import type { LiveTerminals } from './live-terminals.ts'
import type { TerminalParts } from './parts.ts'
import { shareEndsWith } from './share/end-share.ts'
import { aboutRow, operatorOf, type Row } from './terminal-row.ts'

type Tx = Transaction<Database>
type Kind = keyof typeof TerminalReports
type Of<K extends Kind> = ArrivedReport<z.infer<(typeof TerminalReports)[K]>>

/** What agents tell of terminals: started, failed, ended. Each changes one row, once. */
export function terminalReports(parts: TerminalParts, live: LiveTerminals): ReportHandler<Tx> {
  const handle: { readonly [K in Kind]: (report: Of<K>, batch: ReportBatch<Tx>) => Promise<void> } = {
    'terminal.started': async (report, { tx, afterCommit }) => {
      const { terminalId, account, group, uid, gid, shell, pid, shellIntegration } = report.body
      const row = await tx
        .updateTable('terminal')
        .set({ status: 'live', started_at: report.at, account, os_group: group, uid, gid, shell, pid })
        .set({
          shell_integration: shellIntegration,
          agent_run: parts.links.of(report.serverId)?.runId ?? null,
        })
        .where('id', '=', terminalId)
        .where('server_id', '=', report.serverId)
        .where('status', '=', 'opening')
        .returningAll()
        .executeTakeFirst()
      if (row === undefined) {
        // It was given up meanwhile: nobody waits for it any more.
        afterCommit(() =>
          live.end({ id: terminalId, server_id: report.serverId }, 'It came too late: nobody waits for it.'),
        )
        return
      }
      await tx
        .updateTable('recording')
        .set({ started_at: report.at })
        .where('terminal_id', '=', terminalId)
        .execute()
      await entry(row, report, tx, 'terminal.started', { account, group, uid, gid, shell, pid })
      afterCommit(() => {
        void live.of(row.id).then((terminal) => terminal?.started(row, parts.links.of(report.serverId)))
      })
    },
    'terminal.failed': async (report, { tx, afterCommit }) => {
      const row = await ended(tx, report, ['opening'], { status: 'failed', end_reason: report.body.why })
      if (row === undefined) return
      await entry(row, report, tx, 'terminal.failed', { account: row.account, why: report.body.why })
      await shareEndsWith(parts, tx, row, report.at)
      afterCommit(() => void live.over(row, false))
    },
    'terminal.ended': async (report, { tx, afterCommit }) => {
      const { how, exitCode, signal, reason, elapsedMilliseconds } = report.body
      const row = await ended(tx, report, ['opening', 'live'], {
        status: how,
        exit_code: exitCode,
        signal,
        end_reason: reason,
      })
      if (row === undefined) return
      const since = row.started_at && report.at.getTime() - row.started_at.getTime()
      const milliseconds = elapsedMilliseconds ?? since
      await entry(row, report, tx, 'terminal.ended', {
        account: row.account,
        how,
        exitCode,
        signal,
        why: reason,
        durationSeconds: milliseconds === null ? null : milliseconds / 1000,
      })
      await shareEndsWith(parts, tx, row, report.at)
      afterCommit(() => void live.over(row, how === 'interrupted'))
    },
  }

  const ended = (
    tx: Tx,
    report: ArrivedReport<{ terminalId: string }>,
    from: Row['status'][],
    end: Pick<Row, 'status'> & Partial<Row>,
  ) =>
    tx
      .updateTable('terminal')
      .set({ ...end, ended_at: report.at })
      .where('id', '=', report.body.terminalId)
      .where('server_id', '=', report.serverId)
      .where('status', 'in', from)
      .returningAll()
      .executeTakeFirst()

  const entry = (row: Row, report: ArrivedReport, tx: Tx, kind: string, data: object) =>
    parts.writeEntry(tx, { kind, at: report.at, actor: operatorOf(row), ...aboutRow(row), data })

  return {
    kinds: TerminalReports,
    store: async (reports, batch) => {
      for (const report of reports)
        await (handle[report.kind as Kind] as (r: ArrivedReport, b: ReportBatch<Tx>) => Promise<void>)(
          report,
          batch,
        )
      batch.afterCommit(() => parts.sealSoon())
    },
  }
}
