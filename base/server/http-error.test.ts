import { expect, test } from 'vitest'
import { Breaker } from '../../seed/breaker.ts'
import { world } from '../../seed/world.ts'

test('while the database is away a caller is told so, and that what was asked may have been done', async () => {
  const breaker = new Breaker()
  await using w = await world({ breaker })
  breaker.goAway()
  const asked = await w.as('ada').ask('server.list')
  const told = await w.as('ada').tell('group.create', { name: 'night shift' })
  breaker.mend()
  for (const { status, body } of [asked, told])
    expect({ status, code: body.code, message: body.message }).toEqual({
      status: 503,
      code: 'server.database_away',
      message:
        'The database does not answer at the moment. What you asked for may have been done: look before you send it again.',
    })
  expect((await w.as('ada').ask('server.list')).status).toBe(200)
})
