import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { Refused } from '../../../../base/web/client/refused.ts'
import { useUrlFilter } from '../../../../base/web/filters/use-url-filter.ts'
import { Actor } from '../../../../base/web/parts/Actor.tsx'
import { Bones } from '../../../../base/web/parts/Bones.tsx'
import { PageHead } from '../../../../base/web/parts/PageHead.tsx'
import { Plate } from '../../../../base/web/parts/Plate.tsx'
import { ReadError } from '../../../../base/web/parts/ReadError.tsx'
import { VisibleText } from '../../../../base/web/parts/VisibleText.tsx'
import { visible } from '../../../../base/web/parts/visible.ts'
import { When } from '../../../../base/web/parts/When.tsx'
import { NotFoundPage } from '../../../../base/web/shell/NotFoundPage.tsx'
import { count } from '../../../../base/web/time.ts'
import { useViewer } from '../../../../base/web/viewer.ts'
import type { RecordingInfo, RecordingState, RemovedStretch } from '../../common/recording.ts'
import { isOpen, type TerminalDetail } from '../../common/terminal.ts'
import { recordings, terminals } from '../client.ts'
import { Duration } from '../list/columns.tsx'
import { TerminalActions } from '../list/TerminalActions.tsx'
import { clientTypeWords } from '../list/terminal-status.ts'
import { terminalTitle } from '../terminal-title.ts'
import { webshLabel } from '../views.ts'
import { ExportMenu } from './ExportMenu.tsx'
import { RecordingTab } from './RecordingTab.tsx'
import { RecordTab } from './RecordTab.tsx'
import { timeOf } from './time-line.ts'
import { useCommands } from './use-commands.ts'
import './replay.css'

const stateWords: Record<RecordingState, readonly [words: string, className: string]> = {
  recording: ['Recording', 'tone-run'],
  complete: ['Durable', ''],
  interrupted: ['Interrupted', 'tone-wait'],
  broken: ['Broken', 'tone-fail'],
  removed: ['Removed', 'faint'],
}

/** What is missing at the end of a recording that did not end with its terminal. */
const endWords: Partial<Record<RecordingState, string>> = {
  interrupted:
    'The server or the agent was gone before this terminal ended: what was on its way then is lost. What is here was recorded and can be checked.',
  broken:
    'This recording could not be written any more: what happened after its end is not recorded. What is here can be checked; the log of the server says why it broke.',
}

