import { ActionIcon, Tooltip } from '@mantine/core'
import { IconLink, IconMaximize } from '@tabler/icons-react'
import { type MouseEvent, useEffect, useMemo, useRef } from 'react'
import type { UrlFilter } from '../../../../base/web/filters/use-url-filter.ts'
import { SealMark } from '../../../../base/web/journal/SealMark.tsx'
import { Bones } from '../../../../base/web/parts/Bones.tsx'
import { copyText } from '../../../../base/web/parts/copy-text.ts'
import { useTier } from '../../../../base/web/use-clock.ts'
import type { RecordingInfo } from '../../common/recording.ts'
import { isOpen, type TerminalDetail } from '../../common/terminal.ts'
import { Viewers } from '../list/Viewers.tsx'
import './deck.css'
import '../list/websh.css'
import { NotSearched } from '../search/NotSearched.tsx'
import { CommandList } from './CommandList.tsx'
import { position } from './clock-words.ts'
import { FindMoments } from './FindMoments.tsx'
import { HitList } from './HitList.tsx'
import { Scrubber } from './Scrubber.tsx'
import { Stage } from './Stage.tsx'
import { Transport } from './Transport.tsx'
import { neighbour, timeOf } from './time-line.ts'
import type { Commands } from './use-commands.ts'
import { useHits } from './use-hits.ts'
import { type Replay, usePlayer, useReplay } from './use-replay.ts'
import { useReplayKeys } from './use-replay-keys.ts'

/** A button or switch pressed with the pointer would keep the keys for itself: Space plays and pauses. */
function freeFocus({ detail, currentTarget }: MouseEvent) {
  if (detail === 0) return
  setTimeout(() => {
    const active = document.activeElement
    const isPressed = active?.matches('button, input[type=radio], input[type=checkbox]')
    if (isPressed && currentTarget.contains(active)) (active as HTMLElement).blur()
  })
}

interface Props {
  readonly terminal: TerminalDetail
  readonly info: RecordingInfo
  readonly commands: Commands
  /** Where the replay begins, in milliseconds. */
  readonly first: number
  /** The time in the address. */
  readonly wanted: string | undefined
  readonly find: string
  readonly change: (change: UrlFilter) => void
}

/** The player, and beside it what was run and found. */
export function RecordingTab(props: Props) {
  const isUnasked = props.wanted === undefined && props.find === ''
  const replay = useReplay(props.info, isUnasked ? null : props.first)
  return replay === null ? (
    <Bones label="The recording" className="replay" />
  ) : (
    <Playing {...props} replay={replay} />
  )
}

const URL_MILLISECONDS = 400
const secondsOf = (milliseconds: number) => String(Math.round(milliseconds) / 1000)

