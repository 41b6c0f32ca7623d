import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { addCounts, type Counts, noCounts } from './counts.ts'
import type { FromThread, Range, RangeReport, ToThread } from './range.ts'
import type { ThreadStart } from './range-thread.ts'

/**
 * Has ranges read on all cores and hands the reports on in the order of the ranges.
 * @returns what was counted over all of them. @throws Error when a thread could not read.
 */
export async function runRanges(
  ranges: readonly Range[],
  start: ThreadStart,
  onReport: (report: RangeReport) => void,
): Promise<Counts> {
  const counts = noCounts()
  const waiting = new Map<number, RangeReport>()
  let asked = 0
  let handed = 0
  const hand = (place: number, report: RangeReport) => {
    waiting.set(place, report)
    for (let next = waiting.get(handed); next !== undefined; next = waiting.get(handed)) {
      waiting.delete(handed++)
      onReport(next)
    }
  }
  const threads = Array.from(
    { length: Math.max(1, Math.min(ranges.length, availableParallelism(), 16)) },
    () => new Worker(new URL('./range-thread.ts', import.meta.url), { workerData: start }),
  )
  const work = threads.map(
    (thread) =>
      new Promise<void>((resolve, reject) => {
        let place = -1
        const next = () => {
          place = asked++
          const range = ranges[place]
          thread.postMessage((range === undefined ? { finish: true } : { range }) satisfies ToThread)
        }
        thread.on('message', (message: FromThread) => {
          if ('failed' in message) return reject(new Error(message.failed))
          if ('counts' in message) {
            addCounts(counts, message.counts)
            return resolve()
          }
          hand(place, message.report)
          next()
        })
        thread.on('error', reject)
        next()
      }),
  )
  try {
    await Promise.all(work)
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()))
  }
  return counts
}
