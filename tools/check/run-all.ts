import type { Count } from './count.ts'
import { runSuite } from './run-suite.ts'
import type { Suite } from './suites.ts'

/** Runs one suite after another, all of them, and ends with one plain line. @returns the exit code. */
export async function runAll(suites: readonly Suite[]): Promise<number> {
  const stopping = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort())
  const results: Result[] = []
  for (const suite of suites) {
    if (stopping.signal.aborted) break
    console.log(`\n── ${suite.name} ──`)
    const start = performance.now()
    const count = await runSuite(suite, stopping.signal)
    results.push({ name: suite.name, count, seconds: (performance.now() - start) / 1000 })
  }
  console.log('')
  for (const line of summary(results)) console.log(line)
  if (stopping.signal.aborted) console.log('stopped before the end')
  const sum = (part: 'passed' | 'failed') => results.reduce((total, { count }) => total + count[part], 0)
  console.log(`${sum('passed')} passed, ${sum('failed')} failed`)
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
