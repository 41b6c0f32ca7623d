import fc from 'fast-check'
import { expect, test } from 'vitest'
import { RecordWriter } from './record-writer.ts'

const FOR_EVER = 2 ** 31 - 1

/** A disk that takes one write after another, each when it is let. */
function writerOn({ gatherMilliseconds }: { gatherMilliseconds: number }) {
  const writes: { bytes: Uint8Array; offset: number; done: () => void }[] = []
  const kept: Uint8Array[] = []
  const writer = new RecordWriter({
    offset: 0,
    gatherMilliseconds,
    write: (bytes, offset) => {
      const { promise, resolve } = Promise.withResolvers<number>()
      const done = () => {
        kept.push(bytes)
        resolve(offset + bytes.length)
      }
      writes.push({ bytes, offset, done })
      return promise
    },
    durableAt: () => {},
    failed: () => {},
  })
  return { writer, writes, kept }
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

test('what comes soon after each other is one write, which whoever waits for it need not wait for', async () => {
  const { writer, writes } = writerOn({ gatherMilliseconds: FOR_EVER })
  for (const text of ['key', 'echo', 'more']) writer.add(Buffer.from(text))
  await turn()
  expect(writes).toHaveLength(0)
  const reached = writer.reached(7)
  expect(writes.map(({ bytes }) => String(bytes))).toEqual(['keyechomore'])
  writes[0]!.done()
  await reached
  expect(writer.durable).toBe(11)
  expect(writer.backlog).toBe(0)
})

test('a flood waits for no moment, and one write takes a part of it', async () => {
  const { writer, writes } = writerOn({ gatherMilliseconds: FOR_EVER })
  for (let i = 0; i < 64; i++) writer.add(Buffer.alloc(16 * 1024))
  expect(writes.map(({ bytes }) => bytes.length)).toEqual([256 * 1024])
  for (let i = 0; i < 4; i++) {
    writes[i]!.done()
    await turn()
  }
  expect(writer.durable).toBe(1024 * 1024)
})

test('whatever comes whenever, all of it is kept once and in order', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(fc.uint8Array({ minLength: 1, maxLength: 300_000 }), fc.constant('done' as const)), {
        maxLength: 20,
      }),
      fc.constantFrom(0, FOR_EVER),
      async (steps, gatherMilliseconds) => {
        const { writer, writes, kept } = writerOn({ gatherMilliseconds })
        const given: Uint8Array[] = []
        for (const step of steps) {
          if (step === 'done') writes.splice(0, 1)[0]?.done()
          else given.push(step)
          if (step !== 'done') writer.add(step)
          await turn()
        }
        const all = Buffer.concat(given)
        const reached = writer.reached(all.length)
        while (writer.durable < all.length) {
          writes.splice(0, 1)[0]?.done()
          await turn()
        }
        await reached
        expect(Buffer.concat(kept).equals(all)).toBe(true)
      },
    ),
    { numRuns: 50 },
  )
})