function Playing({ replay, terminal, info, commands, wanted, find, change }: Props & { replay: Replay }) {
  const { player } = replay
  const { at, isPlaying, isRecording, columns, rows } = usePlayer(replay)
  const narrow = useTier() === 'phone'
  const stage = useRef<HTMLDivElement>(null)
  const input = useRef<HTMLInputElement>(null)
  const endsAt = isRecording ? null : Date.parse(info.startedAt) + info.durationMilliseconds
  const found = useHits(info.terminalId, find, endsAt)
  const { hits, isCut, isFetching, gaps, hasMoreGaps } = found
  const hitMoments = useMemo(() => hits.map(({ seconds }) => seconds * 1000), [hits])
  const commandMoments = useMemo(() => commands.items.map(({ seconds }) => seconds * 1000), [commands.items])
  const seek = (milliseconds: number) => void player.seek(milliseconds)
  const jumpTo = (moments: readonly number[]) => (direction: 1 | -1) => {
    const to = neighbour(moments, player.state().at, direction)
    if (to !== undefined) seek(to)
  }
  const command = jumpTo(commandMoments)
  const jumpToHit = jumpTo(hitMoments)
  // What is looked for is marked where the picture stands still.
  const hit = (direction: 1 | -1) => {
    player.pause()
    jumpToHit(direction)
  }
  const fullScreen = () => {
    if (document.fullscreenElement === null) void stage.current?.requestFullscreen()
    else void document.exitFullscreen()
  }
  useReplayKeys({ player, command, hit, fullScreen, find: () => input.current?.focus() })

  // The address names the moment, for links and for coming back; and leads there when it changes by itself.
  const written = useRef(wanted)
  useEffect(() => {
    if (wanted === written.current) return
    written.current = wanted
    void player.seek(timeOf(wanted))
  }, [wanted, player])
  const moment = isPlaying ? Math.floor(at / 5000) : secondsOf(at)
  useEffect(() => {
    const timer = setTimeout(() => {
      const now = player.state().at
      const t = now === 0 || now === player.openedAt ? undefined : secondsOf(now)
      if (t === written.current) return
      written.current = t
      change({ t })
    }, URL_MILLISECONDS)
    return () => clearTimeout(timer)
  }, [moment, player])

  // A link to what was seen, and not to when, opens at the first moment it was.
  const looksFor = useRef(wanted === undefined && find !== '' ? find : null)
  useEffect(() => {
    const [first] = hits
    if (first === undefined || looksFor.current !== find) return
    looksFor.current = null
    if (player.state().at === 0) void player.seek(first.seconds * 1000)
  }, [hits, find, player])

  const copyLink = async () => {
    const link = new URL(location.href)
    link.searchParams.set('t', secondsOf(at))
    await copyText(link.href, `The link to ${position(at, info.durationMilliseconds)} is copied.`)
  }
  const moments = find !== '' && (
    <>
      {hits.length > 0 && (
        <HitList
          hits={hits}
          find={find}
          length={info.durationMilliseconds}
          onOpen={({ seconds }) => {
            player.pause()
            seek(seconds * 1000)
          }}
        />
      )}
      <NotSearched gaps={gaps} hasMore={hasMoreGaps} isHere />
    </>
  )
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it takes nothing; it only gives the focus of a pointer back
    // biome-ignore lint/a11y/useKeyWithClickEvents: a click by keyboard keeps its focus
    <div className="replay" onClick={freeFocus}>
      <div className="replay-stage" ref={stage}>
        <div className="replay-find">
          <FindMoments
            text={find}
            onText={(text) => change({ find: text === '' ? undefined : text })}
            hits={hits}
            isCut={isCut}
            isFetching={isFetching}
            isBehind={found.isBehind}
            at={at}
            jump={hit}
            input={input}
          />
          <span className="push" />
          <span className="faint num wide">
            {columns} × {rows}
          </span>
          <Tooltip label={`Link to ${position(at, info.durationMilliseconds)}`}>
            <ActionIcon size={24} aria-label="Copy the link to this moment" onClick={() => void copyLink()}>
              <IconLink size={15} stroke={1.6} />
            </ActionIcon>
          </Tooltip>
          <Tooltip label="Full screen (F)">
            <ActionIcon size={24} aria-label="Full screen" onClick={fullScreen}>
              <IconMaximize size={15} stroke={1.6} />
            </ActionIcon>
          </Tooltip>
        </div>
        <Stage replay={replay} find={find} />
        <div className="deck">
          <Scrubber replay={replay} info={info} commands={commands.items} hits={hitMoments} seek={seek} />
          <Transport replay={replay} info={info} command={command} />
        </div>
      </div>
      {!narrow && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        <section className="replay-side" tabIndex={0} aria-label="Beside the recording, scrolls">
          {moments}
          <CommandList commands={commands} at={at} onOpen={({ seconds }) => seek(seconds * 1000)} />
          <Viewers id={terminal.id} isLive={isOpen(terminal.status)} />
          <div className="replay-seal">
            <SealMark sequence={terminal.entry?.sequence ?? null} subjectId={terminal.id} />
          </div>
        </section>
      )}
      {narrow && <div className="narrow-hits">{moments}</div>}
    </div>
  )
}
