import { SearchAddon } from '@xterm/addon-search'
import type { Terminal } from '@xterm/xterm'
import { useEffect, useState, useSyncExternalStore } from 'react'
import type { RecordingInfo } from '../../common/recording.ts'
import { recordings } from '../client.ts'
import { openScreen } from '../screen/open-screen.ts'
import { ScreenQueue } from '../screen/screen-queue.ts'
import { Player, type PlayerState } from './player.ts'
import { playerSource, segmentSource } from './recording-source.ts'
import { SegmentChecks } from './segment-checks.ts'

export interface Replay {
  readonly terminal: Terminal
  readonly search: SearchAddon
  readonly player: Player
  readonly checks: SegmentChecks
  readonly checksChanged: {
    readonly listen: (listener: () => void) => () => void
    readonly version: () => number
  }
  /** Puts the screen into the page and begins. */
  open(box: HTMLElement): void
}

function makeReplay(info: RecordingInfo, at: number | null): Replay & { close(): void } {
  const terminal = openScreen({
    columns: info.columns,
    rows: info.rows,
    scrollback: 0,
    takesInput: false,
    answers: () => false,
    onLink: () => {},
  })
  const search = new SearchAddon()
  terminal.loadAddon(search)
  const queue = new ScreenQueue(terminal)
  const listeners = new Set<() => void>()
  let version = 0
  const checks = new SegmentChecks(segmentSource(info.terminalId), () => {
    version++
    for (const listener of listeners) listener()
  })
  const player = new Player(
    {
      source: playerSource(info.terminalId, (from, bytes) => checks.offer(from, bytes)),
      queue,
      now: () => performance.now(),
      eachFrame,
    },
    {
      length: info.streamBytes,
      milliseconds: info.durationMilliseconds,
      state: info.state,
      columns: info.columns,
      rows: info.rows,
      removed: info.removed,
    },
  )
  return {
    terminal,
    search,
    player,
    checks,
    checksChanged: {
      listen: (listener) => {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
      version: () => version,
    },
    open(box) {
      terminal.open(box)
      // Nothing is typed into a recording, and the page's own keys must work after a click into it.
      const input = terminal.textarea
      if (input !== undefined) {
        input.tabIndex = -1
        input.addEventListener('focus', () => input.blur())
      }
      // What comes by is checked, so what there is to check must be known first.
      void checks
        .load()
        .catch(() => {})
        .then(() => player.open(at))
    },
    close() {
      checks.stop()
      player.close()
      queue.end()
      terminal.dispose()
    },
  }
}

function eachFrame(react: () => void): () => void {
  let frame = 0
  const go = () => {
    react()
    frame = requestAnimationFrame(go)
  }
  frame = requestAnimationFrame(go)
  return () => cancelAnimationFrame(frame)
}

/** A replay for as long as the page is there. @param at where it begins, in milliseconds; null: where there is something to see */
export function useReplay(info: RecordingInfo, at: number | null): Replay | null {
  const [replay, setReplay] = useState<Replay | null>(null)
  useEffect(() => {
    let made: ReturnType<typeof makeReplay> | null = null
    let isGone = false
    void document.fonts.load('13px "Commit Mono"').finally(() => {
      if (isGone) return
      made = makeReplay(info, at)
      setReplay(made)
    })
    return () => {
      isGone = true
      made?.close()
      setReplay(null)
    }
    // What is read of it later reaches the player by its own stream.
  }, [info.terminalId])
  // How far it has come, while it goes on.
  const isRecording = info.state === 'recording'
  recordings.useChannel('recording.tail', isRecording ? { id: info.terminalId } : null, {
    message: (reach) => replay?.player.reach(reach),
  })
  return replay
}

export const usePlayer = (replay: Replay): PlayerState =>
  useSyncExternalStore(replay.player.listen, replay.player.state)

export function useSegments(replay: Replay) {
  useSyncExternalStore(replay.checksChanged.listen, replay.checksChanged.version)
  return { segments: replay.checks.segments, isChecking: replay.checks.isChecking }
}
