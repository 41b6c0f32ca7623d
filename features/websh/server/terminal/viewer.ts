import type { WebSocket } from 'ws'
import { FlightWindow } from '../../../../base/server/flight-window.ts'
import {
  ATTACH_WINDOW_BYTES,
  AttachAsk,
  AttachClose,
  type AttachTell,
  type Present,
} from '../../common/attach.ts'
import type { ViewerMode } from '../../common/terminal.ts'

/** Beyond so much that is not drawn, a viewer is given a new screen instead. */
const BEHIND_BYTES = 1024 * 1024
/** An owner who has drawn nothing for so long no longer holds the terminal up. */
const STALLED_MILLISECONDS = 5000
/** A client that does not say what it has drawn is asked after so many bytes at most, by a ping it has to answer. */
const ASK_BYTES = 8 * 1024

export interface ViewerFacts {
  readonly id: string
  readonly mode: ViewerMode
  readonly readOnly: boolean
  readonly name: string
  readonly personId: string | null
  readonly guestId: string | null
  readonly address: string
  readonly client: string
  readonly browser: string | null
  readonly joinedAt: Date
  readonly expiresAt: Date | null
  /** Whether they may still be here; a sentence when not. */
  readonly stillAllowed: () => Promise<{ code: number; message: string } | undefined>
}

interface ViewerEvents {
  readonly typed: (bytes: Buffer) => void
  readonly resized: (cols: number, rows: number) => void
  /** There is room again. */
  readonly progress: () => void
  readonly left: () => void
}

/** One connection to a terminal: what it was sent, what it has drawn, what it asks. A ping counts as drawn when answered. */
export class Viewer {
  readonly facts: ViewerFacts
  readonly #socket: WebSocket
  readonly #acknowledges: boolean
  readonly #window = new FlightWindow(ATTACH_WINDOW_BYTES)
  #sent = 0
  #drawn = 0
  /** How much was sent when a ping went last; whether one was ever answered. */
  #asked = 0
  #answers = false
  #isHeld = false
  /** Nobody sees it. */
  #isAway = false
  #progressAt = performance.now()
  /** Output is not sent but missed: a screen comes instead. */
  isBehind = true
  /** The size of their window, where they said it. */
  size: { readonly cols: number; readonly rows: number } | undefined
  leaveReason: string | null = null

  constructor(socket: WebSocket, facts: ViewerFacts, { acknowledges }: { acknowledges: boolean }) {
    this.#socket = socket
    this.facts = facts
    this.#acknowledges = acknowledges
  }

  listen(events: ViewerEvents): void {
    this.#socket.on('message', (data, isBinary) => {
      if (isBinary) return events.typed(data as Buffer)
      const ask = AttachAsk.safeParse(parsed(String(data))).data
      // A newer client may say what is not known here.
      if (ask === undefined) return
      if (ask.type === 'ping') this.tell({ type: 'pong' })
      else if (ask.type === 'resize') events.resized(ask.cols, ask.rows)
      else if (ask.type === 'away') {
        this.#isAway = ask.away
        events.progress()
      } else this.#drew(ask.bytes, events.progress)
    })
    // A ping carries how much was sent before it: its answer says that all of that was read.
    this.#socket.on('pong', (data) => {
      if (this.#acknowledges || data.length === 0) return
      this.#answers = true
      this.#drew(Number(data.toString()) || 0, events.progress)
    })
    this.#socket.on('error', () => this.#socket.terminate())
    this.#socket.on('close', () => events.left())
    this.#progress = events.progress
  }

  #progress: () => void = () => {}

  get present(): Present {
    const { id, name, mode, readOnly, address, joinedAt } = this.facts
    return { id, name, mode, readOnly, remoteAddress: address, joinedAt: joinedAt.toISOString() }
  }

  get isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN
  }

  /**
   * Whether the terminal has to wait for this one. Of one that is held nothing is heard, not even what it has drawn; one that
   * nobody sees draws little.
   */
  get sets(): 'pace' | 'nothing' {
    const isStalled = performance.now() - this.#progressAt > STALLED_MILLISECONDS
    const isWaitedFor = this.facts.mode === 'owner' && !this.isBehind && !this.#isHeld && !this.#isAway
    return isWaitedFor && !(isStalled && !this.hasRoom) ? 'pace' : 'nothing'
  }

  get hasRoom(): boolean {
    return this.#underWay < this.#window.bytes(performance.now())
  }

  /** Sends output, or marks the viewer as behind when there is too much of it. */
  show(bytes: Uint8Array): void {
    if (this.isBehind || !this.isOpen) return
    if (this.#underWay + bytes.length > BEHIND_BYTES) {
      this.isBehind = true
      return
    }
    this.sendBytes(bytes)
  }

  sendBytes(bytes: Uint8Array): void {
    if (!this.isOpen) return
    // Who had nothing to draw is not slow: their time begins with the first of it.
    if (this.#underWay === 0) this.#progressAt = performance.now()
    this.#window.sent(this.#sent + bytes.length, this.#sent - this.#drawn, performance.now())
    this.#sent += bytes.length
    this.#socket.send(bytes, { binary: true }, () => {
      if (!this.#acknowledges) this.#moved(this.#progress)
    })
    if (this.#acknowledges || (this.#asked > this.#drawn && this.#sent - this.#asked < ASK_BYTES)) return
    this.#asked = this.#sent
    this.#socket.ping(String(this.#sent))
  }

  tell(message: AttachTell): void {
    if (this.isOpen) this.#socket.send(JSON.stringify(message))
  }

  /** Nothing more is read from this one for now. */
  hold(isHeld: boolean): void {
    if (isHeld === this.#isHeld) return
    this.#isHeld = isHeld
    if (isHeld) this.#socket.pause()
    else this.#socket.resume()
  }

  leave(code: number, fault: { readonly code: string; readonly message: string }): void {
    this.leaveReason ??= fault.message
    this.tell({ type: 'leave', ...fault })
    this.close(code)
  }

  close(code: number = AttachClose.ended): void {
    this.#socket.resume()
    this.#socket.close(code)
    // Who does not answer the close must not keep the connection.
    setTimeout(() => this.#socket.terminate(), 1000).unref()
  }

  get #underWay(): number {
    return this.#acknowledges || this.#answers ? this.#sent - this.#drawn : this.#socket.bufferedAmount
  }

  #drew(bytes: number, progress: () => void): void {
    this.#drawn = Math.min(this.#sent, Math.max(this.#drawn, bytes))
    this.#window.arrived(this.#drawn, performance.now())
    this.#moved(progress)
  }

  #moved(progress: () => void): void {
    this.#progressAt = performance.now()
    progress()
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
