import type { Logger } from 'pino'

const IDLE_MILLISECONDS = 1000

export interface Following<T> {
  /** What is worked on, for the log: "screens". */
  readonly what: string
  readonly log: Logger
  /** Recordings that have more than was worked on, some of them. */
  readonly behind: () => Promise<readonly T[]>
  /** Works on one for a while. */
  readonly follow: (recording: T) => Promise<void>
  /** What could not be worked on must not be tried for ever. */
  readonly giveUp: (recording: T, error: unknown) => Promise<void>
}

/**
 * Works behind recordings, one after another, whenever there is more. Where it stands is in the database, so that a restart
 * goes on there.
 */
export class FollowLoop<T> {
  readonly #following: Following<T>
  #isStopped = false
  #wake: (() => void) | undefined
  #running: Promise<void> = Promise.resolve()

  constructor(following: Following<T>) {
    this.#following = following
  }

  get isStopped(): boolean {
    return this.#isStopped
  }

  start(): void {
    this.#running = this.#run()
  }

  /** A recording has more. */
  readonly poke = (): void => this.#wake?.()

  async stop(): Promise<void> {
    this.#isStopped = true
    this.#wake?.()
    await this.#running
  }

  /** Works on what is behind now, once round. @returns whether anything was */
  async catchUp(): Promise<boolean> {
    const behind = await this.#following.behind()
    for (const recording of behind) {
      if (this.#isStopped) break
      try {
        await this.#following.follow(recording)
      } catch (error) {
        if (this.#isStopped) break
        await this.#following.giveUp(recording, error)
      }
    }
    return behind.length > 0
  }

  async #run() {
    while (!this.#isStopped) {
      try {
        if (await this.catchUp()) continue
      } catch (error) {
        if (!this.#isStopped)
          this.#following.log.warn({ err: error }, `${this.#following.what} of recordings wait`)
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, IDLE_MILLISECONDS)
        timer.unref()
        this.#wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
  }
}
