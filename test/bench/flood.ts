import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** What comes 200 times a second: a query that needs nobody, or wrong sign-ins from one address or another. */
export type Flood = 'ways' | 'one address' | 'same address' | 'another address' | 'new addresses'

export interface Flooded {
  /** How many of each status, and how many of which no answer came in time. */
  readonly answers: Record<string, number>
  /** What the flooding itself took, in cores. */
  readonly cores: number
}

/** Floods from a process of its own, so that what it costs is known and delays nobody's clock. */
export function openFlooder(url: string, rate: number) {
  const child = fork(fileURLToPath(new URL('flooder.ts', import.meta.url)), [url, String(rate)])
  const heard = async () => (await once(child, 'message'))[0]
  return {
    async start(flood: Flood): Promise<void> {
      child.send({ start: flood })
      await heard()
    },
    async stop(): Promise<Flooded> {
      child.send({ stop: true })
      return (await heard()) as Flooded
    },
    end: () => void child.disconnect(),
  }
}

/** Seconds of processor time that a process and all below it have used, those that ended included. Linux. */
export function cpuSecondsBelow(pid: number): number {
  const parents = new Map<number, { parent: number; seconds: number }>()
  for (const name of readdirSync('/proc').filter((each) => /^\d+$/.test(each))) {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0)
      parents.set(Number(name), { parent: Number(fields[1]), seconds: ticks / 100 })
    } catch {
      // It ended meanwhile.
    }
  }
  const secondsOf = (one: number): number =>
    [...parents].reduce(
      (sum, [each, { parent }]) => (parent === one ? sum + secondsOf(each) : sum),
      parents.get(one)?.seconds ?? 0,
    )
  return secondsOf(pid)
}
