import { Button } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useEffect, useMemo, useState } from 'react'
import { Today } from '../filters/Today.tsx'
import { useUrlFilter } from '../filters/use-url-filter.ts'
import { Actor } from '../parts/Actor.tsx'
import { ReadError } from '../parts/ReadError.tsx'
import { SealGlyph } from '../parts/SealGlyph.tsx'
import { VisibleText } from '../parts/VisibleText.tsx'
import { When } from '../parts/When.tsx'
import type { Column, Line } from '../table/column.ts'
import { RecordTable } from '../table/RecordTable.tsx'
import { Skeleton } from '../table/Skeleton.tsx'
import { count } from '../time.ts'
import { EntryDetail } from './EntryDetail.tsx'
import { entriesBefore, type JournalEntry } from './entries-before.ts'

interface Body {
  readonly actor?: {
    readonly name: string
    readonly kind: 'person' | 'token' | 'agent' | 'system'
    readonly via?: { readonly name: string }
  }
  readonly server?: { readonly name: string }
  readonly subject?: { readonly kind: string; readonly name?: string; readonly id: string }
}
const bodyOf = (row: JournalEntry) => row.entry as Body
const subjectOf = (row: JournalEntry) => {
  const { subject } = bodyOf(row)
  return subject === undefined ? '' : `${subject.kind} ${subject.name ?? subject.id}`
}

const columns: readonly Column<JournalEntry>[] = [
  {
    id: 'number',
    head: 'Number',
    width: '84px',
    fixed: true,
    cell: (row) => <span className="num">#{count(row.sequence)}</span>,
  },
  {
    id: 'kind',
    head: 'What happened',
    width: 'minmax(150px, 1fr)',
    fixed: true,
    cell: (row) => <VisibleText text={row.kind} className="mono clip block" />,
  },
  {
    id: 'subject',
    head: 'About',
    width: 'minmax(120px, 1.6fr)',
    cell: (row) => <VisibleText text={subjectOf(row)} className="clip block" />,
  },
  {
    id: 'server',
    head: 'Server',
    width: '140px',
    from: 'medium',
    cell: (row) => <VisibleText text={bodyOf(row).server?.name ?? '–'} className="clip block faint" />,
  },
  {
    id: 'actor',
    head: 'By',
    width: '150px',
    cell: (row) => {
      const { name = '–', kind = 'system', via } = bodyOf(row).actor ?? {}
      return <Actor name={name} kind={kind} via={via} />
    },
  },
  {
    id: 'date',
    head: 'Date',
    width: '132px',
    end: true,
    sorted: 'descending',
    cell: (row) => <When at={row.at} />,
  },
  { id: 'record', head: 'Record', width: '14px', fixed: true, cell: () => <SealGlyph state="sealed" /> },
]

const idOf = (row: JournalEntry) => String(row.sequence)

interface Props {
  readonly mine: boolean
  /** Entries in the journal as last checked. */
  readonly size: number | undefined
}

/** The journal itself, newest first: for administrators and auditors all of it, for members what they did. */
export function EntriesTable({ mine, size }: Props) {
  const [filter, change] = useUrlFilter()
  // What is shown stands still; a longer journal waits behind a button.
  const [top, setTop] = useState(size)
  useEffect(() => setTop((shown) => shown ?? size), [size])
  const { data, error, isPending, isFetchingNextPage, hasNextPage, fetchNextPage, refetch } =
    useInfiniteQuery({
      queryKey: ['journal.entries', top],
      queryFn: ({ pageParam, signal }) => entriesBefore(pageParam, signal),
      initialPageParam: top ?? 0,
      getNextPageParam: (last) => last.next,
      enabled: top !== undefined,
      staleTime: Number.POSITIVE_INFINITY,
    })
  const lines = useMemo(
    () =>
      data?.pages.flatMap(({ items }) => items).map((row): Line<JournalEntry> => ({ kind: 'row', row })) ??
      [],
    [data],
  )
  const label = mine ? 'My entries' : 'Entries'
  const waiting = size !== undefined && top !== undefined ? size - top : 0
  if (error !== null) return <ReadError what="The journal" error={error} onAgain={() => void refetch()} />
  return (
    <>
      <div className="section-bar">
        <h2>{label}</h2>
        {size !== undefined && <span className="faint num">{count(size)} in the journal</span>}
        {waiting > 0 && (
          <Button size="compact-xs" variant="subtle" onClick={() => setTop(size)}>
            {count(waiting)} new
          </Button>
        )}
        <Today />
      </div>
      {isPending ? (
        <Skeleton name="entries" label={label} columns={columns} />
      ) : (
        <RecordTable
          name="entries"
          label={label}
          columns={columns}
          lines={lines}
          idOf={idOf}
          titleOf={(row) => `entry ${row.sequence}`}
          openId={filter['entry'] ?? null}
          onOpen={(id) => change({ entry: id ?? undefined })}
          detail={(row) => <EntryDetail entry={row} />}
          phone={(row) => ({
            glyph: 'check',
            tone: 'quiet',
            title: <VisibleText text={row.kind} className="mono" />,
            under: [`#${count(row.sequence)}`, <VisibleText key="s" text={subjectOf(row)} />],
            end: <When at={row.at} />,
          })}
          more={{ has: hasNextPage, busy: isFetchingNextPage, load: () => void fetchNextPage() }}
          foot={hasNextPage ? undefined : 'The first entry of the journal'}
        />
      )}
    </>
  )
}
