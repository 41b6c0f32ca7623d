import { ActionIcon, Button, Tooltip } from '@mantine/core'
import { IconCopy, IconSearch, IconShare, IconX } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { type ReactNode, useMemo, useState } from 'react'
import { tell } from '../../../../base/web/client/http.ts'
import { Refused } from '../../../../base/web/client/refused.ts'
import { PageHead } from '../../../../base/web/parts/PageHead.tsx'
import { Plate } from '../../../../base/web/parts/Plate.tsx'
import { ReadError } from '../../../../base/web/parts/ReadError.tsx'
import { useGo } from '../../../../base/web/parts/use-go.ts'
import { VisibleText } from '../../../../base/web/parts/VisibleText.tsx'
import { NotFoundPage } from '../../../../base/web/shell/NotFoundPage.tsx'
import { useTier, useZone } from '../../../../base/web/use-clock.ts'
import { isOpen, type TerminalDetail } from '../../common/terminal.ts'
import { terminals } from '../client.ts'
import { terminalTitle } from '../terminal-title.ts'
import { CloseDialog } from './CloseDialog.tsx'
import { FindBar } from './FindBar.tsx'
import { LiveScreen, useLive, useLiveView } from './LiveScreen.tsx'
import type { LiveView } from './live-view.ts'
import { PassingNotices } from './PassingNotices.tsx'
import { People } from './People.tsx'
import { ShareDialog } from './ShareDialog.tsx'
import { BrokenNotice, exitWords, LinkWord } from './StateLine.tsx'

const AGAIN_MILLISECONDS = 15_000

/** One terminal: one's own to work in, another's to watch. */
export function TerminalPage() {
  const { id = '' } = useParams({ strict: false }) as { id?: string }
  const { data, error, refetch } = useQuery({
    ...terminals.ask('terminal.read', { id }),
    // A share ends by itself.
    refetchInterval: ({ state }) => (state.data && isOpen(state.data.status) ? AGAIN_MILLISECONDS : false),
  })
  // Whether one comes as owner or to watch is settled when the page opens.
  const mode = data === undefined ? undefined : data.can.attach ? 'own' : data.can.watch ? 'watch' : 'none'
  const [entered, setEntered] = useState<'own' | 'watch' | null>(null)
  if (entered === null && (mode === 'own' || mode === 'watch') && data && isOpen(data.status))
    setEntered(mode)
  const admit = useMemo(
    () => async (attempt: number) => {
      if (entered === 'watch') {
        const { ticket } = (await tell('terminal.watch', { id })) as { ticket: string }
        return { id, ticket }
      }
      // A socket that is refused says no reason; reading the terminal does.
      if (attempt > 0) await terminals.read('terminal.read', { id })
      return { id }
    },
    [id, entered],
  )
  const view = useLiveView(entered === null ? null : { admit, fits: entered === 'own' }, `${id} ${entered}`)
  if (error instanceof Refused && (error.status === 404 || error.status === 400)) return <NotFoundPage />
  if (error !== null && data === undefined)
    return <ReadError what="This terminal" error={error} onAgain={() => void refetch()} />
  if (data !== undefined && entered === null) return <NotLive terminal={data} />
  return view === null || data === undefined ? (
    <>
      <PageHead title="Terminal" crumb={{ label: 'Terminals', to: '/terminals' }} />
      <div className="live-stage" aria-busy="true" />
    </>
  ) : (
    <Live terminal={data} view={view} isOwner={entered === 'own'} />
  )
}

