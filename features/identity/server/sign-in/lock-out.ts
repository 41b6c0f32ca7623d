import { isIPv6 } from 'node:net'
import { type Kysely, sql } from 'kysely'
import type { Database } from '../../../../base/server/database.ts'
import type { SecretBox } from '../../../../base/server/secret-box.ts'

/** From the workspace's settings. */
export interface LockOutPolicy {
  /** Failures that are free; an address, behind which many people may be, has five times as many. */
  readonly failuresMax: number
  readonly secondsMax: number
}

/** One thing failures are counted against, as a keyed mark: what was typed may be a password. */
export interface Counter {
  readonly what: 'name' | 'address' | 'pair' | 'device' | 'proof'
  readonly mark: Buffer
}

export interface Look {
  /** The attempt may not be made: seconds until it may; 0 when it may be made now. */
  readonly heldSeconds: number
  /** What whoever fails is told to wait: the same for somebody known and for nobody. */
  readonly shownSeconds: number
  /** How long the address as such has to wait. */
  readonly addressSeconds: number
  readonly isCounted: boolean
}

/** One failure is forgotten after so long: a name bears 24 guesses a day, an address 2,880 over all names. */
const FORGET_SECONDS = { name: 3600, pair: 3600, device: 3600, proof: 3600, address: 30 } as const
const ADDRESS_TIMES = 5
const ROWS_MAX = 100_000
const SWEEP_EVERY = 1000

/**
 * Slows guessing: after some failures the next attempt has to wait, twice as long each time. Counted in the database, so
 * that a restart forgets nothing, against the name as typed (whether anybody is called so or not), the address, and both
 * together.
 *
 * Who comes from a place known for that person is held only by what failed at that very place, since anybody can make
 * a name wait; but a failure there is told as everywhere, so that waiting tells nothing about who exists.
 */
export class LockOut {
  readonly #secrets: SecretBox
  #counted = 0

  constructor(secrets: SecretBox) {
    this.#secrets = secrets
  }

