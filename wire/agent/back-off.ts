const FIRST_MILLISECONDS = 500
const LAST_MILLISECONDS = 60_000

/**
 * How long to wait before attempt number `attempt` (from 0): doubling from 0.5 s to 60 s, each time somewhere in the
 * upper half, so that ten thousand agents do not come back at one moment.
 * @param random gives numbers from 0 up to, not including, 1.
 */
export function backOffMilliseconds(attempt: number, random: () => number = Math.random): number {
  const whole = Math.min(LAST_MILLISECONDS, FIRST_MILLISECONDS * 2 ** Math.min(attempt, 20))
  return whole * (0.5 + random() / 2)
}
