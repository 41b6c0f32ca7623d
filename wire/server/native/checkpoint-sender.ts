import type { Logger } from 'pino'
import type { NativeLink } from './native-link.ts'

/** A signed head of the journal, and how to show an agent that it extends what the agent keeps. */
export interface PublishedCheckpoint {
  readonly note: string
  readonly size: number
  /** Consistency proof from an earlier size: SHA-256 hashes, base64. */
  readonly proofFrom: (fromSize: number) => Promise<string[]>
}

/** The journal's key was replaced: `key` of ServerMessage. */
export interface KeyRotation {
  readonly key: string
  readonly endorsement: string
  readonly oldKey?: string
  readonly acceptance?: string
}

interface CheckpointSenderOptions {
  readonly everySeconds: number
  readonly log: Logger
  /** The agent keeps a checkpoint of a larger journal than this one. */
  readonly ahead: (link: NativeLink, journalSize: number) => void
}

/** Agents that share a starting point share a proof; this many starting points are remembered for one head. */
const PROOFS_KEPT = 1000

/** Hands each agent the newest checkpoint, at most every so often: the memory outside that the journal cannot rewrite. */
export class CheckpointSender {
  readonly #options: CheckpointSenderOptions
  #head: PublishedCheckpoint | undefined
  #proofs = new Map<number, Promise<string[]>>()

  constructor(options: CheckpointSenderOptions) {
    this.#options = options
  }

  publish(head: PublishedCheckpoint): void {
    if (this.#head && head.size < this.#head.size) return
    this.#head = head
    this.#proofs = new Map()
  }

  /** Called for every open link about once a second. */
  attend(link: NativeLink, now: number): void {
    const head = this.#head
    if (!head || link.isCheckpointRefused) return
    if (link.checkpointSize > head.size) {
      link.isCheckpointRefused = true
      this.#options.ahead(link, head.size)
      return
    }
    const fromSize = Math.max(link.offeredSize, link.checkpointSize)
    if (fromSize >= head.size || now - link.offeredAt < this.#options.everySeconds * 1000) return
    link.offeredSize = head.size
    link.offeredAt = now
    this.#send(link, head, fromSize)
  }

  /** What a beat says the agent keeps. A size below what it was sent long ago means that it passed that one over. */
  heard(link: NativeLink, size: number, now: number): void {
    link.checkpointSize = size
    if (size < link.offeredSize && now - link.offeredAt > 2000) link.offeredSize = size
  }

  #send(link: NativeLink, head: PublishedCheckpoint, fromSize: number): void {
    let proof = this.#proofs.get(fromSize)
    if (!proof) {
      proof = fromSize === 0 ? Promise.resolve([]) : head.proofFrom(fromSize)
      if (this.#proofs.size < PROOFS_KEPT) this.#proofs.set(fromSize, proof)
    }
    proof.then(
      (hashes) => link.send({ t: 'checkpoint', note: head.note, fromSize, proof: hashes }),
      (error) => {
        this.#proofs.delete(fromSize)
        link.offeredSize = fromSize
        this.#options.log.warn({ err: error, fromSize }, 'a checkpoint could not be proved to an agent')
      },
    )
  }
}
