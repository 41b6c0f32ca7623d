import type { Kysely } from 'kysely'
import { newId } from '../../../../base/common/id.ts'
import { anonymous } from '../../../../base/server/actor.ts'
import type { Database } from '../../../../base/server/database.ts'
import type { Entry } from '../../../../base/server/journal/entry.ts'
import type { Parts } from '../../../../base/server/parts.ts'
import { authEvents } from '../../common/auth-events.ts'
import { networkOf } from './lock-out.ts'

const LIMITS = {
  /** Entries a minute for one network, and for all. */
  each: 20,
  all: 200,
  lockOuts: 60,
  /** Networks and people told apart in a minute. */
  counted: 10_000,
}
const MOST = 10
const UNWRITTEN_MAX = 1000

interface FailedParts extends Pick<Parts, 'writeEntry' | 'sealSoon'> {
  readonly db: Kysely<Database>
  readonly log: Pick<Parts['log'], 'error'>
}

interface Failed {
  readonly address: string
  /** undefined: nobody is called as was typed. */
  readonly username: string | undefined
  readonly now: Date
}

/** One minute. */
interface Tally {
  readonly minute: number
  /** Entries so far, by network. */
  readonly kept: Map<string, number>
  keptInAll: number
  lockOutsKept: number
  /** What came after them. */
  times: number
  lockOuts: number
  readonly byAddress: Map<string, number>
  readonly byUsername: Map<string, number>
  firstAt: Date | undefined
  lastAt: Date | undefined
}

/**
 * The record of wrong passwords. The first of a minute are entries, the rest become one entry that says how many there
 * were, from where and at whom, so that a flood cannot fill the journal and nothing is left out. At most the counts of the
 * running minute are lost with the process.
 */
export class FailedSignIns {
  readonly #parts: FailedParts
  #tally = newTally(0)
  #unwritten: Entry[] = []
  #writing: Promise<void> = Promise.resolve()

  constructor(parts: FailedParts) {
    this.#parts = parts
  }

  /** Whether this one is to be an entry; otherwise it is counted here. */
  isEntry({ address, username, now }: Failed): boolean {
    this.#turn(now)
    const tally = this.#tally
    const network = networkOf(address)
    const kept = tally.kept.get(network) ?? 0
    if (kept < LIMITS.each && tally.keptInAll < LIMITS.all) {
      tally.kept.set(network, kept + 1)
      tally.keptInAll++
      return true
    }
    tally.times++
    tally.firstAt ??= now
    tally.lastAt = now
    add(tally.byAddress, network)
    if (username !== undefined) add(tally.byUsername, username)
    return false
  }

  /** The same for somebody beginning to wait. */
  isLockOutEntry(now: Date): boolean {
    this.#turn(now)
    if (this.#tally.lockOutsKept++ < LIMITS.lockOuts) return true
    this.#tally.lockOuts++
    return false
  }

  /** Writes what was counted in minutes that are over; `everything` also in this one. Never throws. */
  flush(now: Date, everything?: 'everything'): Promise<void> {
    this.#turn(now, everything)
    if (this.#unwritten.length > 0) this.#writing = this.#writing.then(() => this.#write())
    return this.#writing
  }

  #turn(now: Date, everything?: 'everything') {
    const minute = Math.floor(now.getTime() / 60_000)
    if (minute === this.#tally.minute && !everything) return
    if (this.#tally.times + this.#tally.lockOuts > 0) this.#unwritten.push(entryOf(this.#tally, now))
    this.#tally = newTally(minute)
  }

  async #write() {
    const entries = this.#unwritten
    this.#unwritten = []
    if (entries.length === 0) return
    const { db, writeEntry, sealSoon, log } = this.#parts
    try {
      await db.transaction().execute(async (tx) => {
        for (const entry of entries) await writeEntry(tx, entry)
      })
      sealSoon()
    } catch (error) {
      const again = [...entries, ...this.#unwritten]
      this.#unwritten = again.slice(0, UNWRITTEN_MAX)
      log.error(
        { err: error, entries: entries.length, lost: again.length - this.#unwritten.length },
        'counted sign-ins that failed could not be recorded; it is tried again',
      )
    }
  }
}

const newTally = (minute: number): Tally => ({
  minute,
  kept: new Map(),
  ...{ keptInAll: 0, lockOutsKept: 0, times: 0, lockOuts: 0 },
  byAddress: new Map(),
  byUsername: new Map(),
  ...{ firstAt: undefined, lastAt: undefined },
})

function add(counts: Map<string, number>, key: string): void {
  const before = counts.get(key)
  if (before !== undefined || counts.size < LIMITS.counted) counts.set(key, (before ?? 0) + 1)
}

const mostOf = (counts: ReadonlyMap<string, number>) =>
  [...counts].toSorted(([, one], [, other]) => other - one).slice(0, MOST)

function entryOf(
  { times, lockOuts, byAddress, byUsername, firstAt, lastAt, minute }: Tally,
  now: Date,
): Entry {
  const began = new Date(minute * 60_000)
  return {
    kind: 'auth.sign-ins-failed',
    at: now,
    actor: { id: anonymous.id, name: 'several', kind: anonymous.kind },
    request: { id: newId(), address: '', client: '', action: 'auth.sign-in', status: 401 },
    data: authEvents['auth.sign-ins-failed'].data.parse({
      times,
      lockOuts,
      firstAt: (firstAt ?? began).toISOString(),
      lastAt: (lastAt ?? began).toISOString(),
      addresses: byAddress.size,
      addressesMost: mostOf(byAddress).map(([address, count]) => ({ address, times: count })),
      people: byUsername.size,
      peopleMost: mostOf(byUsername).map(([username, count]) => ({ username, times: count })),
    }),
  }
}
