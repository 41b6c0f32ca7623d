import type { Actor } from '../../../../base/server/actor.ts'
import type { Named } from '../../../../base/server/journal/entry.ts'
import type { Parts } from '../../../../base/server/parts.ts'
import type { ReadPiece } from '../../common/piece.ts'
import { type LiveFile, piecesName } from './live-file.ts'
import { startsAfter } from './live-starts.ts'
import { appendEach, type Haste, packed, readRange } from './pack.ts'
import { Rotation } from './rotation.ts'
import type { Segment, Segmenter } from './segmenter.ts'
import { type Chunk, storeChunks, storeClosed, storeSegments } from './store.ts'

export type RecorderParts = Pick<Parts, 'db' | 'blobs' | 'writeEntry' | 'sealSoon' | 'now' | 'log'>

/** What entries about a recording say. */
export interface RecordedTerminal {
  readonly id: string
  /** Missing where it was recorded elsewhere. */
  readonly server?: Named | undefined
  /** Who opened the terminal, as their entries show them. */
  readonly actor: Pick<Actor, 'id' | 'name' | 'kind' | 'via'>
}

export type Ending = 'complete' | 'interrupted' | 'broken'

/** Segments told in one entry. */
const SEGMENTS_IN_ENTRY = 200
/** So much may wait for packing before writers wait for it, and from so much on it hurries, and hurries more. */
const UNPACKED_BYTES_MAX = 16 * 1024 * 1024
const HURRIED_BYTES = [1.25 * 1024 * 1024, 2.5 * 1024 * 1024]
/** The chunks of one live file go to the disk and into the database together: as few files as that leaves bounded. */
const FILE_BYTES = 2 * 1024 * 1024
const RETRY_MILLISECONDS = 500
/** Who waits for the end should hear that it cannot be written. */
const ATTEMPTS_AFTER_END = 20

export interface RecorderStart {
  readonly parts: RecorderParts
  readonly terminal: RecordedTerminal
  readonly segmenter: Segmenter
  /** Oldest first; the last one is written to. */
  readonly files: readonly LiveFile[]
  /** Where chunks begin behind the beginning of the first one, by the stored segments. */
  readonly chunkStarts: readonly number[]
  /** Segments in the database, and those found closed on disk when it was opened. */
  readonly storedSegments: number
  readonly closed: readonly Segment[]
  /** Bytes of the blob of chunks that the database knows. */
  readonly storedBytes: number
  /** Bytes of the stream in stored segments. */
  readonly storedLength: number
  readonly onEnd: () => void
}

/**
 * Keeps one terminal's piece stream. What `write` has resolved for is on disk; what is in closed segments is also in the
 * database and its hash in the journal. Bytes, chunk and position of a chunk land before the live file they were in goes.
 */
export class Recorder {
  readonly terminal: RecordedTerminal
  readonly #parts: RecorderParts
  readonly #segmenter: Segmenter
  readonly #files: LiveFile[]
  #chunkStarts: number[]
  readonly #closed: Segment[]
  readonly #listeners = new Set<(pieces: readonly ReadPiece[]) => void>()
  readonly #onEnd: () => void
  #segments: number
  #storedBytes: number
  /** Offset behind the last segment that is in the database. */
  #told: number
  #openedAt: number | undefined
  #storing: Promise<void> | undefined
  #storingNext: Promise<void> | undefined
  /** Whoever goes on with it tells what was not told. */
  #isLeft = false
  #whenPacked: (() => void)[] = []
  /** Writing, rotating and ending take turns. */
  #turn: Promise<unknown> = Promise.resolve()
  #failure: Error | undefined
  #isEnded = false