function Live({ terminal, view, isOwner }: { terminal: TerminalDetail; view: LiveView; isOwner: boolean }) {
  const zone = useZone()
  const go = useGo()
  const { people, attached, link, hasSelection } = useLive(view)
  const [open, setOpen] = useState<'share' | 'close' | 'find' | null>(null)
  const isOver = link.at === 'ended' || link.at === 'left'
  const close = () => setOpen(null)
  return (
    <>
      <PageHead
        title={terminalTitle({ ...terminal, account: attached?.account ?? terminal.account })}
        crumb={{ label: 'Terminals', to: '/terminals' }}
      >
        <LinkWord view={view} />
        {!isOver && <People people={people} ownId={attached?.viewerId} />}
        {hasSelection && (
          <Tooltip label="Copy (Ctrl Shift C)">
            <ActionIcon size={28} aria-label="Copy the selection" onClick={() => void view.copy()}>
              <IconCopy size={16} stroke={1.6} />
            </ActionIcon>
          </Tooltip>
        )}
        <Tooltip label="Find on this screen">
          <ActionIcon
            size={28}
            aria-label="Find on this screen"
            onClick={() => setOpen(open === 'find' ? null : 'find')}
          >
            <IconSearch size={16} stroke={1.6} />
          </ActionIcon>
        </Tooltip>
        {!isOver && terminal.can.share && (
          <HeadAct
            icon={<IconShare size={14} stroke={1.7} />}
            label={terminal.share === null ? 'Share' : 'Shared'}
            onClick={() => setOpen('share')}
          />
        )}
        {!isOver && terminal.can.close && (
          <HeadAct danger icon={<IconX size={14} />} label="Close" onClick={() => setOpen('close')} />
        )}
      </PageHead>
      {!isOwner && !isOver && (
        <p className="live-note">
          <span>
            You watch the terminal of <VisibleText text={terminal.operator.name} />, who sees that you are
            here. It is recorded.
          </span>
        </p>
      )}
      <BrokenNotice view={view} />
      {open === 'find' && (
        <FindBar
          view={view}
          onClose={() => {
            close()
            view.focus()
          }}
        />
      )}
      {isOver && (
        <div className="live-note over" role="status">
          <span>
            {link.at === 'left' ? (
              <VisibleText text={link.message} />
            ) : (
              <>
                {exitWords(link)}. {link.reason !== null && <VisibleText text={link.reason} />}
              </>
            )}
          </span>
          <Button onClick={() => go(`/audit/websh/${terminal.id}`)}>Replay it</Button>
          <Button onClick={() => go('/terminals')}>All terminals</Button>
        </div>
      )}
      <LiveScreen view={view}>
        <PassingNotices view={view} zone={zone} />
      </LiveScreen>
      {open === 'share' && <ShareDialog terminal={terminal} onClose={close} />}
      {open === 'close' && <CloseDialog terminal={terminal} mine={isOwner} onClose={close} />}
    </>
  )
}

interface HeadActProps {
  readonly icon: ReactNode
  readonly label: string
  readonly danger?: boolean
  readonly onClick: () => void
}

/** On a phone the word is in the name alone. */
function HeadAct({ icon, label, danger = false, onClick }: HeadActProps) {
  const phone = useTier() === 'phone'
  const className = danger ? 'danger' : ''
  return phone ? (
    <ActionIcon size={36} className={danger ? 'tone-fail' : ''} aria-label={label} onClick={onClick}>
      {icon}
    </ActionIcon>
  ) : (
    <Button className={className} leftSection={icon} onClick={onClick}>
      {label}
    </Button>
  )
}

function NotLive({ terminal }: { terminal: TerminalDetail }) {
  const go = useGo()
  return (
    <>
      <PageHead title={terminalTitle(terminal)} crumb={{ label: 'Terminals', to: '/terminals' }} />
      <Plate
        kind="empty"
        title={isOpen(terminal.status) ? 'This terminal is somebody else’s' : 'This terminal has ended'}
        actions={
          <Button variant="filled" onClick={() => go(`/audit/websh/${terminal.id}`)}>
            See its recording
          </Button>
        }
      >
        <p>
          {terminal.endReason !== null && <VisibleText text={terminal.endReason} />}{' '}
          {terminal.exitCode !== null && `It ended with exit ${terminal.exitCode}. `}
          What happened in it is in the record.
        </p>
      </Plate>
    </>
  )
}
