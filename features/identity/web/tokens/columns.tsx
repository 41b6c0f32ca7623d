import { Actor } from '../../../../base/web/parts/Actor.tsx'
import { Status } from '../../../../base/web/parts/Glyph.tsx'
import { VisibleText } from '../../../../base/web/parts/VisibleText.tsx'
import { When } from '../../../../base/web/parts/When.tsx'
import type { Column, PhoneRow } from '../../../../base/web/table/column.ts'
import { fullDay } from '../../../../base/web/time.ts'
import { useZone } from '../../../../base/web/use-clock.ts'
import type { Token } from '../../common/token.ts'
import { boundsWords, kindWords, tokenLooks } from './token-looks.ts'

/** An end is weeks away: the day is enough, the opened row has the rest. */
function Day({ at }: { readonly at: string }) {
  const words = fullDay(Date.parse(at), useZone()).replace(/^\w+ /, '')
  return (
    <time className="num" dateTime={at}>
      {words}
    </time>
  )
}

const never = <span className="faint">never</span>

const all: readonly Column<Token>[] = [
  {
    id: 'name',
    head: 'Token',
    width: 'minmax(110px, 1.2fr)',
    fixed: true,
    cell: (row) => <VisibleText text={row.name} className="clip block" />,
  },
  {
    id: 'whose',
    head: 'Whose',
    width: '120px',
    cell: (row) =>
      row.person === null ? (
        <span className="faint">its own</span>
      ) : (
        <Actor name={row.person.name} kind="person" />
      ),
  },
  { id: 'kind', head: 'Kind', width: '68px', from: 'medium', cell: (row) => kindWords[row.kind] },
  {
    id: 'scopes',
    head: 'Scopes',
    width: 'minmax(90px, 1fr)',
    cell: (row) => <VisibleText text={row.scopes.join(', ') || 'none'} className="mono clip block" />,
  },
  {
    id: 'bounds',
    head: 'Bounds',
    width: 'minmax(90px, 1.1fr)',
    from: 'medium',
    cell: (row) => <span className="clip block">{boundsWords(row)}</span>,
  },
  { id: 'state', head: 'State', width: '98px', cell: (row) => <Status {...tokenLooks[row.state]} /> },
  {
    id: 'used',
    head: 'Last used',
    width: '108px',
    end: true,
    cell: (row) => (row.lastUsedAt === null ? never : <When at={row.lastUsedAt} />),
  },
  {
    id: 'address',
    head: 'From',
    width: '96px',
    from: 'wide',
    cell: (row) => <span className="mono clip block">{row.lastUsedAddress ?? '–'}</span>,
  },
  {
    id: 'ends',
    head: 'Ends',
    width: '108px',
    end: true,
    from: 'medium',
    cell: (row) => (row.expiresAt === null ? never : <Day at={row.expiresAt} />),
  },
]

/** One's own list does not say whose they are. */
export const tokenColumns = (own: boolean) => (own ? all.filter(({ id }) => id !== 'whose') : all)

export const phoneRow = (row: Token): PhoneRow => ({
  glyph: tokenLooks[row.state].glyph,
  tone: tokenLooks[row.state].tone,
  title: <VisibleText text={row.name} />,
  under: [tokenLooks[row.state].word, <VisibleText key="whose" text={row.person?.name ?? 'service'} />],
  end: row.lastUsedAt === null ? 'never used' : <When at={row.lastUsedAt} relative />,
})
