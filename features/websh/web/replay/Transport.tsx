import { ActionIcon, Button, SegmentedControl, Switch, Tooltip } from '@mantine/core'
import {
  IconPlayerPauseFilled,
  IconPlayerPlayFilled,
  IconPlayerSkipBack,
  IconPlayerSkipForward,
} from '@tabler/icons-react'
import { clock } from '../../../../base/web/time.ts'
import { useZone } from '../../../../base/web/use-clock.ts'
import type { RecordingInfo } from '../../common/recording.ts'
import { position } from './clock-words.ts'
import { SPEEDS } from './player-clock.ts'
import { type Replay, usePlayer } from './use-replay.ts'

interface Props {
  readonly replay: Replay
  readonly info: RecordingInfo
  readonly command: (direction: 1 | -1) => void
}

const words = (speed: number) => (speed === 0.5 ? '½×' : `${speed}×`)

/** Play, back, on, how fast. */
export function Transport({ replay, info, command }: Props) {
  const { player } = replay
  const { at, end, isPlaying, speed, skipsIdle, follows, isRecording } = usePlayer(replay)
  const zone = useZone()
  return (
    <div className="transport">
      <Tooltip label="Previous command (Shift ←)">
        <ActionIcon aria-label="Previous command" onClick={() => command(-1)}>
          <IconPlayerSkipBack size={16} stroke={1.6} />
        </ActionIcon>
      </Tooltip>
      <Tooltip label={isPlaying ? 'Pause (Space)' : 'Play (Space)'}>
        <ActionIcon
          variant="filled"
          size={32}
          radius="xl"
          className="play"
          aria-label={isPlaying ? 'Pause' : 'Play'}
          onClick={() => player.toggle()}
        >
          {isPlaying ? <IconPlayerPauseFilled size={15} /> : <IconPlayerPlayFilled size={15} />}
        </ActionIcon>
      </Tooltip>
      <Tooltip label="Next command (Shift →)">
        <ActionIcon aria-label="Next command" onClick={() => command(1)}>
          <IconPlayerSkipForward size={16} stroke={1.6} />
        </ActionIcon>
      </Tooltip>
      <span className="num transport-time">
        <b>{position(at, end)}</b>{' '}
        <span className="faint">
          of {position(end)}
          <span className="wide"> · {clock(Date.parse(info.startedAt) + at, zone)}</span>
        </span>
      </span>
      {isRecording && (
        <Button
          size="compact-xs"
          variant={follows ? 'filled' : 'default'}
          aria-pressed={follows}
          onClick={() => (follows ? player.pause() : player.follow())}
        >
          Live
        </Button>
      )}
      <span className="push" />
      <Tooltip label="Skip what is idle (S)">
        <div>
          <Switch
            size="xs"
            label="Skip idle"
            checked={skipsIdle}
            onChange={(event) => player.setSkipsIdle(event.currentTarget.checked)}
          />
        </div>
      </Tooltip>
      <SegmentedControl
        aria-label="Speed"
        value={String(speed)}
        onChange={(value) => player.setSpeed(Number(value))}
        data={SPEEDS.map((value) => ({ value: String(value), label: words(value) }))}
      />
    </div>
  )
}
