import type { Kysely } from 'kysely'
import type { Logger } from 'pino'
import { baseEvents } from '../common/events.ts'
import type { Fault } from '../common/fault.ts'
import { newId } from '../common/id.ts'
import { UUID } from '../common/journal/subject-key.ts'
import { type Actor, anonymous } from './actor.ts'
import { type Caller, entryOf } from './call.ts'
import type { Database } from './database.ts'
import type { WriteEntries } from './endpoint.ts'
import type { Entry } from './journal/entry.ts'

export interface Failures {
  /**
   * Keeps that a request was refused or went wrong, where it kept nothing itself. Never throws; resolves when the entry
   * is committed, when it was merely counted, or after a quarter of a second: whoever is refused is not kept waiting.
   * @param input as it was sent; of it only a uuid called `id` is kept
   */
  record(caller: Caller, fault: Fault, input?: unknown): Promise<void>
  /** Writes what was counted in minutes that are over; `everything` also in this one. */
  flush(everything?: 'everything'): Promise<void>
  stop(): Promise<void>
}

interface FailureParts {
  readonly db: Kysely<Database>
  readonly writeEntries: WriteEntries
  readonly sealSoon: () => void
  readonly now: () => Date
  readonly log: Pick<Logger, 'error'>
  readonly limits?: Partial<typeof LIMITS>
}

const LIMITS = {
  /** Entries a minute for one caller, endpoint and fault. */
  each: 20,
  /** Entries a minute for all callers. */
  all: 1000,
  /** Callers, endpoints and faults counted apart in a minute; what comes after is counted without the caller. */
  tallies: 2000,
  /** Entries that wait for the database to come back. */
  unwritten: 5000,
}
const PATIENCE_MILLISECONDS = 250
const BATCH = 500

interface Tally {
  readonly caller: Caller
  readonly fault: Fault
  /** Entries so far. */
  kept: number
  /** What came after them. */
  counted: number
}

/** Those who are signed in and those who are not have one each, so that a flood from anywhere crowds out nobody. */
interface Share {
  readonly tallies: Map<string, Tally>
  /** Entries so far. */
  kept: number
}

interface Batch {
  readonly entries: Entry[]
  readonly done: Promise<void>
  readonly settle: () => void
}

/**
 * The record of refused and failed requests. A flood cannot fill the journal: the first of a minute are entries, the rest
 * become one entry that says how many there were. What waits is written by one transaction after another, so that any
 * number of refusals costs one connection. At most the counts of the running minute are lost with the process.
 */
export function openFailures(parts: FailureParts): Failures {
  const { db, writeEntries, sealSoon, now, log } = parts
  const limits = { ...LIMITS, ...parts.limits }
  let minute = minuteOf(now())
  let shares = noShares()
  let next: Batch | undefined
  let writing: Promise<void> | undefined
  /** What the database did not take. */
  let unwritten: Entry[] = []

  const tallyOf = ({ tallies }: Share, caller: Caller, fault: Fault): Tally => {
    const { actor, request } = caller
    const who = actor.kind === 'anonymous' ? request.address : `${actor.id} ${actor.via?.id ?? ''}`
    const key = `${who} ${request.action} ${fault.code}`
    const found = tallies.get(key)
    if (found) return found
    const isFull = tallies.size >= limits.tallies
    const common = isFull ? `* ${request.action} ${fault.code}` : key
    const tally = tallies.get(common) ?? {
      caller: isFull ? { actor: many, request: { ...request, address: '', client: '' } } : caller,
      fault,
      kept: isFull ? limits.each : 0,
      counted: 0,
    }
    tallies.set(common, tally)
    return tally
  }

  const write = async (entries: readonly Entry[]) => {
    for (let from = 0; from < entries.length; from += BATCH) {
      const batch = entries.slice(from, from + BATCH)
      await db.transaction().execute((tx) => writeEntries(tx, batch))
    }
    sealSoon()
  }

  const enqueue = (entries: readonly Entry[]): Promise<void> => {
    if (next === undefined) {
      const { promise, resolve } = Promise.withResolvers<void>()
      next = { entries: [], done: promise, settle: resolve }
    }
    next.entries.push(...entries)
    const { done } = next
    writing ??= (async () => {
      for (let batch = next as Batch | undefined; batch !== undefined; batch = next as Batch | undefined) {
        next = undefined
        try {
          await write(batch.entries)
        } catch (error) {
          const room = limits.unwritten - unwritten.length
          unwritten.push(...batch.entries.slice(0, room))
          log.error(
            { err: error, entries: batch.entries.length, lost: Math.max(0, batch.entries.length - room) },
            'refused requests could not be recorded; it is tried again',
          )
        }
        batch.settle()
      }
    })().finally(() => {
      writing = undefined
    })
    return done
  }

  /** What one minute counted beyond its entries. */
  const summaryOf = ({ caller, fault, counted }: Tally): Entry =>
    failureEntry(now, { ...caller, request: { ...caller.request, id: newId() } }, fault, { times: counted })

  const flush = async (everything?: 'everything') => {
    const current = minuteOf(now())
    if (current !== minute || everything) {
      const over = [...shares.known.tallies.values(), ...shares.unknown.tallies.values()].filter(
        ({ counted }) => counted > 0,
      )
      minute = current
      shares = noShares()
      if (over.length > 0) await enqueue(over.map(summaryOf))
    }
    if (unwritten.length > 0) {
      const again = unwritten
      unwritten = []
      await enqueue(again)
    }
  }
  const timer = setInterval(() => void flush(), 1000)
  timer.unref()

  return {
    async record(caller, fault, input) {
      if (minuteOf(now()) !== minute) void flush()
      const share = shares[caller.actor.kind === 'anonymous' ? 'unknown' : 'known']
      const tally = tallyOf(share, caller, fault)
      if (tally.kept >= limits.each || share.kept >= limits.all) {
        tally.counted++
        return
      }
      tally.kept++
      share.kept++
      const id = (input as { id?: unknown } | undefined)?.id
      const objectId = typeof id === 'string' && UUID.test(id) ? id : undefined
      const written = enqueue([failureEntry(now, caller, fault, objectId === undefined ? {} : { objectId })])
      let patience: NodeJS.Timeout | undefined
      const waited = new Promise<void>((resolve) => {
        patience = setTimeout(resolve, PATIENCE_MILLISECONDS)
      })
      await Promise.race([written, waited])
      clearTimeout(patience)
    },
    flush,
    async stop() {
      clearInterval(timer)
      await flush('everything')
      await writing
    },
  }
}

const many: Actor = { ...anonymous, name: 'several' }
const noShares = (): { known: Share; unknown: Share } => ({
  known: { tallies: new Map(), kept: 0 },
  unknown: { tallies: new Map(), kept: 0 },
})
const minuteOf = (at: Date) => Math.floor(at.getTime() / 60_000)

function failureEntry(
  now: () => Date,
  caller: Caller,
  fault: Fault,
  more: { readonly objectId?: string; readonly times?: number },
): Entry {
  const { status, code } = fault
  const endpoint = caller.request.action.slice(0, 200)
  const words = fault.kept.slice(0, 300)
  return status === 403
    ? entryOf({ now }, baseEvents, caller, status, 'request.denied', {
        data: { endpoint, role: caller.actor.role, why: words, code, ...more },
      })
    : entryOf({ now }, baseEvents, caller, status, 'request.failed', {
        data: { endpoint, status, code, message: words, ...more },
      })
}
