const FIRST_MILLISECONDS = 500
const LONGEST_MILLISECONDS = 15_000

export interface Backoff {
  /** Milliseconds to wait before the next attempt. */
  next(): number
  reset(): void
}

/** Doubling pauses with full jitter above half, so that many consoles do not come back at once. */
export function backoff(random: () => number = Math.random): Backoff {
  let step = 0
  return {
    next() {
      const ceiling = Math.min(LONGEST_MILLISECONDS, FIRST_MILLISECONDS * 2 ** step++)
      return Math.round(ceiling / 2 + (ceiling / 2) * random())
    },
    reset() {
      step = 0
    },
  }
}
