import { Transcript } from '../export/transcript.ts'
import { ShownText } from '../search/shown-text.ts'
import { fold, joinBlocks, SignatureBlock } from '../search/signature.ts'
import type { ShownLines } from './line-collector.ts'
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
  /** The last snapshot: at `offset`, or the empty screen at the start. Missing: the ask before this one left it. */
  readonly from: (Size & { readonly screen: string }) | undefined
  /** The recording ended: its screen is not needed again. */
  readonly isLast: boolean
  /** How much of what is shown may be told. */
  readonly charactersMax: number
}

export interface ShowAnswer {
  readonly ask: number
  readonly screen: string
  readonly columns: number
  readonly rows: number
  /** What was on the screen meanwhile. */
  readonly shown: ShownLines
}

/** Texts of segments, one after another in `bytes`, whose signatures are wanted. */
export interface SignAsk {
  readonly ask: number
  readonly bytes: Uint8Array
  readonly lengths: readonly number[]
  /** How many texts are in each granule. */
  readonly granules: readonly number[]
}

export interface SignAnswer {
  readonly ask: number
  readonly layers: readonly Uint8Array[]
}

/** One layer of the signatures of blocks of one size is wanted side by side. */
export interface JoinAsk {
  readonly ask: number
  readonly blocks: readonly Uint8Array[]
}

export interface JoinAnswer {
  readonly ask: number
  readonly bits: Uint8Array
}

/** The next whole pieces of a recording that is written as text. */
export interface TranscriptAsk {
  readonly ask: number
  /** Of this reading; several may read one recording. */
  readonly id: string
  readonly size: Size
  readonly bytes: Uint8Array
  /** Nothing more comes: what is still on the screen is text too. */
  readonly isLast: boolean
}

export interface TranscriptAnswer {
  readonly ask: number
  readonly text: readonly string[]
}

/**
 * Screens kept between asks, and what their lines may take; another one is made anew from its last snapshot. A terminal of
 * 120 columns that printed thousands of lines takes 7 MB.
 */
const SCREENS_MAX = 64
const SCREEN_BYTES_MAX = 96 * 1024 * 1024

const screens = new Map<string, { state: ScreenState; offset: number }>()

async function screenAt({ id, offset, from }: ShowAsk): Promise<ScreenState> {
  const known = screens.get(id)
  screens.delete(id)
  if (known?.offset === offset) return known.state
  known?.state.dispose()
  if (from === undefined) throw new Error('the screen before these bytes was not drawn')
  const state = new ScreenState(from)
  state.write(from.screen)
  // What the last snapshot shows was told before it.
  state.lines.look(0)
  state.lines.take()
  return state
}

function keep(id: string, state: ScreenState, offset: number) {
  screens.set(id, { state, offset })
  let held = [...screens.values()].reduce((sum, each) => sum + each.state.heldBytes, 0)
  // The one that is drawn now stays, whatever it takes.
  for (const [oldest, { state: dropped }] of screens) {
    if ((screens.size <= SCREENS_MAX && held <= SCREEN_BYTES_MAX) || oldest === id) return
    held -= dropped.heldBytes
    screens.delete(oldest)
    dropped.dispose()
  }
}

/** Texts that are being written, by who reads them. */
const transcripts = new Map<string, { state: ScreenState; transcript: Transcript }>()

async function write({ ask, id, size, bytes, isLast }: TranscriptAsk): Promise<TranscriptAnswer> {
  let open = transcripts.get(id)
  if (open === undefined) {
    const state = new ScreenState(size)
    open = { state, transcript: new Transcript(state.terminal) }
    transcripts.set(id, open)
  }
  const { state, transcript } = open
  const text: string[] = []
  state.show(bytes, 0, () => text.push(...transcript.look()))
  if (isLast) {
    text.push(...transcript.rest())
    state.dispose()
    transcripts.delete(id)
  }
  return { ask, text }
}

function sign({ ask, bytes, lengths, granules }: SignAsk): SignAnswer {
  const block = new SignatureBlock(granules.length)
  let text = 0
  let at = 0
  for (const [granule, count] of granules.entries())
    for (const end = text + count; text < end; at += lengths[text++]!)
      block.add(granule, fold(new ShownText(bytes.subarray(at, at + lengths[text]!)).text))
  return { ask, layers: block.layers }
}

export type DrawAsk = ShowAsk | TranscriptAsk | SignAsk | JoinAsk
export type DrawAnswer = ShowAnswer | TranscriptAnswer | SignAnswer | JoinAnswer

/** Shows, signs, joins or writes. @throws Error when these bytes cannot be drawn */
export async function draw(ask: DrawAsk): Promise<DrawAnswer> {
  if ('granules' in ask) return sign(ask)
  if ('blocks' in ask) return { ask: ask.ask, bits: joinBlocks(ask.blocks) }
  if ('size' in ask) return write(ask)
  const state = await screenAt(ask)
  state.lines.bound(ask.charactersMax)
  state.show(ask.bytes, ask.milliseconds)
  const answer: ShowAnswer = {
    ask: ask.ask,
    screen: state.serialize(),
    shown: state.lines.take(),
    ...state.size,
  }
  if (ask.isLast) state.dispose()
  else keep(ask.id, state, ask.offset + ask.bytes.length)
  return answer
}
