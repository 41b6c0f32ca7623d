import type { BlobStore } from '../../../../base/server/blobs/blob-store.ts'
import { LiveFile } from './live-file.ts'
import { readRange } from './pack.ts'

const COPIED_BYTES = 1024 * 1024

/**
 * New live files behind the one that is written to. They are made while that goes on; only the last bytes are copied in a moment in
 * which nobody writes. Whoever reads or restarts goes on with the old file, which has everything, until the last of the new
 * ones goes as far as it does; so that one stays a byte short until all of them are on disk.
 */
export class Rotation {
  readonly #blobs: BlobStore
  readonly #old: LiveFile
  readonly #files: LiveFile[] = []

  private constructor(blobs: BlobStore, old: LiveFile) {
    this.#blobs = blobs
    this.#old = old
  }

  /** @param starts where the new files begin, at least one, all of it within the old one */
  static async prepare(
    blobs: BlobStore,
    terminalId: string,
    old: LiveFile,
    starts: readonly number[],
  ): Promise<Rotation> {
    const rotation = new Rotation(blobs, old)
    try {
      for (const start of starts) {
        const file = await LiveFile.open(blobs, terminalId, start)
        rotation.#files.push(file)
        // Left by whoever was ended while making it.
        if (file.end > start) await file.truncate(start)
      }
      const { end } = old
      for (const [index, file] of rotation.#files.entries())
        await rotation.#copy(file, starts[index + 1] ?? end - 1)
    } catch (error) {
      await rotation.#letGo()
      throw error
    }
    return rotation
  }

  /** To be called while nobody writes to the old file. @returns the new ones, the last of which is written to from now on */
  async finish(): Promise<LiveFile[]> {
    try {
      await this.#copy(this.#files.at(-1)!, this.#old.end)
    } catch (error) {
      await this.#letGo()
      throw error
    }
    return this.#files
  }

  async #copy(file: LiveFile, to: number): Promise<void> {
    while (file.end < to) await file.write(await this.#read(file.end, to))
    await file.sync()
  }

  #read(from: number, to: number): Promise<Buffer> {
    const { name, startOffset } = this.#old
    return readRange(this.#blobs, name, from - startOffset, Math.min(COPIED_BYTES, to - from))
  }

  async #letGo(): Promise<void> {
    for (const file of this.#files) await file.close()
  }
}