  /** @param device the hash of a device cookie that is known for this person */
  countersOf(username: string, address: string, device?: Buffer): Counter[] {
    const network = networkOf(address)
    const counters: Counter[] = [
      this.#counter('name', username),
      this.#counter('address', network),
      this.#counter('pair', `${username}\0${network}`),
    ]
    if (device) counters.push(this.#counter('device', `${username}\0${device.toString('hex')}`))
    return counters
  }

  /** For one who is known already and proves something more. @param proof for example `second-factor <person id>` */
  counterOf(proof: string): Counter[] {
    return [this.#counter('proof', proof)]
  }

  #counter(what: Counter['what'], text: string): Counter {
    return { what, mark: this.#secrets.mark(text, `sign-in failure ${what}`) }
  }

  /** @param holding which of them may keep this attempt from being made */
  async look(
    db: Kysely<Database>,
    counters: readonly Counter[],
    holding: readonly Counter['what'][],
    policy: LockOutPolicy,
    now: Date,
  ): Promise<Look> {
    const rows = await db
      .selectFrom('sign_in_failure')
      .select(['mark', 'last_at', 'wait_until'])
      .where('mark', '=', sql<Buffer>`any(${counters.map(({ mark }) => mark)}::bytea[])`)
      .execute()
    const seconds = (counted: readonly Counter[]) =>
      Math.max(
        0,
        ...rows
          .filter(({ mark }) => counted.some((counter) => counter.mark.equals(mark)))
          .map(({ last_at, wait_until }) => {
            const until = Math.min(wait_until?.getTime() ?? 0, last_at.getTime() + policy.secondsMax * 1000)
            return Math.ceil((until - now.getTime()) / 1000)
          }),
      )
    return {
      heldSeconds: seconds(counters.filter(({ what }) => holding.includes(what))),
      shownSeconds: seconds(counters),
      addressSeconds: seconds(counters.filter(({ what }) => what === 'address')),
      isCounted: rows.length > 0,
    }
  }

  /** Counts one failure. @returns what began to wait by it, and for how long */
  async failed(tx: Kysely<Database>, counters: readonly Counter[], policy: LockOutPolicy, now: Date) {
    const sorted = counters.toSorted((one, other) => one.mark.compare(other.mark))
    const rows = await tx
      .selectFrom('sign_in_failure')
      .selectAll()
      .where('mark', '=', sql<Buffer>`any(${sorted.map(({ mark }) => mark)}::bytea[])`)
      .orderBy('mark')
      .forUpdate()
      .execute()
    const counted = sorted.map(({ what, mark }) => {
      const before = rows.find((row) => row.mark.equals(mark))
      const failures = (before ? remembered(before, what, now) : 0) + 1
      const waitSeconds = waitSecondsAfter(failures, limitOf(what, policy), policy.secondsMax)
      const wait_until = waitSeconds === 0 ? null : new Date(now.getTime() + waitSeconds * 1000)
      return { what, waitSeconds, row: { mark, failures, last_at: now, wait_until } }
    })
    await tx
      .insertInto('sign_in_failure')
      .values(counted.map(({ row }) => row))
      .onConflict((conflict) =>
        conflict.column('mark').doUpdateSet((eb) => ({
          failures: eb.ref('excluded.failures'),
          last_at: eb.ref('excluded.last_at'),
          wait_until: eb.ref('excluded.wait_until'),
        })),
      )
      .execute()
    if (++this.#counted % SWEEP_EVERY === 0) await forgetLeast(tx)
    return counted
      .filter(({ waitSeconds }) => waitSeconds > 0)
      .map(({ what, waitSeconds }) => ({ what, waitSeconds }))
  }

  /** A success takes back what failed at the same place, and nothing that others did elsewhere. */
  async succeeded(tx: Kysely<Database>, counters: readonly Counter[], policy: LockOutPolicy): Promise<void> {
    const own = counters.filter(({ what }) => what !== 'name' && what !== 'address')
    const gone = await tx
      .deleteFrom('sign_in_failure')
      .where('mark', '=', sql<Buffer>`any(${own.map(({ mark }) => mark)}::bytea[])`)
      .returning(['mark', 'failures'])
      .execute()
    const pair = counters.find(({ what }) => what === 'pair')
    const failures = gone.find(({ mark }) => pair?.mark.equals(mark))?.failures ?? 0
    if (failures === 0) return
    // Not from what waits: while it does, failures at a known place are counted there alone.
    for (const { what, mark } of counters.filter((counter) => !own.includes(counter)))
      await sql`
        update sign_in_failure set failures = greatest(0, failures - ${failures})
        where mark = ${mark} and failures < ${limitOf(what, policy)}`.execute(tx)
  }
}

const limitOf = (what: Counter['what'], { failuresMax }: LockOutPolicy) =>
  what === 'address' ? ADDRESS_TIMES * failuresMax : failuresMax

function remembered(row: { failures: number; last_at: Date }, what: Counter['what'], now: Date): number {
  const elapsedSeconds = Math.max(0, now.getTime() - row.last_at.getTime()) / 1000
  return Math.max(0, row.failures - Math.floor(elapsedSeconds / FORGET_SECONDS[what]))
}

/** Nothing below the limit; then 2 s, 4 s, 8 s and so on. */
export function waitSecondsAfter(failures: number, limit: number, secondsMax: number): number {
  return failures < limit ? 0 : Math.min(secondsMax, 2 ** Math.min(30, failures - limit + 1))
}

/** Keeps the table small; those with few failures go first, so that a flood of names frees none that waits. */
async function forgetLeast(tx: Kysely<Database>): Promise<void> {
  await sql`
    delete from sign_in_failure where mark in (
      select mark from sign_in_failure order by failures desc, last_at desc offset ${ROWS_MAX})`.execute(tx)
}

/** An IPv6 customer has 2^64 addresses; they count as one. */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address
  const [head = '', tail] = address.split('%')[0]!.split('::')
  const groups = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? 0 : 8 - groups.length - after.length
  return [...groups, ...Array<string>(Math.max(0, zeros)).fill('0'), ...after]
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')
}
