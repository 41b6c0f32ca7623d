import type { AgentPort } from '../../../wire/agent/agent-port.ts'
import type { OutputSpool } from './output-spool.ts'
import type { Ending, RunStore } from './run-store.ts'

/**
 * Brings one command's output to the server and, once all of it has arrived, the report of its end. The end itself is
 * on disk from the moment it is known.
 */
export class Delivery {
  readonly #port: AgentPort
  readonly #runs: RunStore
  readonly #id: string
  readonly #spool: OutputSpool
  #acknowledged = 0
  #isUnwanted = false
  #ending: Ending | undefined
  #isReported = false

  constructor(port: AgentPort, runs: RunStore, id: string, spool: OutputSpool) {
    this.#port = port
    this.#runs = runs
    this.#id = id
    this.#spool = spool
    port.streams.add(id, {
      purpose: 'command.output',
      track: 1,
      length: () => spool.length,
      read: (offset, into) => spool.read(offset, into),
      acknowledged: (offset) => {
        this.#acknowledged = Math.max(this.#acknowledged, offset)
        void this.#reportWhenComplete()
      },
      unwanted: (offset) => {
        this.#acknowledged = offset
        this.#isUnwanted = true
        void this.#reportWhenComplete()
      },
    })
  }

  /** Resolves when the end is on disk, reported or not. */
  async ended(ending: Ending): Promise<void> {
    this.#ending = ending
    if (!this.#isComplete()) await this.#port.store.write(() => this.#runs.ended(this.#id, ending))
    await this.#reportWhenComplete()
  }

  #isComplete(): boolean {
    return this.#isUnwanted || this.#acknowledged >= this.#spool.length
  }

  async #reportWhenComplete(): Promise<void> {
    const ending = this.#ending
    if (ending === undefined || this.#isReported || !this.#isComplete()) return
    this.#isReported = true
    const { at, ...rest } = ending
    // After a power cut the server may hold more than this disk does.
    const streamBytes = this.#isUnwanted
      ? this.#acknowledged
      : Math.max(this.#acknowledged, this.#spool.length)
    const body = { commandId: this.#id, ...rest, streamBytes }
    try {
      await this.#port.store.write(() => {
        this.#port.reports.append('command.finished', body, { at, keep: true })
        this.#runs.remove(this.#id)
      })
    } catch (error) {
      this.#isReported = false
      this.#port.log.error(`The end of command ${this.#id} could not be stored: ${(error as Error).message}`)
      return
    }
    this.#port.streams.remove(this.#id)
    await this.#spool.remove()
  }
}
