import type { Journal } from '../../../base/server/journal/journal.ts'
import type { Parts } from '../../../base/server/parts.ts'
import type { Sentences } from './entry-text.ts'
import { type Followed, followJournal } from './follow.ts'

/** Sealings that come within this time are followed together. */
const GATHER_MILLISECONDS = 100
/** How long to wait when it failed, or when another server follows just now. */
const AGAIN_MILLISECONDS = 2000
/** Live pages are told of so many rows at once; of more they are told that there is more. */
const ANNOUNCED_MAX = 400

/** Keeps the log close behind the journal. The sealer only says that there is something; it waits for nobody here. */
export class Follower {
  readonly #parts: Pick<Parts, 'db' | 'bus' | 'log'>
  readonly #sentencesOf: Sentences
  #timer: NodeJS.Timeout | undefined
  #running: Promise<void> | undefined
  #again = false
  #stopped = false
  #stopListening = () => {}

  constructor(parts: Pick<Parts, 'db' | 'bus' | 'log'>, sentencesOf: Sentences) {
    this.#parts = parts
    this.#sentencesOf = sentencesOf
  }

  start(journal: Pick<Journal, 'onSealed'>): void {
    this.#stopListening = journal.onSealed(() => this.#soon(GATHER_MILLISECONDS))
    this.#soon(0)
  }

  /** Follows until nothing is left. @throws what the database says */
  async catchUp(): Promise<void> {
    while ((await this.#step())?.more) {}
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#stopListening()
    clearTimeout(this.#timer)
    await this.#running
  }

  #soon(milliseconds: number): void {
    if (this.#stopped || this.#timer !== undefined) return
    if (this.#running !== undefined) {
      this.#again = true
      return
    }
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      this.#running = this.#run().finally(() => {
        this.#running = undefined
        if (this.#again) this.#soon(GATHER_MILLISECONDS)
        this.#again = false
      })
    }, milliseconds)
  }

  async #run(): Promise<void> {
    try {
      for (let more = true; more && !this.#stopped; ) {
        const followed = await this.#step()
        if (followed === undefined) return this.#later()
        more = followed.more
      }
    } catch (error) {
      this.#parts.log.error(
        { err: error },
        'the log of activity could not follow the journal; it is tried again',
      )
      this.#later()
    }
  }

  #later(): void {
    if (this.#stopped || this.#timer !== undefined) return
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      this.#soon(0)
    }, AGAIN_MILLISECONDS)
  }

  async #step(): Promise<Followed | undefined> {
    const followed = await followJournal(this.#parts.db, this.#sentencesOf)
    const rows = followed?.rows ?? []
    const { bus } = this.#parts
    if (rows.length > ANNOUNCED_MAX) bus.publish('activity', 'everything')
    else for (const seq of rows) bus.publish('activity', String(seq))
    return followed
  }
}
