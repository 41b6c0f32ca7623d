import { type KeyboardEvent, type PointerEvent, useMemo, useRef, useState } from 'react'
import { count } from '../../../../base/web/time.ts'
import { isWithin, type RecordingInfo, type TerminalCommand } from '../../common/recording.ts'
import { currentCommand } from './CommandList.tsx'
import { briefly, spoken } from './clock-words.ts'
import { Preview } from './Preview.tsx'
import { ProofBar } from './ProofBar.tsx'
import { barHeights, idleStretches } from './time-line.ts'
import { type Replay, usePlayer } from './use-replay.ts'

interface Props {
  readonly replay: Replay
  readonly info: RecordingInfo
  readonly commands: readonly TerminalCommand[]
  /** Moments what is looked for was on the screen, in milliseconds. */
  readonly hits: readonly number[]
  readonly seek: (milliseconds: number) => void
}

const KEY_MILLISECONDS: Readonly<Record<string, number>> = { PageUp: 60_000, PageDown: -60_000 }

/** Activity, idle stretches, commands, hits and proof on one time axis. */
export function Scrubber({ replay, info, commands, hits, seek }: Props) {
  const { at, end, removed } = usePlayer(replay)
  const track = useRef<HTMLDivElement>(null)
  const [pointer, setPointer] = useState<number | null>(null)
  const heights = useMemo(() => barHeights(info.activity), [info.activity])
  const idle = useMemo(
    () => idleStretches(info.activity, info.durationMilliseconds),
    [info.activity, info.durationMilliseconds],
  )
  const length = Math.max(1, end)
  const percent = (moment: number) => `${Math.min(100, (moment / length) * 100)}%`
  const atPointer = (event: PointerEvent) => {
    const box = track.current!.getBoundingClientRect()
    return Math.max(0, Math.min(1, (event.clientX - box.left) / box.width)) * end
  }
  const keyed = (event: KeyboardEvent) => {
    const step = KEY_MILLISECONDS[event.key]
    const to =
      event.key === 'Home' ? 0 : event.key === 'End' ? end : step === undefined ? undefined : at + step
    if (to === undefined) return
    event.preventDefault()
    seek(to)
  }
  const isGone = (moment: number) =>
    info.removed.some((stretch) => isWithin(stretch, moment, info.streamBytes))
  const goneTotal = info.removed.reduce(
    (sum, { fromMilliseconds, toMilliseconds }) => sum + toMilliseconds - fromMilliseconds,
    0,
  )
  const current = currentCommand(commands, at)
  const idleTotal = idle.reduce((sum, { from, to }) => sum + to - from, 0)
  // While it goes on, the bars are of what was there when they were read.
  const known = (info.durationMilliseconds / length) * 100
  return (
    <div className="scrub">
      <div
        ref={track}
        className="scrub-face"
        role="slider"
        tabIndex={0}
        aria-label="Position"
        aria-valuemin={0}
        aria-valuemax={Math.round(end / 1000)}
        aria-valuenow={Math.round(at / 1000)}
        aria-valuetext={`${spoken(at)}${removed === null ? '' : ', removed, nothing is kept here'}${current < 0 ? '' : `, command ${current + 1} of ${commands.length}`}`}
        onKeyDown={keyed}
        onPointerDown={(event) => {
          if (event.button !== 0) return
          event.currentTarget.setPointerCapture(event.pointerId)
          seek(atPointer(event))
        }}
        onPointerMove={(event) => {
          setPointer(atPointer(event))
          if (event.currentTarget.hasPointerCapture(event.pointerId)) seek(atPointer(event))
        }}
        onPointerLeave={() => setPointer(null)}
      >
        <div className="scrub-density" style={{ width: `${known}%` }}>
          {heights.map((height, index) => (
            <i
              key={index}
              style={{ height: height === 0 ? 2 : 4 + height * 20 }}
              className={
                isGone(((index + 0.5) / heights.length) * info.durationMilliseconds)
                  ? 'gone'
                  : height === 0
                    ? 'quiet'
                    : (index / heights.length) * info.durationMilliseconds <= at
                      ? 'past'
                      : undefined
              }
            />
          ))}
        </div>
        <div className="scrub-track">
          {idle.map(({ from, to }) => (
            <i key={from} className="idle" style={{ left: percent(from), width: percent(to - from) }} />
          ))}
          {info.removed.map(({ fromOffset, fromMilliseconds: from, toMilliseconds: to }) => (
            <i
              key={`gone ${fromOffset}`}
              className="gone"
              style={{ left: percent(from), width: percent(to - from) }}
            />
          ))}
          {commands.map(({ no, seconds, exitCode }) => (
            <i
              key={no}
              className={exitCode !== undefined && exitCode !== 0 ? 'cmd fail' : 'cmd'}
              style={{ left: percent(seconds * 1000) }}
            />
          ))}
          {hits.map((hit, index) => (
            <i key={index} className="hit" style={{ left: percent(hit) }} />
          ))}
          <i className="line" />
          <i className="line past" style={{ width: percent(at) }} />
          <i className="thumb" style={{ left: percent(at) }} />
        </div>
      </div>
      {pointer !== null && (
        <Preview id={info.terminalId} length={length} at={pointer} percent={(pointer / length) * 100} />
      )}
      <ProofBar replay={replay}>
        <span className="legend">
          {idle.length > 0 && (
            <span>
              <i className="key-idle" />
              Idle, {briefly(idleTotal)} in all
            </span>
          )}
          {info.removed.length > 0 && (
            <span>
              <i className="key-gone" />
              Removed, {briefly(goneTotal)} in all
            </span>
          )}
          {hits.length > 0 && (
            <span>
              <i className="key-hit" />
              Seen on screen, {count(hits.length)}
            </span>
          )}
          {commands.some(({ exitCode }) => exitCode !== undefined && exitCode !== 0) && (
            <span>
              <i className="key-fail" />
              Failed command
            </span>
          )}
        </span>
      </ProofBar>
    </div>
  )
}
