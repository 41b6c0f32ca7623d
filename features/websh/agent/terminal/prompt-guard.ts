import type { TerminalModes } from './libc.ts'

/** Of the output so much is looked at for a prompt. */
const TAIL_BYTES = 256
const LOOK_MILLISECONDS = 2
/** A program that asks for a secret prints its prompt and switches the echo off; in between it may have to wait its turn. */
const PROMPT_MILLISECONDS = 40
const SECRET_PROMPT_MILLISECONDS = 300
/** On a machine where it has to wait for longer it can be seen to: then its keys wait, too. */
const BUSY_PROMPT_MILLISECONDS = 2000

const PROMPT = /[:?：？]\s*$/
const SECRET =
  /pass|pin\b|secret|token|otp\b|code\b|key\b|kennwort|mot de passe|contrase|senha|wachtwoord|parola|пароль|密码|密碼|口令|パスワード|암호|비밀번호/i

interface PromptGuardOptions {
  /** What the terminal does with keys now; undefined when it is gone. */
  readonly modes: () => TerminalModes | undefined
  /** Whether the program that has the terminal is at work, and not waiting for a key. */
  readonly isBusy: () => boolean
  /** Milliseconds of a clock that only goes forward. */
  readonly now: () => number
  /** Types them. */
  readonly deliver: (bytes: Uint8Array) => void
}

/**
 * Lets keys wait for a moment where a prompt has just been printed and the terminal still echoes: programs that ask for a
 * password often print first and switch the echo off then, and a key in between would be shown and kept. No person is that
 * fast; programs that type, and pastes, are.
 */
export class PromptGuard {
  readonly #options: PromptGuardOptions
  #tail: Uint8Array = new Uint8Array(0)
  #printedAt = Number.NEGATIVE_INFINITY
  #waiting: Uint8Array[] = []
  #timer: NodeJS.Timeout | undefined

  constructor(options: PromptGuardOptions) {
    this.#options = options
  }

  printed(bytes: Uint8Array): void {
    this.#tail = Buffer.concat([this.#tail, bytes.subarray(-TAIL_BYTES)]).subarray(-TAIL_BYTES)
    this.#printedAt = this.#options.now()
  }

  /** Types at once or in a moment, always in order. */
  type(bytes: Uint8Array): void {
    // A key that makes a signal is no secret. Behind keys that wait it waits as well: they would be shown.
    if (this.#waiting.length === 0 && (isSignal(bytes) || !this.#hasToWait())) {
      this.#options.deliver(bytes)
      return
    }
    this.#waiting.push(bytes)
    this.#timer ??= setTimeout(() => this.#look(), LOOK_MILLISECONDS)
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#waiting = []
  }

  #look(): void {
    this.#timer = undefined
    if (this.#hasToWait()) {
      this.#timer = setTimeout(() => this.#look(), LOOK_MILLISECONDS)
      return
    }
    for (const bytes of this.#waiting.splice(0)) this.#options.deliver(bytes)
  }

  #hasToWait(): boolean {
    const since = this.#options.now() - this.#printedAt
    if (since >= BUSY_PROMPT_MILLISECONDS) return false
    const line = lastLine(this.#tail)
    if (!PROMPT.test(line)) return false
    const modes = this.#options.modes()
    if (!modes?.isCanonical || !modes.echoes) return false
    return (
      since < (SECRET.test(line) ? SECRET_PROMPT_MILLISECONDS : PROMPT_MILLISECONDS) || this.#options.isBusy()
    )
  }
}

/** Ctrl-C, Ctrl-\ and Ctrl-Z. */
const isSignal = (bytes: Uint8Array) => bytes.length === 1 && [0x03, 0x1c, 0x1a].includes(bytes[0]!)

/** The line the cursor is on, without colours; a prompt that is cut in front is still one. */
function lastLine(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString('utf8')
  const plain = text.replaceAll(
    /\x1b\][^\x07\x1b]*(\x07|\x1b\\)|\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b[ -/]*[0-~]/g,
    '',
  )
  return plain.slice(Math.max(plain.lastIndexOf('\n'), plain.lastIndexOf('\r')) + 1)
}