/** One terminal of the record: its recording, and what was run. */
export function ReplayPage() {
  const { id = '' } = useParams({ strict: false }) as { id?: string }
  const { role } = useViewer()
  const [url, change] = useUrlFilter()
  const terminal = useQuery({
    ...terminals.ask('terminal.read', { id }),
    refetchInterval: ({ state }) =>
      state.data !== undefined && (isOpen(state.data.status) || state.data.entry === null) ? 5000 : false,
  })
  const info = useQuery({
    ...recordings.ask('recording.read', { id }),
    refetchInterval: ({ state }) => (state.data?.state === 'recording' ? 10_000 : false),
    enabled: terminal.data !== undefined,
  })
  const isLive = terminal.data !== undefined && isOpen(terminal.data.status)
  const commands = useCommands(id, isLive)
  const at = url['tab'] === 'record' ? 'Record' : 'Recording'
  const crumb = { label: webshLabel(role), to: '/audit/websh' }
  const { data, error } = terminal
  if (error instanceof Refused && (error.status === 404 || error.status === 400)) return <NotFoundPage />
  if (error !== null && data === undefined)
    return <ReadError what="This terminal" error={error} onAgain={() => void terminal.refetch()} />
  if (data === undefined)
    return (
      <>
        <PageHead title="Terminal" crumb={crumb} />
        <Bones label="The terminal" className="replay" />
      </>
    )
  const views = (['Recording', 'Record'] as const).map((label) => ({
    label,
    to: `/audit/websh/${id}`,
    search: { ...url, tab: label === 'Record' ? 'record' : undefined },
    current: label === at,
  }))
  return (
    <>
      <PageHead title={terminalTitle(data)} crumb={crumb} views={views} areParts>
        <span className="replay-do">
          <TerminalActions terminal={data} />
        </span>
        {info.data !== undefined && <ExportMenu id={id} />}
      </PageHead>
      <Meta terminal={data} info={info.data} />
      {info.data !== undefined && endWords[info.data.state] !== undefined && (
        <p className={`reach ${stateWords[info.data.state][1]}`} role="note">
          {endWords[info.data.state]}
        </p>
      )}
      {at === 'Record' ? (
        <RecordTab
          terminal={data}
          commands={commands}
          onOpen={({ seconds }) => change({ tab: undefined, t: String(seconds) })}
        />
      ) : info.error !== null && info.data === undefined ? (
        info.error instanceof Refused && info.error.status === 404 ? (
          <Plate kind="empty" title="There is no recording to see">
            <p>It never started, or its recording is not yours to see. Both look the same from here.</p>
          </Plate>
        ) : (
          <ReadError what="The recording" error={info.error} onAgain={() => void info.refetch()} />
        )
      ) : info.data === undefined ? (
        <Bones label="The recording" className="replay" />
      ) : info.data.state === 'removed' ? (
        <Plate kind="empty" title="The recording was removed">
          <Removals removed={info.data.removed} />
          <p>
            The hashes of its {count(info.data.segments)} segments stay in the journal, and what was run stays
            listed under Record. Exported as evidence, that can be checked.
          </p>
        </Plate>
      ) : (
        <RecordingTab
          key={id}
          terminal={data}
          info={info.data}
          commands={commands}
          first={timeOf(url['t'])}
          wanted={url['t']}
          find={url['find'] ?? ''}
          change={change}
        />
      )}
    </>
  )
}

/** When and why, each once. */
function Removals({ removed }: { removed: readonly RemovedStretch[] }) {
  const acts = [...new Map(removed.map((each) => [`${each.removedAt} ${each.why}`, each])).values()]
  acts.sort((one, other) => one.removedAt.localeCompare(other.removedAt))
  return acts.slice(-3).map(({ removedAt, why, fromOffset }) => (
    <p key={fromOffset}>
      <When at={removedAt} />: <VisibleText text={why} />.
    </p>
  ))
}

function Meta({ terminal, info }: { terminal: TerminalDetail; info: RecordingInfo | undefined }) {
  const [state, className] = info === undefined ? ['–', 'faint'] : stateWords[info.state]
  const isInPart = info !== undefined && info.segmentsRemoved > 0 && info.state !== 'removed'
  const words = isInPart ? 'Partly removed' : state
  const facts = [
    [
      'Operator',
      <Actor
        key="o"
        name={terminal.operator.name}
        kind={terminal.operator.kind}
        via={terminal.operator.via}
      />,
    ],
    [
      'Account',
      <VisibleText
        key="a"
        text={terminal.group === null ? (terminal.account ?? '–') : `${terminal.account} : ${terminal.group}`}
      />,
    ],
    [
      'Client',
      `${clientTypeWords[terminal.clientType]}${terminal.browser === null ? '' : `, ${visible(terminal.browser)}`}`,
    ],
    ['Remote IP', <VisibleText key="i" text={terminal.remoteAddress ?? '–'} className="num" />],
    ['Started', <When key="s" at={terminal.startedAt ?? terminal.openedAt} />],
    ['Duration', <Duration key="d" row={terminal} />],
    [
      'Recording',
      <span key="r" className={className}>
        {words}
      </span>,
    ],
  ] as const
  return (
    <div className="replay-meta">
      {facts.map(([name, value]) => (
        <div key={name}>
          <span className="faint">{name}</span>
          <span className="clip">{value}</span>
        </div>
      ))}
    </div>
  )
}
