import type { Count } from './count.ts'
import { runSuite } from './run-suite.ts'
import type { Suite } from './suites.ts'

/**
 * Runs all suites, some at once: while one waits (for a browser, a process, a disk) another computes. They begin in the
 * order given; what is run once more is run when all have ended, alone. Ends with one plain line.
 * @returns the exit code.
 */
export async function runAll(
  suites: readonly Suite[],
  { atOnce = 2, run = runSuite, say = console.log as (line: string) => void } = {},
): Promise<number> {
  const stopping = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort())
  const results: Result[] = []
  const again: (() => Promise<void>)[] = []
  const waiting = [...suites.entries()]
  const work = async () => {
    for (let next = waiting.shift(); next && !stopping.signal.aborted; next = waiting.shift()) {
      const [place, suite] = next
      const start = performance.now()
      const outcome = await run(suite, stopping.signal, (line) => say(`${suite.name} │ ${line}`))
      const result = { name: suite.name, count: outcome.count, seconds: (performance.now() - start) / 1000 }
      results[place] = result
      if (outcome.again)
        again.push(async () => void (results[place] = { ...result, count: await outcome.again!() }))
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  for (const once of again) if (!stopping.signal.aborted) await once()
  const done = results.filter((result) => result !== undefined)
  say('')
  for (const line of summary(done)) say(line)
  if (stopping.signal.aborted) say('stopped before the end')
  const sum = (part: 'passed' | 'failed') => done.reduce((total, { count }) => total + count[part], 0)
  say(`${sum('passed')} passed, ${sum('failed')} failed`)
  return sum('failed') > 0 || stopping.signal.aborted ? 1 : 0
}

export interface Result {
  readonly name: string
  readonly count: Count
  readonly seconds: number
}

/** A line for each suite, then each test that failed: whoever is shown only the last lines learns what it was. */
export function summary(results: readonly Result[]): string[] {
  return [
    ...results.map(({ name, count: { passed, failed, flaky }, seconds }) => {
      const flakes = flaky.length > 0 ? `, ${flaky.length} flaky` : ''
      return `${failed > 0 ? 'FAILED' : 'passed'}  ${name}: ${passed} passed, ${failed} failed${flakes} in ${seconds.toFixed(0)} s`
    }),
    ...results.flatMap(({ count }) => count.flaky.map((line) => `flaky  ${line}`)),
    ...results.flatMap(({ count }) => count.failures.map((line) => `failed  ${line}`)),
  ]
}
