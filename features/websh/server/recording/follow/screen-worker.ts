import { parentPort } from 'node:worker_threads'
import type { ShownLine } from './line-collector.ts'
import { ScreenState, type Size } from './screen-state.ts'

/** What the follower asks: show these whole pieces of a recording, and say what the screen is then. */
export interface ShowAsk {
  readonly ask: number
  readonly id: string
  /** Offset of the first byte. A screen that has not seen all before it is made anew from `from`. */
  readonly offset: number
  readonly bytes: Uint8Array
  /** Time of the piece before them. */
  readonly milliseconds: number
  /** The last snapshot: at `offset`, or the empty screen at the start. */
  readonly from: Size & { readonly screen: string }
  /** The recording ended: its screen is not needed again. */
  readonly isLast: boolean
}

export interface ShowAnswer {
  readonly ask: number
  readonly screen: string
  readonly columns: number
  readonly rows: number
  /** What was on the screen meanwhile. */
  readonly lines: readonly ShownLine[]
  readonly error?: string
}

/** Screens kept between asks; another one is made anew from its last snapshot. */
const SCREENS_MAX = 64

const screens = new Map<string, { state: ScreenState; offset: number }>()

async function screenAt({ id, offset, from }: ShowAsk): Promise<ScreenState> {
  const known = screens.get(id)
  screens.delete(id)
  if (known?.offset === offset) return known.state
  known?.state.dispose()
  const state = new ScreenState(from)
  await state.write(from.screen)
  // What the last snapshot shows was told before it.
  state.lines.look(0)
  state.lines.take()
  return state
}

function keep(id: string, state: ScreenState, offset: number) {
  screens.set(id, { state, offset })
  if (screens.size <= SCREENS_MAX) return
  const [oldest, { state: dropped }] = screens.entries().next().value!
  screens.delete(oldest)
  dropped.dispose()
}

parentPort!.on('message', async (ask: ShowAsk) => {
  try {
    const state = await screenAt(ask)
    await state.show(ask.bytes, ask.milliseconds)
    const answer: ShowAnswer = {
      ask: ask.ask,
      screen: state.serialize(),
      lines: state.lines.take(),
      ...state.size,
    }
    if (ask.isLast) state.dispose()
    else keep(ask.id, state, ask.offset + ask.bytes.length)
    parentPort!.postMessage(answer)
  } catch (error) {
    const answer: ShowAnswer = {
      ask: ask.ask,
      screen: '',
      columns: 0,
      rows: 0,
      lines: [],
      error: String(error),
    }
    parentPort!.postMessage(answer)
  }
})
