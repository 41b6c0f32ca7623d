import type { Transaction } from 'kysely'
import { newId } from '../../../base/common/id.ts'
import type { Database } from '../../../base/server/database.ts'
import type { Entry } from '../../../base/server/journal/entry.ts'
import type { Parts } from '../../../base/server/parts.ts'
import { CheckpointAlarmReport } from '../../../wire/common/messages.ts'
import { type ArrivedReport, HOLE, type ReportHandler } from '../../../wire/server/agent-link.ts'
import { LostReports } from '../../../wire/server/hole.ts'
import { serverEvents } from '../common/events.ts'

const ALARM = 'checkpoint.alarm'

/** Holes become rows and entries; a refused checkpoint an entry and a mark on the server. */
export function agentReports({ writeEntries, sealSoon, bus }: Parts): ReportHandler<Transaction<Database>> {
  return {
    kinds: { [HOLE]: LostReports, [ALARM]: CheckpointAlarmReport },
    async store(reports, { tx, now, afterCommit }) {
      const holes = reports.filter(({ kind }) => kind === HOLE) as ArrivedReport<LostReports>[]
      const alarms = reports.filter(({ kind }) => kind === ALARM) as ArrivedReport<CheckpointAlarmReport>[]
      const rows = holes.map(({ serverId, serverName, from, n, body }) => ({
        id: newId(now.getTime()),
        server_id: serverId,
        server_name: serverName,
        from_number: from,
        to_number: n,
        since: body.since === null ? null : new Date(body.since),
        until: body.until === null ? null : new Date(body.until),
        state: body.state,
        why: body.why,
        found_at: now,
      }))
      if (rows.length > 0) await tx.insertInto('server_hole').values(rows).execute()
      for (const { serverId, body } of alarms)
        await tx
          .updateTable('server_link')
          .set({ checkpoint_alarm: body.why })
          .where('server_id', '=', serverId)
          .execute()
      await writeEntries(tx, [
        ...holes.map((hole) =>
          entry('server.reports_lost', hole, { ...hole.body, from: hole.from, to: hole.n }),
        ),
        ...alarms.map((alarm) => entry('server.checkpoint_refused', alarm, alarm.body)),
      ])
      afterCommit(() => {
        sealSoon()
        for (const { serverId } of reports) bus.publish('server', serverId)
      })
    },
  }
}

function entry(kind: keyof typeof serverEvents, report: ArrivedReport, data: unknown): Entry {
  const { agentId, serverId, serverName, at } = report
  return {
    kind,
    at,
    actor: { id: agentId, name: serverName, kind: 'agent' },
    server: { id: serverId, name: serverName },
    subject: { kind: 'server', id: serverId, name: serverName },
    data: serverEvents[kind].data.parse(data),
  }
}
