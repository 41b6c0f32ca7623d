import { fromBase64 } from '../../../../base/common/journal/bytes.ts'
import { asRefused, type Refused } from '../../../../base/web/client/refused.ts'
import {
  isWithin,
  type RecordingFrame,
  type RecordingPieces,
  type RecordingState,
  type RemovedStretch,
} from '../../common/recording.ts'
import type { ScreenQueue } from '../screen/screen-queue.ts'
import { type LinePiece, PieceLine } from './piece-line.ts'
import { PiecePainter } from './piece-painter.ts'
import { PlayerClock } from './player-clock.ts'

export interface PlayerSource {
  frame(milliseconds: number): Promise<RecordingFrame>
  pieces(offset: number): Promise<RecordingPieces>
  /** Bytes of the stream that were read, for whoever checks them. */
  readonly seen: (from: number, bytes: Uint8Array) => void
}

export interface PlayerState {
  readonly at: number
  readonly end: number
  readonly isPlaying: boolean
  readonly speed: number
  readonly skipsIdle: boolean
  /** Shows what happens as it happens. */
  readonly follows: boolean
  readonly isRecording: boolean
  readonly isBusy: boolean
  readonly columns: number
  readonly rows: number
  /** Keys that were typed without an echo, lately. */
  readonly masked: { readonly keys: number; readonly at: number } | null
  /** Bytes that were lost, and when. */
  readonly lost: { readonly bytes: number; readonly at: number } | null
  /** The stretch one stands in, of which nothing is kept; or that was passed just now, where it took no time. */
  readonly removed: RemovedStretch | null
  readonly error: Refused | null
}

/** Read ahead, and drawn at once, at most. */
const AHEAD_BYTES = 1024 * 1024
const UNDRAWN_BYTES = 256 * 1024
const TELL_MILLISECONDS = 66
const MASKED_MILLISECONDS = 2500
/** A stretch of less time is passed before one has read that it was. */
const SHORT_MILLISECONDS = 1000

type Fed = Pick<RecordingPieces, 'from' | 'to' | 'bytes'> & { readonly removed?: RecordingPieces['removed'] }

interface PlayerOptions {
  readonly source: PlayerSource
  readonly queue: Pick<ScreenQueue, 'write' | 'resize' | 'begin' | 'act' | 'drop' | 'waitingBytes'>
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number
  /** Calls back soon, as often as the screen is painted. @returns what stops it */
  readonly eachFrame: (react: () => void) => () => void
}

/** Plays one recording on one screen. */
export class Player {
  readonly #options: PlayerOptions
  readonly #clock = new PlayerClock()
  readonly #listeners = new Set<() => void>()
  #line = new PieceLine({ at: 0, offset: 0 })
  #fetchedTo = 0
  #length = 0
  #state: PlayerState
  #toldAt = 0
  #openedAt = 0
  /** Each seek makes what is under way for an earlier one void. */
  #turn = 0
  #isFilling = false
  #isSeeking = false
  readonly #removed: RemovedStretch[]
  readonly #painter: PiecePainter
  #stopFrames: (() => void) | null = null

