import { expect, test } from 'vitest'
import { memoryBus } from './bus.ts'
import { whileAllowed } from './while-allowed.ts'

/** A body that gives nothing, as for a reader who takes nothing. */
async function* held(): AsyncGenerator<Uint8Array> {
  await new Promise(() => {})
  yield new Uint8Array()
}

test('whoever is refused twice at once is refused once, and the stream is cut', async () => {
  const bus = memoryBus()
  let checks = 0
  const stream = whileAllowed(
    held(),
    async () => {
      checks++
      await new Promise((resolve) => setImmediate(resolve))
      throw new Error('no more')
    },
    bus,
  )
  const cut = new Promise<Error>((resolve) => stream.once('error', resolve))
  bus.publish('actor')
  bus.publish('actor')
  expect((await cut).message).toBe('no more')
  await new Promise((resolve) => setImmediate(resolve))
  expect(checks).toBe(1)
})

test('a change of rights while one is looked at is looked at as well', async () => {
  const bus = memoryBus()
  const looks: (() => void)[] = []
  let isAllowed = true
  const stream = whileAllowed(
    held(),
    async () => {
      const wasAllowed = isAllowed
      await new Promise<void>((resolve) => looks.push(resolve))
      if (!wasAllowed) throw new Error('no more')
    },
    bus,
  )
  const cut = new Promise<Error>((resolve) => stream.once('error', resolve))
  bus.publish('actor')
  while (looks.length < 1) await new Promise((resolve) => setImmediate(resolve))
  isAllowed = false
  bus.publish('actor')
  looks[0]!()
  while (looks.length < 2) await new Promise((resolve) => setImmediate(resolve))
  looks[1]!()
  expect((await cut).message).toBe('no more')
})
