import fc from 'fast-check'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { channel, ROLES } from '../../common/api.ts'
import { Fault } from '../../common/fault.ts'
import type { Actor } from '../actor.ts'
import { memoryBus } from '../bus.ts'
import type { Kernel } from '../call.ts'
import type { ChannelHandler } from '../endpoint.ts'
import { Subscription } from './subscription.ts'

const mina: Actor = {
  id: 'm',
  name: 'Mina',
  kind: 'person',
  role: 'member',
  groupIds: [],
  serverIds: [],
  personIds: [],
}

/** A channel over a growing list of numbers; each message is one of them. */
function growing() {
  const bus = memoryBus()
  const rows: number[] = []
  const heard: number[] = []
  const ends: unknown[] = []
  let actor = mina
  let failure: Error | undefined
  let failed = 0
  const kernel = {
    bus,
    scopes: {},
    db: { withPlugin: () => ({}) },
    now: () => new Date(0),
  } as unknown as Kernel
  const handler: ChannelHandler<unknown, number> = {
    topics: () => ['rows'],
    next: async ({ cursor }) => {
      const from = (cursor as number | undefined) ?? 0
      const page = rows.slice(from, from + 3)
      if (page.length === 3) queueMicrotask(() => bus.publish('rows'))
      return { messages: page, cursor: from + page.length }
    },
  }
  const subscription = new Subscription({
    kernel,
    name: 'row.changes',
    channel: channel({ allow: ROLES, about: '', in: z.object({}), out: z.number() }),
    handler: handler as ChannelHandler<unknown, unknown>,
    input: {},
    request: { id: 'r', address: '', client: '', action: 'test.watch' },
    identify: async () => {
      if (failure) {
        failed++
        throw failure
      }
      return actor
    },
    send: async (message) => void heard.push(message as number),
    ready: () => {},
    ended: (error) => ends.push(error),
  })
  return {
    subscription,
    heard,
    ends,
    become: (next: Actor) => {
      actor = next
    },
    failed: () => failed,
    fail: (error: Error | undefined) => {
      failure = error
    },
    add: (row: number) => {
      rows.push(row)
      bus.publish('rows', `${row}`)
    },
    restart: () => subscription.restart(),
  }
}

const until = async (isSo: () => boolean) => {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 2))
}

test('between backfill and live nothing is missed and nothing comes twice, wherever rows fall', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(5), fc.array(fc.boolean(), { maxLength: 12 }), async (before, steps) => {
      const list = growing()
      let next = 0
      for (; next < before; next++) list.add(next)
      list.subscription.start()
      for (const pause of steps) {
        if (pause) await new Promise((resolve) => setImmediate(resolve))
        list.add(next++)
      }
      await until(() => list.heard.length >= next)
      expect(list.heard).toEqual(Array.from({ length: next }, (_, row) => row))
      list.subscription.stop()
    }),
    { numRuns: 15 },
  )
})

test('whoever loses the right gets nothing more, only the end and why', async () => {
  const list = growing()
  list.add(1)
  list.subscription.start()
  await until(() => list.heard.length === 1)

  list.become({ ...mina, role: 'none' })
  list.add(2)
  await until(() => list.ends.length === 1)

  expect(list.heard).toEqual([1])
  expect(list.ends[0]).toBeInstanceOf(Fault)
  expect(list.ends[0]).toMatchObject({ code: 'request.forbidden' })
})

test('when rights change everything is read again', async () => {
  const list = growing()
  list.add(1)
  list.subscription.start()
  await until(() => list.heard.length === 1)
  list.restart()
  await until(() => list.heard.length === 2)
  expect(list.heard).toEqual([1, 1])
  list.subscription.stop()
})

test('a stopped subscription hears nothing and ends without a word', async () => {
  const list = growing()
  list.subscription.start()
  await new Promise((resolve) => setImmediate(resolve))
  list.subscription.stop()
  list.add(1)
  for (let turns = 0; turns < 20; turns++) await new Promise((resolve) => setImmediate(resolve))
  expect(list.heard).toEqual([])
})

test('a database that is away for a while ends nothing: whoever looks goes on when it is back', async () => {
  const list = growing()
  list.fail(new Error('Connection terminated unexpectedly'))
  list.subscription.start()
  await until(() => list.failed() === 1)
  list.fail(undefined)
  list.add(1)
  await until(() => list.heard.length === 1)
  list.fail(new Error('Connection terminated unexpectedly'))
  list.add(2)
  await until(() => list.failed() > 1)
  list.fail(undefined)
  await until(() => list.heard.length === 2)
  expect(list.heard).toEqual([1, 2])
  expect(list.ends).toEqual([])
  list.subscription.stop()
})

test('what is broken for good ends with its error', async () => {
  const list = growing()
  list.fail(new Error('a bug'))
  list.subscription.start()
  await until(() => list.ends.length === 1)
  expect(list.ends).toEqual([new Error('a bug')])
})
