import { availableParallelism } from 'node:os'

/** For whom a password is hashed. */
export interface Asker {
  readonly address: string
  /** Seen before for the person in question, or signed in already: those never stand behind strangers. */
  readonly isKnown: boolean
}

interface Limits {
  readonly atOnceMax: number
  readonly strangersAtOnceMax: number
  /** Of strangers, from one address and from all. */
  readonly waitingPerAddressMax: number
  readonly waitingMax: number
}

export interface HashQueue {
  /** @throws what `full` makes, at once, when too many wait already */
  run<T>(asker: Asker, work: () => Promise<T>): Promise<T>
  /** Whether this asker would be told so now. */
  isFull(asker: Asker): boolean
}

const cores = availableParallelism()

export const hashLimits: Limits = {
  atOnceMax: Math.max(2, cores),
  strangersAtOnceMax: Math.max(1, cores - 1),
  waitingPerAddressMax: 16,
  waitingMax: 64,
}

/**
 * Hashing takes a core and 19 MiB for milliseconds, so it is bounded: strangers never take the last place, each address
 * has its turn after the others, and whoever comes when enough are waiting is told at once.
 */
export function openHashQueue(limits: Limits, full: () => Error): HashQueue {
  const lanes = { known: new Lane(), strangers: new Lane() }
  const running = { known: 0, strangers: 0 }

  const next = () => {
    while (running.known + running.strangers < limits.atOnceMax) {
      const lane =
        lanes.known.size > 0
          ? 'known'
          : lanes.strangers.size > 0 && running.strangers < limits.strangersAtOnceMax
            ? 'strangers'
            : undefined
      if (lane === undefined) return
      running[lane]++
      lanes[lane].take()()
    }
  }
  const isFull = ({ address, isKnown }: Asker) => {
    const lane = lanes[isKnown ? 'known' : 'strangers']
    const perAddressMax = isKnown ? 4 * limits.waitingMax : limits.waitingPerAddressMax
    const waitingMax = isKnown ? 4 * limits.waitingMax : limits.waitingMax
    return lane.size >= waitingMax || lane.of(address) >= perAddressMax
  }
  return {
    isFull,
    async run(asker, work) {
      if (isFull(asker)) throw full()
      const { address, isKnown } = asker
      const name = isKnown ? 'known' : 'strangers'
      const lane = lanes[name]
      const turn = new Promise<void>((begin) => lane.put(address, begin))
      next()
      await turn
      try {
        return await work()
      } finally {
        running[name]--
        next()
      }
    },
  }
}

/** A line for each address; the heads of the lines take turns. */
class Lane {
  readonly #lines = new Map<string, (() => void)[]>()
  size = 0

  of(address: string): number {
    return this.#lines.get(address)?.length ?? 0
  }

  put(address: string, begin: () => void): void {
    const line = this.#lines.get(address)
    if (line) line.push(begin)
    else this.#lines.set(address, [begin])
    this.size++
  }

  take(): () => void {
    const [address, line] = this.#lines.entries().next().value!
    const begin = line.shift()!
    this.#lines.delete(address)
    if (line.length > 0) this.#lines.set(address, line)
    this.size--
    return begin
  }
}
