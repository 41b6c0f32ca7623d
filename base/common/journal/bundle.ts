import { asObject, readBody } from './body.ts'
import { equal, toUtf8 } from './bytes.ts'
import {
  checkHead,
  EvidenceDamaged,
  guarded,
  hashesOf,
  hashOf,
  numberOf,
  type SignedHead,
  type Trust,
} from './evidence.ts'
import { Frontier } from './frontier.ts'
import type { KeyHistory } from './key-history.ts'
import { coverOf, type TreeHash, treeHash } from './merkle.ts'

/**
 * A range of the journal as a file that proves itself: one JSON value a line.
 *
 * 1. the header;
 * 2. `{"left": […]}`: the perfect nodes that cover what is before the range;
 * 3. for each entry `{"sequence", "hash", "body"}`;
 * 4. `{"right": […]}`: those that cover what is after it;
 * 5. `{"checkpoint": "<signed note>"}`;
 * 6. `{"end": {"entries": <count>}}`: a file without this line was cut and is not a bundle.
 */
export interface BundleHeader {
  readonly bundle: 'annals-journal'
  readonly version: 1
  readonly origin: string
  /** The first entry. */
  readonly from: number
  /** The number after the last entry. */
  readonly to: number
  /** Entries in the journal the checkpoint signs. */
  readonly size: number
  readonly keys: KeyHistory
}

export interface CheckedBundle {
  readonly head: SignedHead
  readonly from: number
  readonly to: number
}

/** Lines longer than this are refused unread: a body has at most 64 KiB, which JSON may spell six times as long. */
export const BUNDLE_LINE_LIMIT = 1_000_000

type Step = 'header' | 'left' | 'entries' | 'checkpoint' | 'end' | 'done'

/** Reads a bundle line by line with no more memory than a few hashes. Every method throws EvidenceDamaged. */
export class BundleReader {
  readonly #trust: Trust
  readonly #hash: TreeHash
  readonly #frontier: Frontier
  #step: Step = 'header'
  #header: BundleHeader | undefined
  #next = 0
  #head: SignedHead | undefined

  constructor(trust: Trust) {
    this.#trust = trust
    this.#hash = treeHash(trust.sha256)
    this.#frontier = new Frontier(this.#hash)
  }

  line(text: string): void {
    if (text.length > BUNDLE_LINE_LIMIT) throw new EvidenceDamaged('a line is too long')
    const value = guarded(() => asObject('a line', JSON.parse(text)))
    if (this.#step === 'header') this.#readHeader(value)
    else if (this.#step === 'left') this.#readCover('left', value['left'], 0, this.#header!.from)
    else if (this.#step === 'entries' && this.#next < this.#header!.to) this.#readEntry(value)
    else if (this.#step === 'entries')
      this.#readCover('right', value['right'], this.#header!.to, this.#header!.size)
    else if (this.#step === 'checkpoint') this.#readCheckpoint(value['checkpoint'])
    else if (this.#step === 'end') this.#readEnd(value['end'])
    else throw new EvidenceDamaged('there is more after the end')
  }

  finish(): CheckedBundle {
    if (this.#step !== 'done')
      throw new EvidenceDamaged('the file was cut: it has no last line with the count')
    const { from, to } = this.#header!
    return { head: this.#head!, from, to }
  }

  #readHeader(value: Record<string, unknown>): void {
    if (
      value['bundle'] !== 'annals-journal' ||
      value['version'] !== 1 ||
      typeof value['origin'] !== 'string'
    ) {
      throw new EvidenceDamaged('not a bundle of version 1')
    }
    const [from, to, size] = ['from', 'to', 'size'].map((name) => numberOf(name, value[name]))
    if (from! > to! || to! > size!) throw new EvidenceDamaged('the range is not within the journal')
    this.#header = value as unknown as BundleHeader
    this.#next = from!
    this.#step = 'left'
  }

  #readCover(side: 'left' | 'right', value: unknown, from: number, to: number): void {
    const hashes = hashesOf(`"${side}"`, value)
    const cover = coverOf(from, to)
    if (hashes.length !== cover.length) throw new EvidenceDamaged(`"${side}" has a wrong number of hashes`)
    for (const [place, { height }] of cover.entries()) this.#frontier.append(hashes[place]!, height)
    this.#step = side === 'left' ? 'entries' : 'checkpoint'
  }

  #readEntry({ sequence, hash, body }: Record<string, unknown>): void {
    const due = this.#next
    if (sequence !== due || typeof body !== 'string') {
      const why =
        typeof sequence !== 'number' ? 'missing' : sequence > due ? 'missing (a hole)' : 'out of order'
      throw new EvidenceDamaged(`entry ${due} is ${why}`, due)
    }
    const leafHash = this.#hash.leaf(toUtf8(body))
    if (!equal(leafHash, hashOf('an entry\u2019s hash', hash))) {
      throw new EvidenceDamaged(`entry ${due} was edited: its text does not have the hash beside it`, due)
    }
    guarded(() => readBody(body))
    this.#frontier.append(leafHash)
    this.#next++
  }

  #readCheckpoint(note: unknown): void {
    const { origin, size, keys, from, to } = this.#header!
    const head = checkHead(note, keys, origin, this.#trust)
    if (head.size !== size)
      throw new EvidenceDamaged(`the checkpoint is of size ${head.size}, the header says ${size}`)
    if (!equal(this.#frontier.root(), head.root)) {
      throw new EvidenceDamaged(
        `an entry of ${from} to ${to - 1} was changed, or a hash beside them: the root is not the signed one`,
      )
    }
    this.#head = head
    this.#step = 'end'
  }

  #readEnd(value: unknown): void {
    const { entries } = guarded(() => asObject('the last line', value))
    if (entries !== this.#header!.to - this.#header!.from)
      throw new EvidenceDamaged('the count in the last line is wrong')
    this.#step = 'done'
  }
}
