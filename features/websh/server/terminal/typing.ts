import type { AgentLink } from '../../../../wire/server/agent-link.ts'

/** Keys under way to the terminal at most; beyond it those who type are not read. */
const UNDER_WAY_BYTES_MAX = 64 * 1024
/** Typed before the shell is there. */
const EARLY_BYTES_MAX = 16 * 1024
const FRAME_BYTES_MAX = 16 * 1024

/**
 * What is typed, on its way to the terminal: sent at once and once. Nothing is kept for later, so what a lost link
 * swallowed is counted and told.
 */
export class Typing {
  readonly #terminalId: string
  #link: AgentLink | undefined
  #early: Buffer[] = []
  #earlyBytes = 0
  #isStarted = false
  #sent = 0
  #taken = 0

  constructor(terminalId: string) {
    this.#terminalId = terminalId
  }

  get isFull(): boolean {
    return this.#sent - this.#taken >= UNDER_WAY_BYTES_MAX
  }

  get link(): AgentLink | undefined {
    return this.#link
  }

  /** @returns why it was not taken, in a sentence */
  type(bytes: Buffer): string | undefined {
    if (!this.#isStarted) {
      if (this.#earlyBytes + bytes.length > EARLY_BYTES_MAX)
        return 'The shell has not started yet, and too much was typed already.'
      this.#early.push(bytes)
      this.#earlyBytes += bytes.length
      return undefined
    }
    if (this.#link === undefined)
      return 'The agent on this server is not linked just now. What is typed is not kept for later.'
    for (let from = 0; from < bytes.length; from += FRAME_BYTES_MAX) {
      const part = bytes.subarray(from, from + FRAME_BYTES_MAX)
      this.#link.typeInto(this.#terminalId, this.#sent, part)
      this.#sent += part.length
    }
    return undefined
  }

  /** The shell is there, on this link. @returns bytes typed meanwhile that could not be sent */
  started(link: AgentLink | undefined): number {
    if (this.#isStarted) return 0
    this.#isStarted = true
    this.#link = link
    const early = Buffer.concat(this.#early)
    this.#early = []
    return early.length > 0 && this.type(early) !== undefined ? early.length : 0
  }

  /** The agent holds it on this link and has taken so much. @returns bytes that were sent and never arrived */
  linked(link: AgentLink, taken: number): number {
    const lost = Math.max(0, this.#sent - taken)
    this.#sent = taken
    this.#taken = taken
    // That it started may be said later, or was not heard of.
    this.started(link)
    this.#link = link
    return lost
  }

  unlinked(): void {
    this.#link = undefined
  }

  /** So much has reached the terminal. */
  taken(bytes: number): void {
    this.#taken = Math.max(this.#taken, Math.min(bytes, this.#sent))
  }
}
