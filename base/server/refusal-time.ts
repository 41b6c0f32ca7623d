import { setTimeout as after } from 'node:timers/promises'
import type { RequestFacts } from './endpoint.ts'

const noSooner = new WeakMap<RequestFacts, number>()

/**
 * Lets a refusal of this request leave no sooner, whatever it is refused for, so that its time does not tell why.
 * What is answered well waits for nothing.
 * @param at milliseconds, as performance.now() counts
 */
export const keepRefusalUntil = (request: RequestFacts, at: number): void => void noSooner.set(request, at)

/** Resolves when a refusal of this request may leave: at once, where nobody said otherwise. */
export async function untilRefusalMayLeave(request: RequestFacts): Promise<void> {
  const milliseconds = (noSooner.get(request) ?? 0) - performance.now()
  if (milliseconds > 0) await after(milliseconds)
}
