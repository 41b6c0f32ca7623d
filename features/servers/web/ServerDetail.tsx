import { useQuery } from '@tanstack/react-query'
import { asRefused } from '../../../base/web/client/refused.ts'
import { Facts } from '../../../base/web/parts/Facts.tsx'
import { Status } from '../../../base/web/parts/Glyph.tsx'
import { To } from '../../../base/web/parts/To.tsx'
import { VisibleText } from '../../../base/web/parts/VisibleText.tsx'
import { When } from '../../../base/web/parts/When.tsx'
import { count, countOf } from '../../../base/web/time.ts'
import { useViewer } from '../../../base/web/viewer.ts'
import type { Server } from '../common/server.ts'
import { servers } from './client.ts'
import { linkLooks } from './link-state.ts'
import { MachineFacts } from './MachineFacts.tsx'
import { ServerActions } from './ServerActions.tsx'

/** A server: its link and what its agent says about the machine. */
export function ServerDetail({ server }: { server: Server }) {
  const { role } = useViewer()
  const { data, error } = useQuery(servers.ask('server.read', { id: server.id }))
  const offset = server.clockOffsetMilliseconds
  return (
    <>
      {server.checkpointAlarm !== null && (
        <p className="server-alarm" role="alert">
          <b>This server’s agent refused a checkpoint.</b> <VisibleText text={server.checkpointAlarm} />
        </p>
      )}
      <div className="detail-body even">
        <Facts
          of={[
            ['Link', <Status {...linkLooks[server.link]} />],
            ['Last heard', server.heardAt === null ? 'never' : <When at={server.heardAt} whole />],
            [
              'Complete to',
              server.completeTo === null ? 'nothing has arrived yet' : <When at={server.completeTo} whole />,
            ],
            server.queue !== null && [
              'Waiting there',
              server.queue.reports === 0 ? (
                'nothing'
              ) : (
                <span className="tone-wait">{count(server.queue.reports)} reports</span>
              ),
            ],
            offset !== null && [
              'Clock',
              Math.abs(offset) < 100
                ? 'agrees with the server’s'
                : `${(Math.abs(offset) / 1000).toFixed(1)} s ${offset > 0 ? 'behind' : 'ahead'}`,
            ],
            [
              'Agent',
              <>
                <VisibleText text={server.agentVersion ?? 'unknown version'} />
                {server.protocolVersion !== null && `, protocol ${server.protocolVersion}`}
              </>,
            ],
            [
              'Checkpoint kept',
              server.checkpointSize === null ? (
                'none yet'
              ) : (
                <span className="num">{countOf(server.checkpointSize, 'entry', 'entries')}</span>
              ),
            ],
            ['Enrolled', <When at={server.enrolledAt} whole />],
            [
              'Groups',
              <VisibleText text={server.groups.map(({ name }) => name).join(', ') || 'in no group'} />,
            ],
            [
              'Record',
              <To to="/commands" search={{ serverId: server.id }} className="link">
                Commands on this server
              </To>,
            ],
          ]}
        />
        {error !== null ? (
          <p className="tone-fail" role="alert">
            <VisibleText text={asRefused(error).message} />
          </p>
        ) : (
          <MachineFacts facts={data?.facts ?? null} at={data?.factsAt ?? null} isRead={data !== undefined} />
        )}
      </div>
      {role === 'admin' && <ServerActions server={server} />}
    </>
  )
}
