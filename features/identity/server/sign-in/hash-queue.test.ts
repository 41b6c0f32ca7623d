import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { openHashQueue } from './hash-queue.ts'

const limits = {
  ...{ atOnceMax: 2, strangersAtOnceMax: 1, strangersShare: 0.4 },
  ...{ waitingPerLineMax: 3, waitingMax: 6 },
}
const stranger = (address: string, username?: string) => ({
  address,
  isKnown: false,
  ...(username !== undefined && { username }),
})
const known = { address: 'home', isKnown: true }

/** Work that ends when it is told to, and says in which order it began. */
function counted() {
  const clock = { at: 0, rests: [] as { milliseconds: number; end: () => void }[] }
  const queue = openHashQueue(limits, () => new Error('full'), {
    now: () => clock.at,
    pause: (milliseconds) => new Promise<void>((end) => clock.rests.push({ milliseconds, end })),
  })
  const began: string[] = []
  const ends: (() => void)[] = []
  let running = 0
  let most = 0
  const ask = (asker: ReturnType<typeof stranger>, name: string) =>
    queue.run(asker, async () => {
      began.push(name)
      most = Math.max(most, ++running)
      await new Promise<void>((resolve) => ends.push(resolve))
      running--
    })
  const settled = async () => {
    for (let n = 0; n < 10; n++) await Promise.resolve()
  }
  /** Ends one that works, and no rest. @param milliseconds it took */
  const finishOne = async (milliseconds = 10) => {
    await settled()
    clock.at += milliseconds
    ends.shift()?.()
    await settled()
  }
  const endRests = async () => {
    for (const { end } of clock.rests.splice(0)) end()
    await settled()
  }
  const endOne = async () => {
    await finishOne()
    await endRests()
  }
  return {
    ask,
    began,
    endOne,
    finishOne,
    endRests,
    settled,
    clock,
    most: () => most,
    left: () => ends.length,
  }
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

  test('lets strangers rest for longer than they worked, and nobody else', async () => {
    const line = counted()
    const asked = ['a', 'b'].map((name) => line.ask(stranger('far'), name))
    await line.finishOne(20)
    expect(line.clock.rests.map(({ milliseconds }) => milliseconds)).toEqual([30])
    expect(line.began).toEqual(['a'])
    asked.push(line.ask(known, 'home'), line.ask(known, 'home again'))
    await line.finishOne(20)
    await line.finishOne(20)
    expect(line.clock.rests).toHaveLength(1)
    expect(line.began).toEqual(['a', 'home', 'home again'])
    await line.endRests()
    expect(line.began.at(-1)).toBe('b')
    await line.finishOne()
    await Promise.all(asked)
  })

  test('lets whoever asks once go before a flood of one address and before a flood at one name', async () => {
    const line = counted()
    const asked = ['f1', 'f2', 'f3'].map((name) => line.ask(stranger('flood', name), name))
    await line.endOne()
    asked.push(...['n1', 'n2'].map((from) => line.ask(stranger(from, 'mina'), from)))
    asked.push(line.ask(stranger('quiet', 'theo'), 'theo'))
    while (line.left() > 0) await line.endOne()
    await Promise.all(asked)
    expect(line.began).toEqual(['f1', 'f2', 'n1', 'theo', 'f3', 'n2'])
  })

  test('that is full turns away whoever had most, not whoever comes', async () => {
    const line = counted()
    const asked = ['flood', 'other'].flatMap((from) =>
      [1, 2, 3].map((n) => line.ask(stranger(from), `${from} ${n}`)),
    )
    const last = line.ask(stranger('third'), 'third')
    await line.settled()
    asked.push(line.ask(stranger('quiet'), 'quiet'))
    const results = Promise.allSettled(asked)
    while (line.left() > 0) await line.endOne()
    await last
    expect((await results).map(({ status }) => status)).toEqual([
      ...['fulfilled', 'fulfilled', 'fulfilled', 'fulfilled', 'fulfilled', 'rejected'],
      'fulfilled',
    ])
    expect(line.began).toContain('quiet')
    expect(line.began).not.toContain('other 3')
  })

  test('says at once that it is full, to one address sooner than to all', async () => {
    const flood = counted()
    const asked = Array.from({ length: 4 }, (_, n) => flood.ask(stranger('flood'), `f${n}`))
    await expect(flood.ask(stranger('flood'), 'too many')).rejects.toThrow('full')
    asked.push(flood.ask(stranger('other'), 'other'))
    const many = counted()
    const alike = Array.from({ length: 7 }, (_, n) => many.ask(stranger(`address ${n}`), `a${n}`))
    await expect(many.ask(stranger('one more'), 'too many')).rejects.toThrow('full')
    alike.push(many.ask(known, 'home'))
    for (let n = 0; n < 10; n++) {
      await flood.endOne()
      await many.endOne()
    }
    await Promise.all([...asked, ...alike])
    expect([flood.began.length, many.began.length]).toEqual([5, 8])
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
            { ...limits, waitingMax: 100, waitingPerLineMax: 100 },
            () => new Error('full'),
            { now: () => 0, pause: () => Promise.resolve() },
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
