import { expect, test } from 'vitest'
import { openReadiness } from './readiness.ts'

test('ready while everything needed is there', async () => {
  const readiness = openReadiness({ database: () => undefined, journal: async () => undefined })
  expect(await readiness.readyz()).toMatchObject({ status: 200, body: '{"status":"ready"}\n' })
})

test('what is missing is named, and a failure says nothing of its cause', async () => {
  const readiness = openReadiness({
    database: async () => {
      throw new Error('password authentication failed for user "annals" at db.internal')
    },
    journal: () => 'nothing was sealed for 30 s',
  })
  const answer = await readiness.readyz()
  expect(answer.status).toBe(503)
  expect(JSON.parse(answer.body).reasons).toEqual([
    'database: does not answer',
    'journal: nothing was sealed for 30 s',
  ])
  expect((await readiness.healthz()).status).toBe(200)
})

test('a server that is stopping is not ready, and still healthy', async () => {
  const readiness = openReadiness({})
  readiness.stopping()
  expect((await readiness.readyz()).status).toBe(503)
  expect((await readiness.healthz()).status).toBe(200)
})
