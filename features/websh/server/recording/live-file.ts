import type { BlobStore, BlobWriter } from '../../../../base/server/blobs/blob-store.ts'

/** Where the part of a stream lies that is not in chunks yet: one blob from each chunk's beginning on. */
export const liveName = (terminalId: string, startOffset: number) =>
  `recordings/${terminalId}/live-${startOffset}`
/** @param blobs how their names end, as the recording's row says it */
export const piecesName = (terminalId: string, blobs = '') => `recordings/${terminalId}/pieces${blobs}`
export const snapshotsName = (terminalId: string, blobs = '') => `recordings/${terminalId}/snapshots${blobs}`

/** A live file that is appended to, and the promise of its next sync, which many writes share. */
export class LiveFile {
  readonly name: string
  readonly startOffset: number
  readonly #writer: BlobWriter
  #durable: number
  #syncing: Promise<void> | undefined
  #next: Promise<void> | undefined

  private constructor(name: string, startOffset: number, writer: BlobWriter) {
    this.name = name
    this.startOffset = startOffset
    this.#writer = writer
    this.#durable = writer.length
  }

  static async open(blobs: BlobStore, terminalId: string, startOffset: number): Promise<LiveFile> {
    const name = liveName(terminalId, startOffset)
    return new LiveFile(name, startOffset, await blobs.append(name))
  }

  /** Offset in the stream behind the last byte written. */
  get end(): number {
    return this.startOffset + this.#writer.length
  }

  /** Offset in the stream up to which everything is on disk. */
  get durable(): number {
    return this.startOffset + this.#durable
  }

  write(bytes: Uint8Array): Promise<void> {
    return this.#writer.write(bytes)
  }

  async truncate(end: number): Promise<void> {
    await this.#writer.truncate(end - this.startOffset)
    this.#durable = Math.min(this.#durable, end - this.startOffset)
  }

  /** Everything written before the call is on disk when it resolves; calls made during a sync share the next one. */
  sync(): Promise<void> {
    if (this.#syncing === undefined) return this.#start()
    this.#next ??= this.#syncing.then(
      () => this.#start(),
      () => this.#start(),
    )
    return this.#next
  }

  #start(): Promise<void> {
    this.#next = undefined
    const length = this.#writer.length
    const syncing = this.#writer.sync().then(() => {
      this.#durable = length
    })
    this.#syncing = syncing
    const done = () => {
      if (this.#syncing === syncing) this.#syncing = undefined
    }
    syncing.then(done, done)
    return syncing
  }

  close(): Promise<void> {
    return this.#writer.close()
  }
}
