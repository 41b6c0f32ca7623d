import { clientWords } from '../../../../base/web/client-words.ts'
import { SealMark } from '../../../../base/web/journal/SealMark.tsx'
import { Actor } from '../../../../base/web/parts/Actor.tsx'
import { Facts } from '../../../../base/web/parts/Facts.tsx'
import { To } from '../../../../base/web/parts/To.tsx'
import { VisibleText } from '../../../../base/web/parts/VisibleText.tsx'
import { visible } from '../../../../base/web/parts/visible.ts'
import { When } from '../../../../base/web/parts/When.tsx'
import { size } from '../../../../base/web/time.ts'
import { type TerminalDetail, terminalWords } from '../../common/terminal.ts'
import { Duration } from './columns.tsx'
import { clientTypeWords } from './terminal-status.ts'

/** Everything known of a terminal beside what happened in it. */
export function TerminalFacts({ terminal: row }: { terminal: TerminalDetail }) {
  return (
    <Facts
      of={[
        [
          'Server',
          row.serverId === null ? (
            <VisibleText text={row.serverName} />
          ) : (
            <To to="/servers" search={{ open: row.serverId }} className="link">
              <VisibleText text={row.serverName} />
            </To>
          ),
        ],
        ['Operator', <Actor name={row.operator.name} kind={row.operator.kind} via={row.operator.via} />],
        row.operator.via !== null && [
          'Through',
          <To to={`/tokens/${row.operator.via.id}`} className="link">
            <VisibleText text={`token ${row.operator.via.name}`} />
          </To>,
        ],
        row.workSession !== null && ['Work session', <VisibleText text={row.workSession.name} />],
        [
          'Account',
          row.account === null ? null : (
            <>
              <VisibleText text={row.group === null ? row.account : `${row.account} : ${row.group}`} />
              {row.uid !== null && (
                <span className="faint">
                  {' '}
                  uid {row.uid}
                  {row.gid !== null && `, gid ${row.gid}`}
                </span>
              )}
            </>
          ),
        ],
        [
          'Status',
          <>
            {terminalWords[row.status]}
            {row.exitCode !== null && (
              <span className={row.exitCode === 0 ? 'num dim' : 'num tone-fail'}>, exit {row.exitCode}</span>
            )}
            {row.signal !== null && (
              <span className="tone-fail">
                , by <VisibleText text={row.signal} />
              </span>
            )}
          </>,
        ],
        row.endReason !== null && ['Why', <VisibleText text={row.endReason} />],
        ['Duration', <Duration row={row} />],
        row.shell !== null && [
          'Shell',
          <>
            <VisibleText text={row.shell} className="mono" />
            {row.pid !== null && <span className="faint"> process {row.pid}</span>}
          </>,
        ],
        row.shellIntegration !== null && [
          'Commands',
          row.shellIntegration ? 'told by the shell and read from the screen' : 'read from the screen',
        ],
        [
          'Client',
          <span title={visible(row.client ?? '')}>
            {clientTypeWords[row.clientType]}
            {row.browser !== null ? (
              <>
                , <VisibleText text={row.browser} />
              </>
            ) : (
              row.client !== null && `, ${clientWords(row.client)}`
            )}
          </span>,
        ],
        row.remoteAddress !== null && ['Remote IP', <VisibleText text={row.remoteAddress} className="num" />],
        ['Opened', <When at={row.openedAt} whole />],
        row.endedAt !== null && ['Ended', <When at={row.endedAt} whole />],
        [
          'Recording',
          <span className="num">
            {size(row.recordedBytes)}
            {row.strict && <span className="dim">, strict: nothing is shown before it is kept</span>}
          </span>,
        ],
        ['Record', <SealMark sequence={row.entry?.sequence ?? null} subjectId={row.id} />],
        row.viewing !== null && [
          'Last viewing',
          <SealMark sequence={row.viewing.sequence} subjectId={row.id} />,
        ],
      ]}
    />
  )
}
