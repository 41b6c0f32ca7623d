import type { AgentPort } from '../../../../wire/agent/agent-port.ts'
import { FrameTrack } from '../../../../wire/common/frames.ts'
import { RECORD_PURPOSE } from '../../common/wire.ts'
import type { PieceSpool } from './piece-spool.ts'
import type { EndedReport, Ending, TerminalStore } from './terminal-store.ts'

/**
 * Brings one terminal's stream to the server and, once all of it has arrived, the report of its end. The end itself is on
 * disk from the moment it is known.
 */
export class RecordDelivery {
  readonly #port: AgentPort
  readonly #store: TerminalStore
  readonly #id: string
  readonly #spool: PieceSpool
  #isUnwanted = false
  #unwantedFrom = 0
  #ending: Ending | undefined
  #isReported = false

  /** @param moved the server has more of it, or wants no more. */
  constructor(
    port: AgentPort,
    store: TerminalStore,
    { id, spool, moved }: { id: string; spool: PieceSpool; moved: (isUnwanted: boolean) => void },
  ) {
    this.#port = port
    this.#store = store
    this.#id = id
    this.#spool = spool
    port.streams.add(id, {
      purpose: RECORD_PURPOSE,
      track: FrameTrack.output,
      length: () => spool.length,
      read: (offset, into) => spool.read(offset, into),
      acknowledged: (offset) => {
        spool.acknowledged(offset)
        moved(false)
        void this.#reportWhenComplete()
      },
      unwanted: (offset) => {
        this.#isUnwanted = true
        this.#unwantedFrom = offset
        moved(true)
        void this.#reportWhenComplete()
      },
    })
  }

  /** Resolves when the end is on disk, reported or not. */
  async ended(ending: Ending): Promise<void> {
    this.#ending = ending
    await this.#spool.settle()
    if (!this.#isComplete()) await this.#port.store.write(() => this.#store.ended(this.#id, ending))
    await this.#reportWhenComplete()
  }

  #isComplete(): boolean {
    return this.#isUnwanted || this.#spool.backlog <= 0
  }

  async #reportWhenComplete(): Promise<void> {
    const ending = this.#ending
    if (ending === undefined || this.#isReported || !this.#isComplete()) return
    this.#isReported = true
    const { at, ...rest } = ending
    const streamBytes = this.#isUnwanted ? this.#unwantedFrom : this.#spool.length
    const body: EndedReport = { terminalId: this.#id, ...rest, streamBytes }
    try {
      await this.#port.store.write(() => {
        this.#port.reports.append('terminal.ended', body, { at, keep: true })
        this.#store.remove(this.#id)
      })
    } catch (error) {
      this.#isReported = false
      this.#port.log.error(`The end of terminal ${this.#id} could not be stored: ${(error as Error).message}`)
      return
    }
    this.#port.streams.remove(this.#id)
    await this.#spool.remove()
  }
}