  constructor(
    options: PlayerOptions,
    about: {
      readonly length: number
      readonly milliseconds: number
      readonly state: RecordingState
      readonly columns: number
      readonly rows: number
      readonly removed?: readonly RemovedStretch[]
    },
  ) {
    this.#options = options
    this.#length = about.length
    this.#removed = [...(about.removed ?? [])]
    this.#painter = new PiecePainter(options.queue, (columns, rows) => this.#set({ columns, rows }))
    this.#state = {
      at: 0,
      end: about.milliseconds,
      isPlaying: false,
      speed: 1,
      skipsIdle: true,
      follows: false,
      isRecording: about.state === 'recording',
      isBusy: true,
      columns: about.columns,
      rows: about.rows,
      masked: null,
      lost: null,
      removed: null,
      error: null,
    }
  }

  readonly state = (): PlayerState => this.#state
  readonly listen = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /**
   * Begins at a moment, unless somebody has gone to another one already.
   * @param milliseconds null: where something is on the screen first, for before it is black
   */
  async open(milliseconds: number | null): Promise<void> {
    this.#stopFrames = this.#options.eachFrame(() => this.#frame())
    const turn = this.#turn
    if (turn > 0) return
    await this.seek(milliseconds ?? 0)
    const isAlone = this.#turn === turn + 1 && this.#state.at === 0 && !this.#state.isPlaying
    const first = milliseconds === null && isAlone ? this.#line.firstVisibleAt : undefined
    if (first === undefined) return
    this.#openedAt = first
    this.#show(this.#line.takeUntil(first))
    this.#stand(first)
  }

  /** Where it began by itself: nobody chose that moment. */
  get openedAt(): number {
    return this.#openedAt
  }

  close(): void {
    this.#turn++
    this.#stopFrames?.()
    this.#options.queue.drop()
  }

  play(): void {
    if (this.#state.at >= this.#state.end && !this.#state.isRecording) void this.seek(0)
    this.#clock.play(this.#options.now())
    this.#set({ isPlaying: true })
  }

  pause(): void {
    this.#clock.pause()
    this.#set({ isPlaying: false, follows: false })
  }

  toggle(): void {
    if (this.#state.isPlaying) this.pause()
    else this.play()
  }

  setSpeed(speed: number): void {
    this.#clock.setSpeed(speed)
    this.#set({ speed, follows: false })
  }

  setSkipsIdle(skipsIdle: boolean): void {
    this.#clock.skipsIdle = skipsIdle
    this.#set({ skipsIdle })
  }

  /** To the end, and on with it. */
  follow(): void {
    void this.seek(this.#state.end).then(() => {
      this.#clock.play(this.#options.now())
      this.#set({ follows: true, isPlaying: true })
    })
  }

  /** The recording has come further, or has ended. */
  reach(reach: { length: number; milliseconds: number; state: RecordingState }): void {
    this.#length = Math.max(this.#length, reach.length)
    this.#set({
      end: Math.max(this.#state.end, reach.milliseconds),
      isRecording: reach.state === 'recording',
    })
    void this.#fill()
  }

  /** To a moment: everything up to and with it is shown. */
  async seek(milliseconds: number): Promise<void> {
    const to = Math.max(0, Math.min(milliseconds, this.#state.end))
    this.#set({ follows: false })
    const isAhead = to >= this.#clock.at && to <= this.#line.lastAt && this.#state.error === null
    if (isAhead && !this.#isSeeking && this.#state.at > 0) {
      this.#show(this.#line.takeUntil(to))
      this.#stand(to)
      return
    }
    await this.#jump(
      to,
      (line) => line.takeUntil(to),
      (line) => line.lastAt > to,
    )
  }

  /** One change of the screen further. */
  async stepForward(): Promise<void> {
    this.pause()
    if (this.#line.nextAt === null) await this.#fill()
    const pieces = this.#line.takeOne()
    if (pieces.length === 0) return
    this.#show(pieces)
    this.#stand(pieces.at(-1)!.at)
  }

  /** One change of the screen back. */
  async stepBack(): Promise<void> {
    this.pause()
    const { before, firstShownAt, beginsAtStart } = this.#line
    if (before !== undefined)
      return this.#jump(
        before.at,
        (line) => line.takeTo(before.end),
        (line) => line.end >= before.end,
      )
    if (beginsAtStart) return this.seek(0)
    await this.seek(Math.max(0, (firstShownAt ?? this.#clock.at) - 1))
  }

  /** From the screen before a moment, by the pieces in between. */
  async #jump(
    to: number,
    take: (line: PieceLine) => LinePiece[],
    isReached: (line: PieceLine) => boolean,
  ): Promise<void> {
    const turn = ++this.#turn
    const { queue, source } = this.#options
    this.#isSeeking = true
    this.#set({ isBusy: true, at: to, removed: this.#removedAt(to) })
    try {
      const frame = await source.frame(Math.floor(to))
      if (turn !== this.#turn) return
      const line = new PieceLine({ at: frame.milliseconds, offset: frame.pieces.from })
      queue.drop()
      queue.begin(frame.columns, frame.rows)
      queue.write(new TextEncoder().encode(frame.screen))
      this.#line = line
      this.#fetchedTo = frame.pieces.from
      this.#set({ columns: frame.columns, rows: frame.rows, masked: null, lost: null, error: null })
      this.#feed(frame.pieces)
      this.#show(take(line))
      // A burst can be longer than one answer.
      while (!isReached(line) && this.#fetchedTo < this.#length) {
        const before = this.#fetchedTo
        await this.#drained()
        const pieces = await source.pieces(this.#fetchedTo)
        if (turn !== this.#turn) return
        this.#feed(pieces)
        this.#show(take(line))
        if (this.#fetchedTo === before) break
      }
      this.#isSeeking = false
      this.#stand(to)
      void this.#fill()
    } catch (error) {
      if (turn === this.#turn) this.#fail(error)
    } finally {
      if (turn === this.#turn) {
        this.#isSeeking = false
        this.#set({ isBusy: false })
      }
    }
  }

  #feed({ from, to, bytes, removed = null }: Fed): void {
    if (from !== this.#fetchedTo) return
    if (removed !== null) {
      this.#line.skip(removed)
      this.#fetchedTo = removed.toOffset
      // It may have been removed since the page was opened.
      if (!this.#removed.some(({ fromOffset }) => fromOffset === removed.fromOffset))
        this.#removed.push(removed)
      return
    }
    const read = fromBase64(bytes)
    this.#options.source.seen(from, read)
    this.#line.feed(read)
    this.#fetchedTo = to
    this.#length = Math.max(this.#length, to)
  }

  /** Reads ahead, one answer after another, as far as there is room. */
  async #fill(): Promise<void> {
    if (this.#isFilling || this.#isSeeking) return
    const turn = this.#turn
    this.#isFilling = true
    try {
      while (this.#fetchedTo < this.#length && this.#line.aheadBytes < AHEAD_BYTES) {
        const before = this.#fetchedTo
        const pieces = await this.#options.source.pieces(before)
        if (turn !== this.#turn) return
        this.#feed(pieces)
        if (this.#fetchedTo === before) break
      }
      if (this.#state.error !== null) this.#set({ error: null })
    } catch (error) {
      if (turn === this.#turn) this.#fail(error)
    } finally {
      this.#isFilling = false
    }
  }

  #frame() {
    if (!this.#state.isPlaying || this.#isSeeking) return
    const { queue, now } = this.#options
    if (queue.waitingBytes > UNDRAWN_BYTES) return this.#clock.hold(now())
    const { end, follows, isRecording } = this.#state
    const isAllRead = this.#fetchedTo >= this.#length
    if (follows) {
      // What is there is shown at once; what is not there yet is waited for.
      this.#show(this.#line.takeUntil(Number.POSITIVE_INFINITY))
      this.#clock.seek(isAllRead ? end : this.#line.lastAt, now())
    } else {
      const at = this.#clock.advance(now(), {
        nextAt: this.#line.nextAt,
        goneTo: this.#line.goneTo,
        knownTo: isAllRead ? end : this.#line.lastAt,
        end,
      })
      this.#show(this.#line.takeUntil(at))
    }
    void this.#fill()
    const { at } = this.#clock
    if (at >= end && isAllRead && this.#line.nextAt === null) {
      if (!isRecording) this.pause()
      else if (!follows) this.#set({ follows: true })
    }
    if (now() - this.#toldAt >= TELL_MILLISECONDS) this.#stand(at)
  }

  #stand(at: number): void {
    this.#toldAt = this.#options.now()
    if (this.#clock.at !== at) this.#clock.seek(at, this.#toldAt)
    const { masked } = this.#state
    const isOver = masked !== null && Math.abs(at - masked.at) > MASKED_MILLISECONDS
    this.#set({ at, removed: this.#removedAt(at), ...(isOver ? { masked: null } : {}) })
  }

  #removedAt(at: number): RemovedStretch | null {
    const within = this.#removed.find((stretch) => isWithin(stretch, at, this.#length))
    const isShort = ({ fromMilliseconds, toMilliseconds }: RemovedStretch) =>
      toMilliseconds - fromMilliseconds < SHORT_MILLISECONDS &&
      at >= toMilliseconds &&
      at - toMilliseconds < MASKED_MILLISECONDS
    return within ?? this.#removed.findLast(isShort) ?? null
  }

  #show(pieces: readonly LinePiece[]): void {
    try {
      const change = this.#painter.paint(pieces, this.#line.waiting)
      if (change.masked !== undefined || change.lost !== undefined) this.#set(change)
    } catch (error) {
      this.#fail(error)
    }
  }

  #drained(): Promise<void> {
    const { queue } = this.#options
    return queue.waitingBytes < UNDRAWN_BYTES
      ? Promise.resolve()
      : new Promise((resolve) => queue.act(resolve))
  }

  #fail(error: unknown): void {
    this.#clock.pause()
    this.#set({ error: asRefused(error), isPlaying: false, isBusy: false })
  }

  #set(change: Partial<PlayerState>): void {
    this.#state = { ...this.#state, ...change }
    for (const listener of this.#listeners) listener()
  }
}
