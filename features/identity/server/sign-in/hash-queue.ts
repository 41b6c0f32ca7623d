import { availableParallelism } from 'node:os'
import { setTimeout as after } from 'node:timers/promises'
import { HashLane } from './hash-lane.ts'

/** For whom a password is hashed. */
export interface Asker {
  readonly address: string
  /** Seen before for the person in question, or signed in already: those never stand behind strangers. */
  readonly isKnown: boolean
  /** The name that was typed, whoever is called so. */
  readonly username?: string
}

interface Limits {
  readonly atOnceMax: number
  readonly strangersAtOnceMax: number
  /** Of a core's time, what one stranger's hash after another may take: in between it rests. */
  readonly strangersShare: number
  /** Of strangers, of one address or one name, and of all. */
  readonly waitingPerLineMax: number
  readonly waitingMax: number
}

export interface HashQueue {
  /** @throws what `full` makes, at once when too many wait already, later when others went before who had less */
  run<T>(asker: Asker, work: () => Promise<T>): Promise<T>
  /** Whether this asker would be told so now. */
  isFull(asker: Asker): boolean
}

/** Time as the queue sees it, milliseconds. */
export interface Clock {
  readonly now: () => number
  readonly pause: (milliseconds: number) => Promise<unknown>
}

const cores = availableParallelism()

export const hashLimits: Limits = {
  atOnceMax: Math.max(2, cores),
  strangersAtOnceMax: Math.max(1, cores - 1),
  strangersShare: 0.4,
  waitingPerLineMax: 16,
  waitingMax: 64,
}
const REST_MILLISECONDS_MAX = 500
const realClock: Clock = {
  now: () => performance.now(),
  pause: (milliseconds) => after(milliseconds, undefined, { ref: false }),
}

/**
 * Hashing takes a core and 19 MiB for milliseconds, so it is bounded. Who is known goes first and may use every place.
 * Strangers never take the last one, and each of their places rests after a hash for longer than it took: however many
 * guess, most of the processor is free of them. Among strangers turns are fair, and whoever comes when enough are waiting
 * is told at once.
 */
export function openHashQueue(limits: Limits, full: () => Error, clock: Clock = realClock): HashQueue {
  const strangers = new HashLane(limits.waitingPerLineMax, limits.waitingMax)
  const known = new HashLane(4 * limits.waitingMax, 4 * limits.waitingMax)
  const running = { known: 0, strangers: 0 }
  let resting = 0

  const next = () => {
    while (running.known + running.strangers < limits.atOnceMax) {
      const name =
        known.size > 0
          ? 'known'
          : strangers.size > 0 && running.strangers + resting < limits.strangersAtOnceMax
            ? 'strangers'
            : undefined
      if (name === undefined) return
      running[name]++
      const lane = name === 'known' ? known : strangers
      lane.take()()
    }
  }
  const rest = async (milliseconds: number) => {
    resting++
    await clock.pause(Math.min(REST_MILLISECONDS_MAX, milliseconds))
    resting--
    next()
  }
  return {
    isFull: (asker) => (asker.isKnown ? known : strangers).isFull(linesOf(asker)),
    async run(asker, work) {
      const name = asker.isKnown ? 'known' : 'strangers'
      const turn = new Promise<void>((begin, reject) => {
        const isIn = (asker.isKnown ? known : strangers).put(linesOf(asker), begin, () => reject(full()))
        if (!isIn) reject(full())
      })
      next()
      await turn
      const began = clock.now()
      try {
        return await work()
      } finally {
        running[name]--
        if (name === 'strangers') void rest((clock.now() - began) * (1 / limits.strangersShare - 1))
        next()
      }
    },
  }
}

const linesOf = ({ address, username }: Asker) => [
  `address ${address}`,
  ...(username === undefined ? [] : [`name ${username}`]),
]
