/** Within this much beyond half a round trip two clocks cannot be told apart. */
const NOISE_MILLISECONDS = 5

/**
 * Server clock minus agent clock, from a message the agent dated and the round trip it belongs to. 0 where the
 * difference is within what was measured, so that one machine's two programs agree with themselves.
 */
export function clockOffset(agentAt: number, receivedAt: number, roundTripMilliseconds: number): number {
  const half = roundTripMilliseconds / 2
  const offset = receivedAt - half - agentAt
  return Math.abs(offset) <= half + NOISE_MILLISECONDS ? 0 : offset
}

/** The agent's time on the server's clock; nothing happens later than it was heard. */
export function onServerClock(agentAt: string, offsetMilliseconds: number, receivedAt: Date): Date {
  return new Date(Math.min(Date.parse(agentAt) + offsetMilliseconds, receivedAt.getTime()))
}
