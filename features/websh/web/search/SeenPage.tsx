import { Button } from '@mantine/core'
import { useQueries } from '@tanstack/react-query'
import { useList } from '../../../../base/web/client/use-list.ts'
import { FilterBar } from '../../../../base/web/filters/FilterBar.tsx'
import { Today } from '../../../../base/web/filters/Today.tsx'
import { useUrlFilter } from '../../../../base/web/filters/use-url-filter.ts'
import { Bones } from '../../../../base/web/parts/Bones.tsx'
import { Plate } from '../../../../base/web/parts/Plate.tsx'
import { ReadError } from '../../../../base/web/parts/ReadError.tsx'
import { To } from '../../../../base/web/parts/To.tsx'
import { VisibleText } from '../../../../base/web/parts/VisibleText.tsx'
import { When } from '../../../../base/web/parts/When.tsx'
import { allWords, count, size } from '../../../../base/web/time.ts'
import type { RecordingHit } from '../../common/recording.ts'
import type { TerminalDetail } from '../../common/terminal.ts'
import { recordings, terminals } from '../client.ts'
import { WebshHead } from '../list/WebshHead.tsx'
import { terminalTitle } from '../terminal-title.ts'
import '../../../../base/web/table/table.css'
import '../list/websh.css'
import { position } from '../replay/clock-words.ts'
import { NotSearched } from './NotSearched.tsx'

/** Which terminals showed this text? */
export function SeenPage() {
  const [url, change] = useUrlFilter()
  const text = (url['text'] ?? '').slice(0, 200)
  return (
    <>
      <WebshHead at="Seen on screen" />
      <FilterBar
        search="A text that was on a screen"
        text={text}
        onText={(words) => change({ text: words === '' ? undefined : words })}
      />
      {text === '' ? (
        <Plate kind="empty" title="Which terminals showed this text?">
          <p>
            Lines are searched as they stood on the screen, however the bytes came: a word that was split by
            colours or typed letter by letter is found. What was typed without an echo is in no index.
          </p>
        </Plate>
      ) : (
        <Hits key={text} text={text} />
      )}
    </>
  )
}

function Hits({ text }: { text: string }) {
  const list = useList(['recording.search', { text }], (cursor, signal) =>
    recordings.read('recording.search', { text, ...cursor }, signal).then((page) => {
      return { items: [page], next: page.next }
    }),
  )
  const pages = list.rows ?? []
  const hits = pages.flatMap(({ items }) => items)
  const ids = [...new Set(hits.map(({ terminalId }) => terminalId))]
  const about = useQueries({
    queries: ids.map((id) => ({ ...terminals.ask('terminal.read', { id }), staleTime: 60_000 })),
  })
  const terminalOf = new Map(ids.map((id, index) => [id, about[index]?.data]))
  if (list.error !== null) return <ReadError what="The search" error={list.error} onAgain={list.again} />
  if (list.isPending) return <Bones label="Moments" className="found-list" />
  const isBehind = (pages[0]?.behind.recordings ?? 0) > 0
  return (
    <>
      <p className="reach" role="status">
        {pages[0] !== undefined && <Reach page={pages[0]} onAgain={list.again} />}
        <Today />
      </p>
      {pages[0] && <NotSearched gaps={pages[0].gaps} hasMore={pages[0].hasMoreGaps} />}
      {hits.length === 0 ? (
        <Plate kind="empty" title="No terminal showed this">
          <p>
            <code>
              <VisibleText text={text} />
            </code>{' '}
            stood on no screen you may see
            {isBehind && ', in what was read so far'}
            {pages[0] !== undefined && pages[0].gaps.length > 0 && ', as far as it was searched'}.
          </p>
        </Plate>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        <section className="found-list" aria-label="Moments, scrolls" tabIndex={0}>
          {hits.map((hit, index) => (
            <Hit
              key={`${hit.terminalId} ${hit.seconds} ${hit.row} ${index}`}
              hit={hit}
              text={text}
              terminal={terminalOf.get(hit.terminalId)}
            />
          ))}
          <div className="band end-of-list">
            {list.more.has ? (
              <Button variant="subtle" loading={list.more.busy} onClick={list.more.load}>
                Older
              </Button>
            ) : (
              allWords(hits.length, 'moment')
            )}
          </div>
        </section>
      )}
    </>
  )
}

type Found = Awaited<ReturnType<typeof recordings.read<'recording.search'>>>

/** How far the search goes. */
function Reach({ page, onAgain }: { page: Pick<Found, 'indexedTo' | 'behind'>; onAgain: () => void }) {
  const { recordings: number, bytes } = page.behind
  if (number === 0)
    return (
      <>
        Everything that was recorded before{' '}
        <b>
          <When at={page.indexedTo} />
        </b>{' '}
        was searched.
      </>
    )
  return (
    <>
      <b>
        {count(number)} {number === 1 ? 'recording is' : 'recordings are'} still being read
      </b>
      , {size(bytes)} to go: what is missing here may be in there.{' '}
      <Button variant="subtle" size="compact-xs" onClick={onAgain}>
        Search again
      </Button>
    </>
  )
}

interface HitProps {
  readonly hit: RecordingHit
  readonly text: string
  readonly terminal: TerminalDetail | undefined
}

function Hit({ hit, text, terminal }: HitProps) {
  const began = terminal?.startedAt ?? terminal?.openedAt
  return (
    <To
      to={`/audit/websh/${hit.terminalId}`}
      search={{ t: String(hit.seconds), find: text }}
      className="found"
    >
      <span className="clip">
        {terminal === undefined ? (
          ''
        ) : (
          <>
            {terminalTitle(terminal)}{' '}
            <span className="faint">
              <VisibleText text={terminal.operator.name} />
            </span>
          </>
        )}
      </span>
      <code>
        <VisibleText text={hit.snippet} hit={text} />
      </code>
      <span className="when-in num faint">
        {began === undefined ? (
          position(hit.seconds * 1000)
        ) : (
          <When at={new Date(Date.parse(began) + hit.seconds * 1000).toISOString()} />
        )}
      </span>
    </To>
  )
}
