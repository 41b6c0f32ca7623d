/** What to do with a report that arrived. */
export type Placed =
  | { readonly do: 'take'; readonly from: number; readonly missing?: Range }
  | { readonly do: 'skip' }
  | { readonly do: 'resend'; readonly expected: number }

export interface Range {
  readonly from: number
  readonly to: number
}

/**
 * The order of one connection's reports: each number once, ascending, and a gap only when the agent was asked for the
 * missing numbers and had none.
 *
 * After `resend` the agent goes back. What was under way when it was asked still arrives and ascends further; the first
 * number that is not higher than all of those is where its memory begins.
 */
export class ReportOrder {
  /** The number due. */
  next: number
  #highest: number | undefined

  constructor(committed: number) {
    this.next = committed + 1
  }

  /** A gap is open: the agent was asked and has not answered yet. */
  get isWaiting(): boolean {
    return this.#highest !== undefined
  }

  /** @param hole the numbers this report stands in for, where it tells of a hole */
  place(n: number, hole?: Range): Placed {
    if (n < this.next) return { do: 'skip' }
    if (n === this.next || (hole !== undefined && hole.to === n && hole.from <= this.next)) {
      const from = this.next
      this.#advance(n)
      return { do: 'take', from }
    }
    if (this.#highest === undefined) {
      this.#highest = n
      return { do: 'resend', expected: this.next }
    }
    if (n > this.#highest) {
      this.#highest = n
      return { do: 'skip' }
    }
    const missing = { from: this.next, to: n - 1 }
    this.#advance(n)
    return { do: 'take', from: n, missing }
  }

  /** Gives up waiting: the next number that comes is taken, whatever it is. */
  stopWaiting(): void {
    if (this.#highest !== undefined) this.#highest = Number.MAX_SAFE_INTEGER
  }

  #advance(n: number): void {
    this.next = n + 1
    this.#highest = undefined
  }
}
