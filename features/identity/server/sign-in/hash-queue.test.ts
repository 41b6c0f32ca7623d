import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { openHashQueue } from './hash-queue.ts'

const limits = { atOnceMax: 2, strangersAtOnceMax: 1, waitingPerAddressMax: 3, waitingMax: 6 }
const stranger = (address: string) => ({ address, isKnown: false })
const known = { address: 'home', isKnown: true }

/** Work that ends when it is told to, and says in which order it began. */
function counted() {
  const queue = openHashQueue(limits, () => new Error('full'))
  const began: string[] = []
  const ends: (() => void)[] = []
  let running = 0
  let most = 0
  const ask = (asker: typeof known, name: string) =>
    queue.run(asker, async () => {
      began.push(name)
      most = Math.max(most, ++running)
      await new Promise<void>((resolve) => ends.push(resolve))
      running--
    })
  const endOne = async () => {
    ends.shift()?.()
    for (let n = 0; n < 5; n++) await Promise.resolve()
  }
  const settled = async () => {
    for (let n = 0; n < 5; n++) await Promise.resolve()
  }
  return { ask, began, endOne, settled, most: () => most, left: () => ends.length }
}

describe('the line before hashing', () => {
  test('never lets strangers take the last place: who is known goes on at once', async () => {
    const line = counted()
    const asked = ['a', 'b', 'c'].map((name) => line.ask(stranger('far'), name))
    await line.settled()
    expect(line.began).toEqual(['a'])
    asked.push(line.ask(known, 'home'))
    await line.settled()
    expect(line.began).toEqual(['a', 'home'])
    while (line.left() > 0) await line.endOne()
    await Promise.all(asked)
  })

  test('gives each address its turn, so that one that asks much makes the others wait for one of its own only', async () => {
    const line = counted()
    const asked = ['f1', 'f2', 'f3', 'f4'].map((name) => line.ask(stranger('flood'), name))
    asked.push(line.ask(stranger('quiet'), 'q'))
    for (let n = 0; n < 5; n++) {
      await line.settled()
      await line.endOne()
    }
    await Promise.all(asked)
    expect(line.began).toEqual(['f1', 'f2', 'q', 'f3', 'f4'])
  })

  test('says at once that it is full, to one address sooner than to all', async () => {
    const line = counted()
    const asked = Array.from({ length: 4 }, (_, n) => line.ask(stranger('flood'), `f${n}`))
    await expect(line.ask(stranger('flood'), 'too many')).rejects.toThrow('full')
    for (const n of [0, 1, 2]) asked.push(line.ask(stranger(`other ${n}`), `o${n}`))
    await expect(line.ask(stranger('one more'), 'too many')).rejects.toThrow('full')
    asked.push(line.ask(known, 'home'))
    while (line.left() > 0) {
      await line.settled()
      await line.endOne()
    }
    await Promise.all(asked)
    expect(line.began).toHaveLength(8)
  })

  test('does everything it took, never more at once than it may, whatever fails', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({ address: fc.constantFrom('a', 'b', 'c'), isKnown: fc.boolean(), fails: fc.boolean() }),
          {
            maxLength: 40,
          },
        ),
        async (asks) => {
          const queue = openHashQueue(
            { ...limits, waitingMax: 100, waitingPerAddressMax: 100 },
            () => new Error('full'),
          )
          let running = 0
          let strangers = 0
          const results = await Promise.allSettled(
            asks.map(({ fails, ...asker }) =>
              queue.run(asker, async () => {
                expect(++running).toBeLessThanOrEqual(limits.atOnceMax)
                if (!asker.isKnown) expect(++strangers).toBeLessThanOrEqual(limits.strangersAtOnceMax)
                await Promise.resolve()
                running--
                if (!asker.isKnown) strangers--
                if (fails) throw new Error('the work failed')
              }),
            ),
          )
          expect(results.map(({ status }) => status === 'rejected')).toEqual(asks.map(({ fails }) => fails))
        },
      ),
    )
  })
})
