import { readFileSync } from 'node:fs'
import { descendants, type Product } from '../product.ts'

export type Part = 'server' | 'agent' | 'database'

/** Resident megabytes of one process; 0 when it has ended. */
function resident(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/status`, 'utf8').match(/^VmRSS:\s+(\d+)/m)?.[1] ?? 0) / 1024
  } catch {
    return 0
  }
}

/** Of the database the largest process: what they share is counted in each of them. */
function megabytes(product: Product): Record<Part, number> {
  const below = descendants(product.pid)
  const largest = (text: string) =>
    Math.max(
      0,
      ...below.filter(({ commandLine }) => commandLine.includes(text)).map(({ pid }) => resident(pid)),
    )
  return {
    server: resident(product.pid),
    agent: largest('annals-agent'),
    database: largest('postgres'),
  }
}

/** Looks at what the installation's processes occupy until `stop`, which says what they had before and at most. */
export function watchMemory(product: Product) {
  const before = megabytes(product)
  const most = { ...before }
  const timer = setInterval(() => {
    for (const [part, now] of Object.entries(megabytes(product)))
      most[part as Part] = Math.max(most[part as Part], now)
  }, 200)
  return {
    stop: () => {
      clearInterval(timer)
      const round = (sizes: Record<Part, number>) =>
        Object.fromEntries(Object.entries(sizes).map(([part, size]) => [part, Math.round(size)])) as Record<
          Part,
          number
        >
      return { before: round(before), most: round(most) }
    },
  }
}
