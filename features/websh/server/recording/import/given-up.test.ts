import { afterEach, expect, test, vi } from 'vitest'
import { Breaker } from '../../../../../seed/breaker.ts'
import { world } from '../../../../../seed/world.ts'

afterEach(() => vi.useRealTimers())

const cast = [
  '{"version":2,"width":80,"height":24,"timestamp":1700000000}',
  ...Array.from({ length: 50 }, (_, index) => JSON.stringify([index / 10, 'o', `line ${index}\r\n`])),
].join('\n')

test('of an import whose row a database broke off, when all of it was there, nothing is kept', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  const breaker = new Breaker()
  await using w = await world({ breaker })
  await w.assembled.start()
  breaker.goAwayAfter('"state" = $1, "closed_at"')
  const answer = await w.app.inject({
    ...{ method: 'POST', url: '/api/recording.import', payload: cast },
    headers: { cookie: `annals=${w.cookies.ada}`, 'content-type': 'application/x-asciicast' },
  })
  expect(answer.statusCode).toBe(503)
  breaker.mend()
  const rows = () => w.db.selectFrom('recording').select(['terminal_id', 'state']).execute()
  expect((await rows()).map(({ state }) => state)).not.toEqual(['removed'])
  w.pass(700)
  vi.advanceTimersByTime(600_000)
  await vi.waitUntil(async () => (await rows()).every(({ state }) => state === 'removed'), {
    timeout: 600_000,
  })
  expect((await w.recorded()).at(-1)!.kind).toBe('recording.segments_removed')
})
