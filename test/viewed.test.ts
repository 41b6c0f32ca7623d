import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { query } from '../base/common/api.ts'
import { system } from '../base/server/actor.ts'
import { answerQuery, type Caller, type Kernel } from '../base/server/call.ts'
import type { Ask } from '../base/server/endpoint.ts'
import type { Entry } from '../base/server/journal/entry.ts'
import { type TestDatabase, testDatabase } from './postgres.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database[Symbol.asyncDispose]())

const request = { id: 'r', address: '127.0.0.1', client: 'test', action: 'recording.read' }
const caller: Caller = { actor: system('a test'), request }
const endpoint = query({ allow: ['admin'], about: '', in: z.object({}), out: z.object({ text: z.string() }) })

async function ask(handler: (ask: Ask<unknown>) => Promise<unknown>, isDamaged = false) {
  const written: Entry[] = []
  const kernel = {
    db: database.db,
    scopes: {},
    now: () => new Date(),
    writeEntries: async (_tx: unknown, entries: readonly Entry[]) => {
      if (isDamaged) throw new Error('the journal is away')
      written.push(...entries)
    },
    sealSoon: () => {},
  } as unknown as Kernel
  const answer = await answerQuery(kernel, endpoint, handler, caller, {}).catch((error: Error) => error)
  return { answer, written }
}
const look = async ({ viewed }: Ask<unknown>) => {
  viewed({ what: 'the recording of Mina Park', subject: { kind: 'recording', id: '7' } })
  return { text: 'what was seen' }
}

test('a read that must be in the record is there, with its request, before its answer leaves', async () => {
  const { answer, written } = await ask(look)
  expect(answer).toEqual({ text: 'what was seen' })
  expect(written).toMatchObject([
    {
      kind: 'record.viewed',
      subject: { kind: 'recording', id: '7' },
      data: { endpoint: 'recording.read', what: 'the recording of Mina Park' },
      request: { id: 'r', action: 'recording.read', status: 200 },
    },
  ])
})

test('what cannot be recorded is not shown', async () => {
  const { answer } = await ask(look, true)
  expect(String(answer)).toContain('the journal is away')
})

test('what was not shown in the end is not recorded as shown', async () => {
  const { answer, written } = await ask(async (given) => {
    await look(given)
    throw new Error('it broke')
  })
  expect(String(answer)).toContain('it broke')
  expect(written).toEqual([])
})

test('a read that says nothing leaves no entry', async () => {
  expect((await ask(async () => ({ text: 'common' }))).written).toEqual([])
})
