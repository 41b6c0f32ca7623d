import { createHash, randomBytes } from 'node:crypto'
import type { Actor } from '../../../../base/server/actor.ts'

const TICKET_MILLISECONDS = 30_000
const TICKETS_MAX = 10_000

/** Whom a ticket admits, and to what. */
export type Admission = { readonly terminalId: string } & (
  | { readonly mode: 'owner' | 'watch'; readonly identify: () => Promise<Actor> }
  | { readonly mode: 'guest'; readonly guestId: string }
)

/** One-time tickets: each admits one socket within 30 seconds. They do not outlive this process. */
export class Tickets {
  readonly #open = new Map<string, { admission: Admission; expiresAt: number }>()

  give(admission: Admission, now: Date): { ticket: string; expiresAt: string } {
    const ticket = randomBytes(32).toString('base64url')
    const expiresAt = now.getTime() + TICKET_MILLISECONDS
    // The oldest expire first, and stand first.
    for (const [hash, { expiresAt: end }] of this.#open) {
      if (end > now.getTime() && this.#open.size < TICKETS_MAX) break
      this.#open.delete(hash)
    }
    this.#open.set(hashOf(ticket), { admission, expiresAt })
    return { ticket, expiresAt: new Date(expiresAt).toISOString() }
  }

  /** @returns undefined for one that is unknown, expired or used */
  take(ticket: string, terminalId: string, now: Date): Admission | undefined {
    const hash = hashOf(ticket)
    const found = this.#open.get(hash)
    if (found === undefined || found.admission.terminalId !== terminalId) return undefined
    this.#open.delete(hash)
    return found.expiresAt > now.getTime() ? found.admission : undefined
  }
}

const hashOf = (ticket: string) => createHash('sha256').update(ticket).digest('base64')