  constructor(start: RecorderStart) {
    this.terminal = start.terminal
    this.#parts = start.parts
    this.#segmenter = start.segmenter
    this.#files = [...start.files]
    this.#chunkStarts = [...start.chunkStarts]
    this.#closed = [...start.closed]
    this.#segments = start.storedSegments
    this.#storedBytes = start.storedBytes
    this.#told = start.storedLength
    this.#onEnd = start.onEnd
    if (this.#closed.length > 0 || this.#chunkStarts.length > 0) this.#storeSoon()
    if (this.#segmenter.openBytes > 0) this.#openedAt = this.#parts.now().getTime()
  }

  /** Bytes of the stream that are on disk: whoever sends continues from here. */
  get offset(): number {
    return this.#file.durable
  }

  /** Milliseconds of the last whole piece. */
  get at(): number {
    return this.#segmenter.at
  }

  /** Called with pieces as they arrive, before they are durable. */
  listen(listener: (pieces: readonly ReadPiece[]) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /**
   * Takes bytes of the stream, in order; what it has already is passed over.
   * @returns the durable offset
   * @throws RangeError when bytes before these are missing or these are not pieces; Error when the disk refuses: after that
   * the recorder takes no more and has to be ended as broken
   */
  async write(bytes: Uint8Array, offset: number): Promise<number> {
    // Waited for before it is our turn: storing takes turns too.
    if (this.#unpackedBytes > UNPACKED_BYTES_MAX) await this.#onePacked()
    return this.#inTurn(async () => {
      if (this.#failure) throw this.#failure
      if (this.#isEnded) throw new Error('this recording is closed')
      const known = this.#file.end
      if (offset > known) throw new RangeError(`bytes ${known} to ${offset} of this terminal did not arrive`)
      if (offset + bytes.length <= known) return this.#file.durable
      const fresh = bytes.subarray(known - offset)
      try {
        const { pieces, closed } = this.#segmenter.take(fresh)
        await this.#file.write(fresh)
        this.#closed.push(...closed)
        for (const listener of this.#listeners) listener(pieces)
        await this.#file.sync()
      } catch (error) {
        this.#failure = error as Error
        throw error
      }
      if (this.#closed.length > 0) this.#storeSoon()
      this.#openedAt ??= this.#segmenter.openBytes > 0 ? this.#parts.now().getTime() : undefined
      return this.#file.durable
    })
  }

  /** Closes a segment that has been open for long, so that its hash is in the journal while the terminal runs. */
  beat(now: Date, openMillisecondsMax: number): void {
    if (this.#openedAt === undefined || now.getTime() - this.#openedAt < openMillisecondsMax) return
    void this.#inTurn(async () => {
      if (this.#isEnded || this.#failure) return
      this.#cut()
      this.#storeSoon()
    })
  }

  /** Why nothing more can be written; the recording then has to be opened anew from what is on disk, and ended. */
  get failure(): Error | undefined {
    return this.#failure
  }

  /**
   * Ends the recording: what is open is closed, told and packed, and an entry says how it ended. Bytes at the end that are
   * not a whole piece are left out. Where it throws because the database stays away, it can be asked for again.
   */
  async end(how: Ending, why: string | null = null): Promise<void> {
    await this.#inTurn(async () => {
      if (this.#isEnded) return
      this.#isEnded = true
      this.#cut()
    })
    await this.#store()
    const file = this.#file
    if (this.#told > file.startOffset) await this.#pack(file, this.#told)
    const ending = {
      ...{ how, why, segments: this.#segments, bytes: this.#told },
      durationMilliseconds: this.#segmenter.at,
    }
    await this.#untilStored(() => storeClosed(this.#parts, this.terminal, ending))
    this.#parts.sealSoon()
    await this.#letGo()
    await this.#parts.blobs.remove(file.name)
  }

  /** Lets go without ending: another process, or this one after a restart, goes on. */
  async close(): Promise<void> {
    await this.#inTurn(async () => {
      this.#isEnded = true
    })
    this.#isLeft = true
    await (this.#storingNext ?? this.#storing)?.catch(() => {})
    await this.#letGo()
  }

  get #file(): LiveFile {
    return this.#files.at(-1)!
  }

  get #unpackedBytes(): number {
    return this.#told - this.#files[0]!.startOffset
  }

  async #letGo() {
    this.#listeners.clear()
    for (const file of this.#files) await file.close()
    this.#onEnd()
  }

  #cut() {
    const segment = this.#segmenter.cut()
    if (segment) this.#closed.push(segment)
    this.#openedAt = undefined
  }

  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(act, act)
    this.#turn = done.catch(() => {})
    return done
  }

  /** A disk that refuses shows at the next write. */
  #storeSoon(): void {
    this.#store().catch((error: unknown) => {
      this.#failure ??= error as Error
    })
  }

  /** One at a time; calls made during one share the next. */
  #store(): Promise<void> {
    if (this.#storing === undefined) return this.#beginStoring()
    const next = () => this.#beginStoring()
    this.#storingNext ??= this.#storing.then(next, next)
    return this.#storingNext
  }

  #beginStoring(): Promise<void> {
    this.#storingNext = undefined
    const storing = this.#tellAndPack()
    this.#storing = storing
    const done = () => {
      if (this.#storing === storing) this.#storing = undefined
    }
    storing.then(done, done)
    return storing
  }

  /** In turns, so that what is told does not gather in the file that is written to. */
  async #tellAndPack(): Promise<void> {
    await this.#rotate()
    while (this.#closed.length > 0 || this.#files.length > 1) {
      for (let left = this.#closed.length; left > 0; ) left -= await this.#tell()
      await this.#rotate()
      if (this.#files.length > 1) await this.#packOldest()
    }
  }

  /** @returns how many segments */
  async #tell(): Promise<number> {
    const segments = this.#closed.slice(0, SEGMENTS_IN_ENTRY)
    await this.#untilStored(() => storeSegments(this.#parts, this.terminal, segments))
    this.#parts.sealSoon()
    this.#closed.splice(0, segments.length)
    const last = segments.at(-1)!
    this.#segments = last.no + 1
    this.#told = last.startOffset + last.length
    const start = this.#chunkStarts.at(-1) ?? this.#files[0]!.startOffset
    this.#chunkStarts.push(...startsAfter(start, segments))
    return segments.length
  }

  async #packOldest(): Promise<void> {
    const [file, next] = this.#files
    await this.#pack(file!, next!.startOffset)
    this.#files.shift()
    this.#wakeUp()
    await file!.close()
    await this.#parts.blobs.remove(file!.name)
  }

  /** Resolves with the next file that was packed, or when none will be. */
  async #onePacked(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#whenPacked.push(resolve)
    const wakeUp = () => this.#wakeUp()
    this.#store().then(wakeUp, wakeUp)
    await promise
  }

  #wakeUp() {
    for (const resolve of this.#whenPacked.splice(0)) resolve()
  }

  /** New live files, the last of them from the last chunk on: writing goes on meanwhile, but for the last moment. */
  async #rotate(): Promise<void> {
    const starts: number[] = []
    const after = this.#chunkStarts.filter((start) => start > this.#file.startOffset)
    for (const start of after)
      if (start === after.at(-1) || start - (starts.at(-1) ?? this.#file.startOffset) >= FILE_BYTES)
        starts.push(start)
    if (starts.length === 0) return
    const rotation = await Rotation.prepare(this.#parts.blobs, this.terminal.id, this.#file, starts)
    await this.#inTurn(async () => {
      try {
        this.#files.push(...(await rotation.finish()))
      } catch (error) {
        // The new ones may be what a restart goes on with: nothing more may be written to the old one.
        this.#failure ??= error as Error
        throw error
      }
    })
  }

  /** What the file has up to there becomes chunks, one behind the other. */
  async #pack(file: LiveFile, end: number): Promise<void> {
    const { blobs } = this.#parts
    const name = piecesName(this.terminal.id)
    const starts = [
      file.startOffset,
      ...this.#chunkStarts.filter((start) => start > file.startOffset && start < end),
    ]
    // The same for every attempt: where an answer was lost, the same bytes are written again to where they lie.
    const haste = HURRIED_BYTES.filter((bytes) => this.#unpackedBytes >= bytes).length as Haste
    await this.#untilStored(async () => {
      const chunks: Chunk[] = []
      let blobOffset = this.#storedBytes
      const pack = async function* () {
        for (const [index, startOffset] of starts.entries()) {
          const length = (starts[index + 1] ?? end) - startOffset
          const bytes = await packed(
            await readRange(blobs, file.name, startOffset - file.startOffset, length),
            haste,
          )
          chunks.push({ startOffset, length, blobOffset, blobLength: bytes.length })
          blobOffset += bytes.length
          yield bytes
        }
      }
      await appendEach(blobs, name, pack(), this.#storedBytes)
      await storeChunks(this.#parts, this.terminal.id, chunks)
      this.#storedBytes = blobOffset
    })
    this.#chunkStarts = this.#chunkStarts.filter((start) => start > end)
  }

  /** The database may be away for a while: the bytes are safe, so what tells of them waits. */
  async #untilStored(act: () => Promise<void>): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await act()
      } catch (error) {
        if (this.#isLeft || (this.#isEnded && attempt >= ATTEMPTS_AFTER_END)) throw error
        if (attempt % 20 === 0)
          this.#parts.log.warn({ err: error, terminalId: this.terminal.id }, 'a recording waits to be stored')
        await new Promise((resolve) => setTimeout(resolve, RETRY_MILLISECONDS).unref())
      }
    }
  }
}
