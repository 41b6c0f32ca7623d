import type { BlobStore } from '../../../../base/server/blobs/blob-store.ts'
import { LiveFile } from './live-file.ts'
import { readRange } from './pack.ts'

const COPIED_BYTES = 1024 * 1024

/**
 * New live files behind the one that is written to. They are made while that goes on; only the last bytes are copied in a moment in
 * which nobody writes. Whoever reads or restarts goes on with the old file, which has everything, until the first of the new
 * ones is whole, so that one stays a byte short until all the others are on disk.
 */
export class Rotation {
  readonly #blobs: BlobStore
  readonly #old: LiveFile
  readonly #starts: readonly number[]
  readonly #files: LiveFile[] = []

  private constructor(blobs: BlobStore, old: LiveFile, starts: readonly number[]) {
    this.#blobs = blobs
    this.#old = old
    this.#starts = starts
  }

  /** @param starts where the new files begin, at least one, all of it within the old one */
  static async prepare(
    blobs: BlobStore,
    terminalId: string,
    old: LiveFile,
    starts: readonly number[],
  ): Promise<Rotation> {
    const rotation = new Rotation(blobs, old, starts)
    try {
      for (const start of starts) {
        const file = await LiveFile.open(blobs, terminalId, start)
        rotation.#files.push(file)
        // Left by whoever was ended while making it.
        if (file.end > start) await file.truncate(start)
      }
      await rotation.#copy(1)
    } catch (error) {
      await rotation.#letGo()
      throw error
    }
    return rotation
  }

  /** To be called while nobody writes to the old file. @returns the new ones, the last of which is written to from now on */
  async finish(): Promise<LiveFile[]> {
    try {
      await this.#copy(0)
    } catch (error) {
      await this.#letGo()
      throw error
    }
    return this.#files
  }

  /** From the last to the first, which is left so many bytes short. */
  async #copy(bytesShort: number): Promise<void> {
    for (const [index, file] of [...this.#files.entries()].toReversed()) {
      const end = this.#starts[index + 1] ?? this.#old.end
      const to = index === 0 ? end - bytesShort : end
      if (file.end >= to) continue
      while (file.end < to) await file.write(await this.#read(file.end, to))
      await file.sync()
    }
  }

  #read(from: number, to: number): Promise<Buffer> {
    const { name, startOffset } = this.#old
    return readRange(this.#blobs, name, from - startOffset, Math.min(COPIED_BYTES, to - from))
  }

  async #letGo(): Promise<void> {
    for (const file of this.#files) await file.close()
  }
}
