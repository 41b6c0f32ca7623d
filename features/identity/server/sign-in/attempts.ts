/**
 * Slows guessing: after ten failures in a row the next attempt has to wait, twice as long each time, up to 15 minutes.
 * Names count whether anyone is called so or not, so that waiting tells nothing about who exists.
 */
export interface Attempts {
  /** Seconds to wait before the next attempt; 0 when it may be made. */
  waitSeconds(keys: readonly string[], now: Date): number
  failed(keys: readonly string[], now: Date): void
  succeeded(keys: readonly string[]): void
}

const FREE_FAILURES = 10
const WAIT_SECONDS_MAX = 900
const KEYS_MAX = 50_000

export function countAttempts(): Attempts {
  const counts = new Map<string, { failures: number; until: number }>()
  return {
    waitSeconds(keys, now) {
      const until = Math.max(0, ...keys.map((key) => counts.get(key)?.until ?? 0))
      return Math.max(0, Math.ceil((until - now.getTime()) / 1000))
    },
    failed(keys, now) {
      for (const key of keys) {
        const failures = (counts.get(key)?.failures ?? 0) + 1
        const waitSeconds =
          failures < FREE_FAILURES ? 0 : Math.min(WAIT_SECONDS_MAX, 2 ** (failures - FREE_FAILURES + 1))
        // Newest last, so that the oldest is forgotten first when there are too many.
        counts.delete(key)
        counts.set(key, { failures, until: now.getTime() + waitSeconds * 1000 })
      }
      while (counts.size > KEYS_MAX) counts.delete(counts.keys().next().value!)
    },
    succeeded(keys) {
      for (const key of keys) counts.delete(key)
    },
  }
}
