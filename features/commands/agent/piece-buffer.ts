import { PIECE_HEADER_BYTES } from '../common/wire.ts'
import { pieceHeader } from './pieces.ts'

const FIRST_BYTES = 8 * 1024
const PIECE_BYTES_MAX = 1024 * 1024

/**
 * Output on its way to the disk: whole pieces, one after another in one stretch of memory that is used again and
 * again, so that neither a flood nor a drizzle of output leaves anything to clean up.
 */
export class PieceBuffer {
  #memory = Buffer.alloc(0)
  #length = 0
  /** Where the piece begins that more of the same stream is added to. */
  #openAt = -1

  get length(): number {
    return this.#length
  }

  /** What has been added since `clear`; valid until the next call. */
  get bytes(): Buffer {
    return this.#memory.subarray(0, this.#length)
  }

  /** Copies. @param at milliseconds since 1970; of the first read where several share a piece. */
  add(track: number, bytes: Uint8Array, at: number): void {
    const open = this.#openAt
    const length = open < 0 ? 0 : this.#length - open - PIECE_HEADER_BYTES
    const isSame = open >= 0 && this.#memory[open] === track && length + bytes.length <= PIECE_BYTES_MAX
    this.#reserve(bytes.length + PIECE_HEADER_BYTES)
    if (isSame) this.#memory.writeUInt32BE(length + bytes.length, open + 9)
    else {
      this.#openAt = this.#length
      this.#memory.set(pieceHeader(track, at, bytes.length), this.#length)
      this.#length += PIECE_HEADER_BYTES
    }
    this.#memory.set(bytes, this.#length)
    this.#length += bytes.length
  }

  clear(): void {
    this.#length = 0
    this.#openAt = -1
  }

  /** Walks over the pieces, to put them somewhere else. */
  forEach(take: (track: number, bytes: Uint8Array, at: number) => void): void {
    for (let at = 0; at < this.#length; ) {
      const length = this.#memory.readUInt32BE(at + 9)
      const from = at + PIECE_HEADER_BYTES
      take(
        this.#memory[at]!,
        this.#memory.subarray(from, from + length),
        Number(this.#memory.readBigUInt64BE(at + 1)),
      )
      at = from + length
    }
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#memory.length) return
    const size = Math.max(FIRST_BYTES, 2 ** Math.ceil(Math.log2(this.#length + more)))
    const larger = Buffer.allocUnsafeSlow(size)
    larger.set(this.bytes)
    this.#memory = larger
  }
}
