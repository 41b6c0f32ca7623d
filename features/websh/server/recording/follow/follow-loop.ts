import type { Logger } from 'pino'
import { isDatabaseAway } from '../../../../../base/server/database-away.ts'

const IDLE_MILLISECONDS = 1000
/** What is merely busy passes; what fails so often in a row does not. A database that is away is waited for. */
const TRIES = 3

export interface Following<T> {
  /** What is worked on, for the log: "screens". */
  readonly what: string
  readonly log: Logger
  /** Recordings that have more than was worked on, some of them. */
  readonly behind: () => Promise<readonly T[]>
  /** Works on one for a while. */
  readonly follow: (recording: T) => Promise<void>
  /** What failed three times in a row must not be tried for ever. */
  readonly giveUp: (recording: T, error: unknown) => Promise<void>
}

/**
 * Works behind recordings, one after another, whenever there is more. Where it stands is in the database, so that a restart
 * goes on there.
 */
export class FollowLoop<T extends { readonly terminal_id: string }> {
  readonly #following: Following<T>
  #isStopped = false
  #wake: (() => void) | undefined
  #running: Promise<void> = Promise.resolve()
  /** How often in a row each failed. */
  readonly #failures = new Map<string, number>()
  #hasFailed = false

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
    this.#hasFailed = false
    for (const recording of behind) {
      if (this.#isStopped) break
      try {
        await this.#following.follow(recording)
        this.#failures.delete(recording.terminal_id)
      } catch (error) {
        if (this.#isStopped) break
        await this.#failed(recording, error)
      }
    }
    return behind.length > 0
  }

  async #failed(recording: T, error: unknown): Promise<void> {
    const { what, log, giveUp } = this.#following
    const { terminal_id } = recording
    const before = this.#failures.get(terminal_id) ?? 0
    const failures = isDatabaseAway(error) ? before : before + 1
    this.#hasFailed = true
    this.#failures.set(terminal_id, failures)
    if (failures < TRIES) {
      log.warn({ err: error, terminalId: terminal_id }, `${what} of a recording are tried again`)
      return
    }
    await giveUp(recording, error)
    this.#failures.delete(terminal_id)
  }

  async #run() {
    while (!this.#isStopped) {
      try {
        if ((await this.catchUp()) && !this.#hasFailed) continue
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
