import type { z } from 'zod'
import type { AgentPort } from '../../../wire/agent/agent-port.ts'
import { openSealed } from '../../../wire/sealed.ts'
import { type RunOrder, RunSecrets } from '../common/wire.ts'
import { findAccount } from './account.ts'
import { type Exit, LaunchedProcess } from './launched-process.ts'
import type { OutputSpool } from './output-spool.ts'
import type { PipePool } from './pipe-pool.ts'
import { markOf, type ProcessMark, signalGroup } from './process-group.ts'
import type { Ending } from './run-store.ts'

/** Between asking a command to end and killing it. */
export const GRACE_MILLISECONDS = 2000

/** Why a command is ended before it ends by itself. */
interface Interruption {
  readonly errorPhase: Ending['errorPhase']
  readonly reason: string
}

/** One execution, from its order to its end. */
export class RunningCommand {
  readonly id: string
  readonly #port: AgentPort
  readonly #order: z.infer<typeof RunOrder>
  readonly #spool: OutputSpool
  #process: LaunchedProcess | undefined
  #startedAt = 0
  #timers: NodeJS.Timeout[] = []
  #interruption: Interruption | undefined

  constructor(port: AgentPort, id: string, order: z.infer<typeof RunOrder>, spool: OutputSpool) {
    this.id = id
    this.#port = port
    this.#order = order
    this.#spool = spool
  }

  /** Starts the launcher, which waits. @throws Error with a sentence when it cannot be started. */
  async prepare(pipes: PipePool): Promise<ProcessMark> {
    const secrets = this.#openSecrets()
    const account = await findAccount(this.#order.account, this.#order.group)
    const { now } = this.#port
    const { line } = this.#order
    this.#process = await LaunchedProcess.prepare({
      line,
      account,
      ...secrets,
      pipes,
      spool: this.#spool,
      now,
    })
    return markOf(this.#process.pid)
  }

  /** To be called once its start is on disk. @returns how it ended. */
  async run(): Promise<Ending> {
    const process = this.#process!
    const { timeoutSeconds } = this.#order
    this.#startedAt = performance.now()
    process.go()
    if (this.#interruption !== undefined) this.#kill()
    if (timeoutSeconds !== null) {
      const reason = `It ran longer than its limit of ${timeoutSeconds} s and was killed.`
      const expire = () => this.interrupt({ errorPhase: 'remote_command_exceeded_timeout', reason })
      this.#timers.push(setTimeout(expire, timeoutSeconds * 1000))
    }
    const exit = await process.exited
    const elapsedMilliseconds = performance.now() - this.#startedAt
    clearTimeout(this.#timers[0])
    const at = this.#port.now()
    await this.#spool.finish(at.getTime())
    return this.#endingOf(exit, at.toISOString(), elapsedMilliseconds)
  }

  /** Its start could not be stored, or it was taken back: nothing of the user's has run. */
  forsake(): void {
    this.#process?.forsake()
  }

  /** Asks the whole group to end, and kills it after the grace. */
  interrupt(interruption: Interruption): void {
    if (this.#interruption !== undefined) return
    this.#interruption = interruption
    if (this.#startedAt > 0) this.#kill()
  }

  /** Ends what is left of the group, at once. */
  killNow(): void {
    if (this.#process !== undefined) signalGroup(this.#process.pid, 'SIGKILL')
  }

  #kill(): void {
    const { pid } = this.#process!
    signalGroup(pid, 'SIGTERM')
    setTimeout(() => signalGroup(pid, 'SIGKILL'), GRACE_MILLISECONDS)
  }

  #openSecrets(): z.infer<typeof RunSecrets> {
    if (this.#order.sealed === null) return { env: {}, stdin: null }
    try {
      const plain = openSealed(this.#port.identity.sealingKey, this.#order.sealed, this.id)
      return RunSecrets.parse(JSON.parse(Buffer.from(plain).toString()))
    } catch (cause) {
      throw new Error(
        'Its environment and standard input were not sealed to this agent and could not be opened.',
        {
          cause,
        },
      )
    }
  }

  #endingOf(exit: Exit, at: string, elapsedMilliseconds: number): Ending {
    const { stdoutBytes, stderrBytes, droppedBytes } = this.#spool
    const sums = { stdoutBytes, stderrBytes, droppedBytes }
    const { exitCode, signal } = exit
    if (this.#interruption !== undefined) {
      return { at, exitCode, signal, ...this.#interruption, elapsedMilliseconds, ...sums }
    }
    if (!exit.isStarted) {
      const code = exitCode === null ? `signal ${signal}` : `exit code ${exitCode}`
      const why = exit.launchFailure || `It could not be started (${code}); its output may say why.`
      const failed = { exitCode: null, signal: null, errorPhase: 'spawn_failed', reason: why } as const
      return { at, ...failed, elapsedMilliseconds: null, ...sums }
    }
    const held = 'It left processes behind that held its output open; what they print later is not kept.'
    const reason = exit.isOutputHeld ? held : null
    return { at, exitCode, signal, errorPhase: null, reason, elapsedMilliseconds, ...sums }
  }
}
