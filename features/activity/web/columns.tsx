import { Actor } from '../../../base/web/parts/Actor.tsx'
import { Status } from '../../../base/web/parts/Glyph.tsx'
import { SealGlyph } from '../../../base/web/parts/SealGlyph.tsx'
import { VisibleText } from '../../../base/web/parts/VisibleText.tsx'
import { When } from '../../../base/web/parts/When.tsx'
import type { Column, PhoneRow } from '../../../base/web/table/column.ts'
import { count } from '../../../base/web/time.ts'
import type { ActivityRow } from '../common/activity.ts'
import { resultOf } from './result-looks.ts'

export function User({ row }: { row: ActivityRow }) {
  const { user, credential } = row
  if (user.kind === 'anonymous') return <span className="faint">not signed in</span>
  return <Actor name={user.name} kind={user.kind} via={credential} />
}

function Result({ row }: { row: ActivityRow }) {
  const { glyph, tone } = resultOf(row)
  return <Status glyph={glyph} tone={tone} word={String(row.status)} />
}

export const objectWords = ({ object }: ActivityRow): string =>
  object === null ? '–' : `${object.kind} ${object.name ?? object.id.slice(-12)}`

/** What the other columns do not say already: why it was refused, or the sentence without who did it. */
export function detailWords({ kind, details, sentence, user, times }: ActivityRow): string {
  const why = kind === 'request.denied' ? details?.['why'] : kind === 'request.failed' && details?.['message']
  if (typeof why === 'string' && why !== '')
    return times > 1 ? `${count(times)} more like the ones before: ${why}` : why
  const rest = sentence.startsWith(`${user.name} `) ? sentence.slice(user.name.length + 1) : sentence
  return rest.charAt(0).toUpperCase() + rest.slice(1)
}

/** @param text the search, marked where it was found */
export const activityColumns = (text: string | undefined): readonly Column<ActivityRow>[] => [
  { id: 'user', head: 'User', width: '150px', fixed: true, cell: (row) => <User row={row} /> },
  {
    id: 'action',
    head: 'Action',
    width: '168px',
    fixed: true,
    cell: (row) => <VisibleText text={row.action} className="mono clip block" hit={text} />,
  },
  {
    id: 'object',
    head: 'Object',
    width: 'minmax(110px, 0.8fr)',
    from: 'medium',
    cell: (row) => <VisibleText text={objectWords(row)} className="clip block" hit={text} />,
  },
  { id: 'result', head: 'Result', width: '64px', cell: (row) => <Result row={row} /> },
  {
    id: 'ip',
    head: 'IP',
    width: '116px',
    from: 'medium',
    cell: (row) => (
      <span className="clip block num">
        <VisibleText text={row.address || '–'} hit={text} />
        {row.newAddress && <span className="tone-wait"> new</span>}
      </span>
    ),
  },
  {
    id: 'details',
    head: 'Details',
    width: 'minmax(180px, 2fr)',
    cell: (row) => (
      <span className="clip block">
        <VisibleText text={detailWords(row)} hit={text} />
      </span>
    ),
  },
  {
    id: 'date',
    head: 'Date',
    width: '116px',
    end: true,
    sorted: 'descending',
    cell: (row) => <When at={row.at} />,
  },
  { id: 'record', head: 'Record', width: '14px', cell: () => <SealGlyph state="sealed" /> },
]

export function phoneRow(row: ActivityRow): PhoneRow {
  const { glyph, tone, word } = resultOf(row)
  return {
    glyph,
    tone,
    title: <VisibleText text={row.sentence} />,
    under: [`${row.status} ${word}`, <VisibleText key="action" text={row.action} className="mono" />],
    end: <When at={row.at} />,
  }
}
