import { hash } from 'node:crypto'
import type { AgentPart, AgentPort } from '../../../wire/agent/agent-port.ts'
import { Memory } from '../../../wire/agent/store.ts'
import { lastingFacts, readFacts } from './facts.ts'

const CHECK_MILLISECONDS = 600_000

export interface FactsTask {
  readonly line: string
  readonly result: string
  readonly exitCode: number
  readonly startedAt: Date
  readonly elapsedMilliseconds: number
}

/** Keeps the server told what this machine is: at every link-up, when asked, and within ten minutes of a change. */
export class FactsAgent implements AgentPart {
  readonly #port: AgentPort
  readonly #memory: Memory
  readonly #tell: (task: FactsTask) => Promise<void>
  readonly #timer: NodeJS.Timeout
  #last = ''
  #isBusy = false

  /** @param tell makes a row of what was done; only a change is worth one. */
  constructor(port: AgentPort, tell: (task: FactsTask) => Promise<void>) {
    this.#port = port
    this.#memory = new Memory(port.store)
    this.#tell = tell
    this.#timer = setInterval(() => this.#check(false), CHECK_MILLISECONDS)
    this.#timer.unref()
  }

  readonly linked = (): void => this.#check(true)
  readonly factsAsked = (): void => this.#check(true)
  readonly stop = async (): Promise<void> => clearInterval(this.#timer)

  #check(isAsked: boolean): void {
    if (this.#isBusy) return
    this.#isBusy = true
    this.#send(isAsked)
      .catch((error: Error) =>
        this.#port.log.warn(`The facts of this machine could not be read: ${error.message}`),
      )
      .finally(() => {
        this.#isBusy = false
      })
  }

  async #send(isAsked: boolean): Promise<void> {
    const startedAt = this.#port.now()
    const began = performance.now()
    const facts = await readFacts()
    const digest = hash('sha256', JSON.stringify(lastingFacts(facts)))
    const recorded = this.#memory.get('facts-recorded')
    const isChanged = digest !== recorded
    if (isAsked || digest !== this.#last) {
      if (this.#port.send({ t: 'facts', facts })) this.#last = digest
    }
    if (!isChanged) return
    await this.#port.store.write(() => this.#memory.set('facts-recorded', digest))
    const { accounts, groups, interfaces, disks, os } = facts
    const result = `${os.name} ${os.version}, kernel ${os.kernel}; ${accounts.length} accounts, ${groups.length} groups, ${interfaces.length} interfaces, ${disks.length} disks`
    const line = 'commit --facts os,accounts,groups,interfaces,disks'
    const elapsedMilliseconds = performance.now() - began
    await this.#tell({ line, result, exitCode: 0, startedAt, elapsedMilliseconds })
  }
}
