import { type ChildProcess, spawn } from 'node:child_process'
import type { Socket } from 'node:net'
import { type Account, LAUNCHER_ENVIRONMENT, launchAs } from '../../../commands/agent/index.ts'
import { loginEnvironment, TERMINAL_SCRIPT, terminalLaunchText } from './launch.ts'

export interface ShellExit {
  readonly exitCode: number | null
  readonly signal: string | null
  /** What kept the shell from being reached; null when it was. */
  readonly launchFailure: string | null
}

export interface TerminalProcessOptions {
  readonly account: Account
  /** The program's end of the pseudo-terminal, which belongs to the account. */
  readonly tty: string
  readonly argv: readonly string[]
  readonly environment: Readonly<Record<string, string>>
}

/** An account's login shell in a session of its own, which does nothing until `go`. */
export class TerminalProcess {
  readonly pid: number
  readonly exited: Promise<ShellExit>
  readonly #child: ChildProcess
  readonly #text: string

  /** @throws Error with a sentence when it cannot be started. */
  static async prepare(options: TerminalProcessOptions): Promise<TerminalProcess> {
    const { account, tty, argv } = options
    const launch = launchAs(account, TERMINAL_SCRIPT)
    const environment = { ...loginEnvironment(account, LAUNCHER_ENVIRONMENT.PATH), ...options.environment }
    const child = spawn(launch.file, launch.arguments, {
      cwd: '/',
      detached: true,
      env: LAUNCHER_ENVIRONMENT,
      stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
    })
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve)
      child.once('error', (cause) =>
        reject(new Error(`The shell could not be started: ${cause.message}.`, { cause })),
      )
    })
    return new TerminalProcess(child, terminalLaunchText({ account, tty, argv, environment }))
  }

  private constructor(child: ChildProcess, text: string) {
    this.pid = child.pid!
    this.#child = child
    this.#text = text
    this.#control(3).on('error', () => {})
    let said = ''
    const answers = this.#control(4)
    answers.on('error', () => {})
    answers.on('data', (chunk: Buffer) => {
      if (said.length < 1000) said += chunk.toString()
    })
    const answered = new Promise<void>((resolve) => answers.once('close', () => resolve()))
    this.exited = new Promise<[number | null, string | null]>((resolve) => {
      child.once('exit', (code, signal) => resolve([code, signal]))
    }).then(async ([exitCode, signal]) => {
      answers.end()
      await answered
      const isStarted = said.endsWith('ready\n')
      const failure = said.trim() || 'The shell could not be started.'
      return { exitCode, signal, launchFailure: isStarted ? null : failure }
    })
  }

  /** From here on the shell runs. */
  go(): void {
    this.#control(3).end(this.#text)
  }

  /** It was never wanted: the launcher sees the end of its orders and leaves. */
  forsake(): void {
    this.#control(3).end()
  }

  #control(descriptor: 3 | 4): Socket {
    return this.#child.stdio[descriptor] as Socket
  }
}
