import pino from 'pino'
import { expect, test } from 'vitest'
import { FollowLoop } from './follow-loop.ts'

/** One recording that is behind until it is followed or given up; following it fails as often as said. */
function oneBehind(failures: number, brokenGiveUps = 0, why = 'these bytes cannot be drawn') {
  const told: string[] = []
  let isBehind = true
  let left = failures
  let brokenLeft = brokenGiveUps
  const loop = new FollowLoop({
    what: 'screens',
    log: pino({ level: 'silent' }),
    behind: async () => (isBehind ? [{ terminal_id: 'one' }] : []),
    follow: async () => {
      if (left-- > 0) throw new Error(why)
      told.push('followed')
      isBehind = false
    },
    giveUp: async () => {
      if (brokenLeft-- > 0) throw new Error('the database is still away')
      told.push('given up')
      isBehind = false
    },
  })
  return { loop, told }
}

test('what fails twice in a row is followed all the same', async () => {
  const { loop, told } = oneBehind(2)
  while (await loop.catchUp());
  expect(told).toEqual(['followed'])
})

test('what fails three times in a row is given up, once', async () => {
  const { loop, told } = oneBehind(Number.POSITIVE_INFINITY)
  while (await loop.catchUp());
  expect(told).toEqual(['given up'])
})

test('what cannot even be given up is tried again, and is whole if that succeeds', async () => {
  const { loop, told } = oneBehind(3, 1)
  await loop.catchUp()
  await loop.catchUp()
  await expect(loop.catchUp()).rejects.toThrow('still away')
  while (await loop.catchUp());
  expect(told).toEqual(['followed'])
})

test('a database that is killed again and again is waited for, and nothing is given up', async () => {
  const { loop, told } = oneBehind(20, 0, 'Connection terminated unexpectedly')
  while (await loop.catchUp());
  expect(told).toEqual(['followed'])
})
