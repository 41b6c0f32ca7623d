import fc from 'fast-check'
import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { world } from '../../../../seed/world.ts'
import { LockOut, networkOf, waitSecondsAfter } from './lock-out.ts'

const policy = { failuresMax: 3, secondsMax: 60 }
const secrets = (key: string) => ({
  mark: (plain: string, context: string) => Buffer.from(`${key}/${context}/${plain}`),
  seal: () => Buffer.alloc(0),
  open: () => '',
})

test('waiting begins at the limit, doubles, and stops growing where the workspace says', () => {
  fc.assert(
    fc.property(
      fc.nat(100),
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 2, max: 86_400 }),
      (n, limit, most) => {
        const wait = waitSecondsAfter(n, limit, most)
        if (n < limit) return void expect(wait).toBe(0)
        expect(wait).toBe(Math.min(most, 2 ** (n - limit + 1)))
        expect(waitSecondsAfter(n + 1, limit, most)).toBeGreaterThanOrEqual(wait)
      },
    ),
  )
})

test.each([
  ['203.0.113.7', '203.0.113.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:DB8:1:2::6', '2001:db8:1:2'],
  ['2001:0db8:0001:0002::', '2001:db8:1:2'],
  ['::1', '0:0:0:0'],
  ['fe80::1%eth0', 'fe80:0:0:0'],
])('%s counts as %s', (address, network) => expect(networkOf(address)).toBe(network))

describe('failures', () => {
  test('outlive a restart: whoever counts next finds them', async () => {
    await using w = await world()
    const before = new LockOut(secrets('k'))
    const counters = before.countersOf('mina', '203.0.113.7')
    for (let n = 0; n < 3; n++) await before.failed(w.db, counters, policy, w.now())
    const after = new LockOut(secrets('k'))
    const look = await after.look(
      w.db,
      after.countersOf('mina', '198.51.100.1'),
      ['name', 'address'],
      policy,
      w.now(),
    )
    expect(look).toEqual({ heldSeconds: 2, shownSeconds: 2, addressSeconds: 0, isCounted: true })
  })

  test('of a flood of names are forgotten before one that waits is', async () => {
    await using w = await world()
    const lockOut = new LockOut(secrets('k'))
    for (let n = 0; n < 3; n++)
      await lockOut.failed(w.db, lockOut.countersOf('mina', '203.0.113.7'), policy, w.now())
    w.pass(1)
    await sql`
      insert into sign_in_failure (mark, failures, last_at)
      select int4send(n), 1, ${w.now()} from generate_series(1, 100500) n`.execute(w.db)
    for (let n = 0; n < 997; n++)
      await lockOut.failed(w.db, lockOut.counterOf('one and the same'), policy, w.now())
    const { rows } = await w.db
      .selectFrom('sign_in_failure')
      .select((eb) => eb.fn.countAll<number>().as('rows'))
      .executeTakeFirstOrThrow()
    expect(Number(rows)).toBe(100_000)
    const look = await lockOut.look(w.db, lockOut.countersOf('mina', '::1'), ['name'], policy, w.now())
    expect(look.heldSeconds).toBe(1)
  })

  test('are never fewer waiting seconds than the rule says, in any order of failures, successes and time', async () => {
    await using w = await world()
    const lockOut = new LockOut(secrets('property'))
    let run = 0
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(fc.constant('fail'), fc.constant('succeed'), fc.integer({ min: 1, max: 7200 })), {
          maxLength: 12,
        }),
        async (steps) => {
          const counters = lockOut.counterOf(`proof ${run++}`)
          let failures = 0
          let last = w.now().getTime()
          let until = 0
          for (const step of steps) {
            if (typeof step === 'number') w.pass(step)
            else if (step === 'succeed') {
              await lockOut.succeeded(w.db, counters, policy)
              failures = until = 0
            } else {
              const now = w.now().getTime()
              failures = Math.max(0, failures - Math.floor((now - last) / 3_600_000)) + 1
              last = now
              until = now + waitSecondsAfter(failures, policy.failuresMax, policy.secondsMax) * 1000
              await lockOut.failed(w.db, counters, policy, w.now())
            }
            const { heldSeconds } = await lockOut.look(w.db, counters, ['proof'], policy, w.now())
            expect(heldSeconds).toBe(Math.max(0, Math.ceil((until - w.now().getTime()) / 1000)))
          }
        },
      ),
      { numRuns: 40 },
    )
  })
})
