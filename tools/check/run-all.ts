import { type Count, runSuite } from './run-suite.ts'
import type { Suite } from './suites.ts'

/** Runs one suite after another, all of them, and ends with one plain line. @returns the exit code. */
export async function runAll(suites: readonly Suite[]): Promise<number> {
  const stopping = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort())
  const results: { name: string; count: Count; seconds: number }[] = []
  for (const suite of suites) {
    if (stopping.signal.aborted) break
    console.log(`\n── ${suite.name} ──`)
    const start = performance.now()
    const count = await runSuite(suite, stopping.signal)
    results.push({ name: suite.name, count, seconds: (performance.now() - start) / 1000 })
  }
  const sum = (part: 'passed' | 'failed') => results.reduce((total, { count }) => total + count[part], 0)
  console.log('')
  for (const { name, count, seconds } of results)
    console.log(
      `${count.failed > 0 ? 'FAILED' : 'passed'}  ${name}: ${count.passed} passed, ${count.failed} failed in ${seconds.toFixed(0)} s`,
    )
  // Once more at the end: whoever is shown only the last lines learns what failed.
  for (const failure of results.flatMap(({ count }) => count.failures)) console.log(`failed  ${failure}`)
  if (stopping.signal.aborted) console.log('stopped before the end')
  console.log(`${sum('passed')} passed, ${sum('failed')} failed`)
  return sum('failed') > 0 || stopping.signal.aborted ? 1 : 0
}
