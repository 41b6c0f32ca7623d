import { useQuery } from '@tanstack/react-query'
import { asRefused } from '../../../base/web/client/refused.ts'
import { clientWords } from '../../../base/web/client-words.ts'
import { SealMark } from '../../../base/web/journal/SealMark.tsx'
import { Facts } from '../../../base/web/parts/Facts.tsx'
import { VisibleText } from '../../../base/web/parts/VisibleText.tsx'
import { visible } from '../../../base/web/parts/visible.ts'
import { When } from '../../../base/web/parts/When.tsx'
import { count } from '../../../base/web/time.ts'
import type { ActivityRow, ActivityDetail as Detail } from '../common/activity.ts'
import { Changes, changesOf, fieldWords, words } from './Changes.tsx'
import { activity } from './client.ts'
import { objectWords, User } from './columns.tsx'
import { resultOf } from './result-looks.ts'
import './activity.css'

/** A request: what it said and changed, and where it came from. */
export function ActivityDetail({ row }: { row: ActivityRow }) {
  const { data, error } = useQuery(activity.ask('activity.read', { id: row.id }))
  return (
    <div className="detail-body">
      <div className="sheet">
        <div className="sheet-head">
          <span>What happened</span>
          <span className="faint">
            {count(row.entries)} {row.entries === 1 ? 'entry' : 'entries'}
          </span>
        </div>
        {error !== null && data === undefined ? (
          <p className="tone-fail" role="alert">
            <VisibleText text={asRefused(error).message} />
          </p>
        ) : data === undefined ? (
          <div className="detail-room" aria-busy="true" />
        ) : (
          <Entries of={data} />
        )}
      </div>
      <div className="detail-side">
        <Request row={row} />
      </div>
    </div>
  )
}

function Entries({ of }: { of: Detail }) {
  const left = of.entries - of.all.length
  return (
    <>
      {of.all.map(({ sequence, sentence, data }) => (
        <div className="act-entry" key={sequence}>
          <p>
            <VisibleText text={sentence} />
          </p>
          <Said data={data} />
        </div>
      ))}
      {left > 0 && <p className="dim">And {count(left)} more; the Verify page has them all.</p>}
    </>
  )
}

/** What an entry says beside its sentence. */
function Said({ data }: { data: Readonly<Record<string, unknown>> }) {
  const changes = changesOf(data)
  const others = Object.entries(data).filter(([name]) => changes === undefined || name !== 'changed')
  return (
    <>
      {others.length > 0 && (
        <Facts
          of={others.map(
            ([name, value]) => [fieldWords(name), <VisibleText key={name} text={words(value)} />] as const,
          )}
        />
      )}
      {changes !== undefined && changes.length > 0 && <Changes of={changes} />}
    </>
  )
}

function Request({ row }: { row: ActivityRow }) {
  const { glyph: _, word } = resultOf(row)
  return (
    <Facts
      of={[
        ['User', <User row={row} />],
        [
          'Action',
          <code>
            <VisibleText text={row.action} />
          </code>,
        ],
        ['Event', <VisibleText text={row.title} />],
        row.object !== null && [
          'Object',
          <span title={visible(row.object.id)}>
            <VisibleText text={objectWords(row)} />
          </span>,
        ],
        row.server !== null && ['Server', <VisibleText text={row.server.name} />],
        [
          'Result',
          <span className={row.status >= 400 ? 'num tone-fail' : 'num'}>{`${row.status} ${word}`}</span>,
        ],
        row.times > 1 && ['Requests', <span className="num">{count(row.times)}</span>],
        row.address !== '' && [
          'IP',
          <span className="num">
            <VisibleText text={row.address} />
            {row.newAddress && <span className="tone-wait"> never seen of this user before</span>}
          </span>,
        ],
        row.client !== '' && [
          'Client',
          <span title={visible(row.client)}>
            <VisibleText text={clientWords(row.client) ?? row.client} />
          </span>,
        ],
        [
          'Request',
          <code>
            <VisibleText text={row.requestId} />
          </code>,
        ],
        ['Date', <When at={row.at} whole />],
        ['Record', <SealMark sequence={row.id} subjectId={row.subjectId} />],
      ]}
    />
  )
}
