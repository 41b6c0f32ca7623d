import { toHex } from '../../../../base/common/journal/bytes.ts'
import type { RecordingSegment } from '../../common/recording.ts'

/**
 * `waiting`: the bytes are what the server said, and no sealed entry holds their hash yet. `removed`: there are none any more, and an
 * entry says so of just this hash.
 */
export type SegmentMark = 'unchecked' | 'verified' | 'removed' | 'waiting' | 'differs'

export interface CheckedSegment extends RecordingSegment {
  readonly mark: SegmentMark
  /** What is wrong; only where it differs. */
  readonly why: string | null
}

export interface SegmentSource {
  /** All segments from a number on. */
  segments(from: number): Promise<RecordingSegment[]>
  bytes(offset: number): Promise<{ from: number; bytes: Uint8Array }>
  digest(bytes: Uint8Array): Promise<Uint8Array>
  /** The hashes an entry holds, or says were removed, by number of segment, after proving that it is in the journal. */
  proven(entry: number): Promise<ReadonlyMap<number, string>>
}

/** Checks segments as their bytes come by, or all of them: against their hash, and the hash against the journal. */
export class SegmentChecks {
  readonly #source: SegmentSource
  readonly #changed: () => void
  readonly #proven = new Map<number, Promise<ReadonlyMap<number, string>>>()
  #segments: CheckedSegment[] = []
  /** A stretch of the stream that has come by without a hole. */
  #run: { from: number; bytes: Uint8Array } = { from: 0, bytes: new Uint8Array(0) }
  #busy: Promise<void> = Promise.resolve()
  #isChecking = false
  #isOver = false

  constructor(source: SegmentSource, changed: () => void) {
    this.#source = source
    this.#changed = changed
  }

  get segments(): readonly CheckedSegment[] {
    return this.#segments
  }

  get isChecking(): boolean {
    return this.#isChecking
  }

  stop(): void {
    this.#isOver = true
  }

  /** Reads which segments there are now, and again those whose entry was not sealed. */
  async load(): Promise<void> {
    const first = this.#segments.findIndex(
      ({ entry, removedAt, removalEntry }) => entry === null || (removedAt !== null && removalEntry === null),
    )
    const from = first < 0 ? this.#segments.length : first
    const read = await this.#source.segments(from)
    const before = this.#segments
    this.#segments = [
      ...before.slice(0, from),
      ...read.map((segment): CheckedSegment => {
        const known = before[segment.no]
        // What waited for its entry is checked again when it comes by, or now if it is here.
        return known !== undefined && known.mark !== 'waiting'
          ? { ...segment, mark: known.mark, why: known.why }
          : { ...segment, mark: 'unchecked', why: null }
      }),
    ]
    this.#changed()
    this.#busy = this.#busy.then(() => this.#checkRemoved())
  }

  /** Bytes of the stream come by. */
  offer(from: number, bytes: Uint8Array): void {
    this.#busy = this.#busy.then(() => this.#take(from, bytes))
  }

  /** Reads and checks everything that is not checked yet. */
  async checkAll(): Promise<void> {
    if (this.#isChecking) return
    this.#isChecking = true
    this.#changed()
    try {
      await this.load()
      await this.#busy
      for (;;) {
        const next = this.#segments.find(({ mark }) => mark === 'unchecked')
        if (next === undefined || this.#isOver) return
        const { from, bytes } = await this.#source.bytes(next.startOffset)
        this.offer(from, bytes)
        await this.#busy
        if (this.#segments[next.no]?.mark === 'unchecked')
          this.#mark(next.no, 'differs', 'the server did not send all of it')
      }
    } finally {
      this.#isChecking = false
      this.#changed()
    }
  }

  async #take(from: number, bytes: Uint8Array): Promise<void> {
    const run = this.#run
    const isNext = from === run.from + run.bytes.length && run.bytes.length > 0
    const all = isNext ? concatenated(run.bytes, bytes) : bytes
    const start = isNext ? run.from : from
    const end = start + all.length
    let kept = end
    for (const segment of this.#segments) {
      if (segment.startOffset + segment.length <= start) continue
      if (segment.startOffset >= end) break
      if (segment.startOffset + segment.length > end) kept = Math.max(segment.startOffset, start)
      else if (segment.startOffset >= start && segment.mark === 'unchecked')
        await this.#check(
          segment,
          all.subarray(segment.startOffset - start, segment.startOffset - start + segment.length),
        )
    }
    this.#run = { from: kept, bytes: all.slice(kept - start) }
  }

  /** Nothing comes by of what was removed: whether it was is for the journal to say. */
  async #checkRemoved(): Promise<void> {
    for (const { no, mark, removedAt, removalEntry, entry, sha256 } of this.#segments) {
      if (mark !== 'unchecked' || removedAt === null || this.#isOver) continue
      if (removalEntry === null || entry === null) {
        this.#mark(no, 'waiting', null)
        continue
      }
      try {
        const isTold = (await this.#provenBy(removalEntry)).get(no) === sha256
        if (!isTold)
          this.#mark(no, 'differs', `entry ${removalEntry} of the journal does not say that it was removed`)
        else if ((await this.#provenBy(entry)).get(no) === sha256) this.#mark(no, 'removed', null)
        else this.#mark(no, 'differs', `entry ${entry} of the journal holds another hash`)
      } catch (error) {
        this.#mark(no, 'differs', error instanceof Error ? error.message : String(error))
      }
    }
  }

  #provenBy(entry: number): Promise<ReadonlyMap<number, string>> {
    let proof = this.#proven.get(entry)
    if (proof === undefined) {
      proof = this.#source.proven(entry)
      this.#proven.set(entry, proof)
    }
    return proof
  }

  async #check(segment: RecordingSegment, bytes: Uint8Array): Promise<void> {
    const hash = toHex(await this.#source.digest(bytes))
    if (hash !== segment.sha256)
      return this.#mark(
        segment.no,
        'differs',
        `its bytes do not have the hash ${segment.sha256.slice(0, 12)}…`,
      )
    if (segment.entry === null) return this.#mark(segment.no, 'waiting', null)
    const { entry } = segment
    try {
      const held = (await this.#provenBy(entry)).get(segment.no)
      if (held === hash) this.#mark(segment.no, 'verified', null)
      else this.#mark(segment.no, 'differs', `entry ${entry} of the journal holds another hash`)
    } catch (error) {
      this.#mark(segment.no, 'differs', error instanceof Error ? error.message : String(error))
    }
  }

  #mark(no: number, mark: SegmentMark, why: string | null): void {
    this.#segments = this.#segments.map((segment) =>
      segment.no === no ? { ...segment, mark, why } : segment,
    )
    this.#changed()
  }
}

function concatenated(first: Uint8Array, second: Uint8Array): Uint8Array {
  const all = new Uint8Array(first.length + second.length)
  all.set(first)
  all.set(second, first.length)
  return all
}
