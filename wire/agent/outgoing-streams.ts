import { FRAME_HEADER_BYTES, FRAME_PAYLOAD_BYTES_MAX, writeFrameHeader } from '../common/frames.ts'
import type { AgentMessage, ServerMessage } from '../common/messages.ts'

type Position = Extract<ServerMessage, { t: 'stream.position' }>

/** Bytes on disk that the server must get in order. */
export interface StreamSource {
  readonly purpose: string
  readonly track: number
  /** How many bytes can be read now. */
  readonly length: () => number
  /** Fills `into` from that offset. @returns how many bytes it could read. */
  readonly read: (offset: number, into: Uint8Array) => Promise<number>
  /** The server has everything below `offset`. */
  readonly acknowledged: (offset: number) => void
  /** The server wants none of it, or no more. */
  readonly unwanted: (offset: number) => void
}

/** One connection, as streams see it. */
export interface StreamWire {
  readonly send: (message: AgentMessage) => void
  /** Copies the frame before it returns. Resolves when there is room for more. */
  readonly sendFrame: (frame: Uint8Array) => Promise<void>
}

interface Entry {
  readonly id: string
  readonly source: StreamSource
  offered: boolean
  sent: number
  /** The server has room up to here; -1 until it has answered the offer. */
  allowed: number
}

/** Sends every stream's bytes as far as the server gives credit, each in turn so that none starves another. */
export class OutgoingStreams {
  readonly #entries = new Map<string, Entry>()
  readonly #due = new Set<Entry>()
  #wire: StreamWire | undefined
  #pumping = false
  /** Every frame is made in the same place. */
  #frame: Uint8Array | undefined

  add(id: string, source: StreamSource): void {
    const entry: Entry = { id, source, offered: false, sent: 0, allowed: -1 }
    this.#entries.set(id, entry)
    this.grown(id)
  }

  /** There is more to read. */
  grown(id: string): void {
    const entry = this.#entries.get(id)
    if (entry === undefined || this.#wire === undefined || entry.source.length() === 0) return
    if (!entry.offered) {
      entry.offered = true
      this.#wire.send({ t: 'stream.offer', stream: id, purpose: entry.source.purpose })
    } else this.#schedule(entry)
  }

  remove(id: string): void {
    const entry = this.#entries.get(id)
    if (entry === undefined) return
    this.#entries.delete(id)
    this.#due.delete(entry)
  }

  linked(wire: StreamWire): void {
    this.#wire = wire
    for (const entry of this.#entries.values()) {
      entry.offered = false
      entry.allowed = -1
      this.grown(entry.id)
    }
  }

  unlinked(): void {
    this.#wire = undefined
    this.#due.clear()
  }

  position({ stream, offset, credit, unwanted }: Position): void {
    const entry = this.#entries.get(stream)
    if (entry === undefined) return
    if (unwanted === true) {
      this.remove(stream)
      entry.source.unwanted(offset)
      return
    }
    // The first answer on a connection says where to begin; later ones only move the window.
    if (entry.allowed < 0) entry.sent = offset
    entry.allowed = offset + credit
    entry.source.acknowledged(offset)
    this.#schedule(entry)
  }

  #schedule(entry: Entry): void {
    if (entry.sent >= Math.min(entry.allowed, entry.source.length())) return
    this.#due.add(entry)
    if (!this.#pumping) {
      this.#pumping = true
      void this.#pump().finally(() => {
        this.#pumping = false
        // Whatever became due between the last look and now must not wait for the next growth.
        const [next] = this.#due
        if (next !== undefined) this.#schedule(next)
      })
    }
  }

  async #pump(): Promise<void> {
    // What is added in one go leaves in one frame.
    await null
    for (const entry of this.#due) {
      const wire = this.#wire
      this.#due.delete(entry)
      const room = Math.min(entry.allowed, entry.source.length()) - entry.sent
      if (wire === undefined || room <= 0) continue
      const offset = entry.sent
      this.#frame ??= new Uint8Array(FRAME_HEADER_BYTES + FRAME_PAYLOAD_BYTES_MAX)
      const length = Math.min(room, FRAME_PAYLOAD_BYTES_MAX)
      const payload = this.#frame.subarray(FRAME_HEADER_BYTES, FRAME_HEADER_BYTES + length)
      const read = await entry.source.read(offset, payload)
      // While we read, the link may have been lost or the stream restarted: then these bytes are not the next ones.
      if (this.#wire !== wire || entry.sent !== offset || read === 0) continue
      entry.sent += read
      writeFrameHeader(this.#frame, { track: entry.source.track, stream: entry.id, offset })
      await wire.sendFrame(this.#frame.subarray(0, FRAME_HEADER_BYTES + read))
      if (this.#entries.has(entry.id) && entry.sent < Math.min(entry.allowed, entry.source.length()))
        this.#due.add(entry)
    }
  }
}
