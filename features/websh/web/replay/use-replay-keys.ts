import { useKeys } from '../../../../base/web/keys.ts'
import type { Player } from './player.ts'

const STEP_MILLISECONDS = 5000

interface Acts {
  readonly player: Player
  readonly command: (direction: 1 | -1) => void
  readonly hit: (direction: 1 | -1) => void
  readonly fullScreen: () => void
  readonly find: () => void
}

/** The keys of the player. */
export function useReplayKeys({ player, command, hit, fullScreen, find }: Acts): void {
  const arrow = (direction: 1 | -1) => (event: KeyboardEvent) => {
    if (event.shiftKey) command(direction)
    else void player.seek(player.state().at + direction * STEP_MILLISECONDS)
  }
  useKeys({
    ' ': () => player.toggle(),
    ArrowLeft: arrow(-1),
    ArrowRight: arrow(1),
    n: () => hit(1),
    p: () => hit(-1),
    s: () => player.setSkipsIdle(!player.state().skipsIdle),
    f: fullScreen,
    '.': () => void player.stepForward(),
    ',': () => void player.stepBack(),
    '1': () => player.setSpeed(1),
    '2': () => player.setSpeed(2),
    '4': () => player.setSpeed(4),
    '8': () => player.setSpeed(8),
    '/': find,
  })
}
