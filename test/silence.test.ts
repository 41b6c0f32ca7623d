import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { command } from '../base/common/api.ts'
import { event } from '../base/common/event.ts'
import { Fault } from '../base/common/fault.ts'
import { system } from '../base/server/actor.ts'
import { memoryBus } from '../base/server/bus.ts'
import { type Caller, carryOut, type Kernel } from '../base/server/call.ts'
import { type Act, type Feature, inTwoSteps, serve } from '../base/server/endpoint.ts'
import type { Entry } from '../base/server/journal/entry.ts'
import { type TestDatabase, testDatabase } from './postgres.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase()
})
beforeEach(() => database.wipe())
afterAll(() => database[Symbol.asyncDispose]())

const renamed = event({
  title: 'Renamed',
  weight: 'routine',
  data: z.object({ name: z.string() }),
  say: (who) => `${who} renamed it`,
  sample: { name: 'x' },
})
const events = { 'workspace.renamed': renamed, 'workspace.rename-refused': renamed }
const request = { id: 'r', address: '127.0.0.1', client: '', action: 'workspace.rename' }
const caller: Caller = { actor: system('a test'), request }
const session = {
  ...{ secret: undefined, device: undefined, attempt: undefined, origin: undefined },
  ...{ start: () => {}, end: () => {}, keepDevice: () => {}, keepAttempt: () => {}, endAttempt: () => {} },
}

async function run(
  handler: (act: Act<Record<string, never>, typeof events>) => Promise<Record<string, never>>,
) {
  const written: Entry[] = []
  const published: string[] = []
  const bus = memoryBus()
  bus.subscribe('workspace', (id) => published.push(id))
  const kernel = {
    db: database.db,
    scopes: {},
    bus,
    now: () => new Date(),
    writeEntry: async (_tx: unknown, entry: Entry) => void written.push(entry),
    writeEntries: async (_tx: unknown, entries: readonly Entry[]) => void written.push(...entries),
    sealSoon: () => {},
  } as unknown as Kernel
  const api = {
    'workspace.rename': command({ allow: ['admin'], about: '', in: z.object({}), out: z.object({}) }),
  }
  const feature: Feature = serve(api, events, { 'workspace.rename': handler })
  const outcome = await carryOut(kernel, feature, 'workspace.rename', caller, {}, session).then(
    () => 'done',
    (error) => error,
  )
  const { name } = await database.db.selectFrom('workspace').select('name').executeTakeFirstOrThrow()
  return { outcome, name, written: written.map(({ kind }) => kind), published }
}

const rename = async ({ tx }: Act<Record<string, never>, typeof events>) =>
  void (await tx.updateTable('workspace').set({ name: 'renamed' }).execute())

test('a command that records nothing changes nothing', async () => {
  const { outcome, name } = await run(async (act) => {
    await rename(act)
    return {}
  })
  expect(outcome).toBeInstanceOf(Error)
  expect(String(outcome)).toContain('recorded nothing')
  expect(name).toBe('Annals')
})

test('a command that fails after it recorded changes nothing and announces nothing', async () => {
  const { outcome, name, published } = await run(async (act) => {
    await rename(act)
    await act.record('workspace.renamed', { data: { name: 'renamed' } })
    act.announce('workspace', '1')
    throw new Error('the database failed here')
  })
  expect(String(outcome)).toContain('the database failed here')
  expect({ name, published }).toEqual({ name: 'Annals', published: [] })
})

test('a refusal undoes the change and keeps its own entry', async () => {
  const { outcome, name, written } = await run(async (act) => {
    await rename(act)
    return act.refuse(new Fault('workspace.no', 409, 'No.'), (_tx, record) =>
      record('workspace.rename-refused', { data: { name: 'renamed' } }),
    )
  })
  expect(outcome).toMatchObject({ code: 'workspace.no', status: 409 })
  expect({ name, written }).toEqual({ name: 'Annals', written: ['workspace.rename-refused'] })
})

test('a refusal that records nothing is a bug, not a refusal', async () => {
  const { outcome } = await run((act) => act.refuse(new Fault('workspace.no', 409, 'No.'), async () => {}))
  expect(outcome).not.toBeInstanceOf(Fault)
})

test('an entry that does not fit its event is refused with the change', async () => {
  const { outcome, name } = await run(async (act) => {
    await rename(act)
    await act.record('workspace.renamed', { data: { name: 5 as unknown as string } })
    return {}
  })
  expect(outcome).toBeInstanceOf(Error)
  expect(name).toBe('Annals')
})

test('what is done is announced, after the commit', async () => {
  const { outcome, name, written, published } = await run(async (act) => {
    await rename(act)
    await act.record('workspace.renamed', { data: { name: 'renamed' } })
    act.announce('workspace', '1')
    return {}
  })
  expect({ outcome, name, written, published }).toEqual({
    outcome: 'done',
    name: 'renamed',
    written: ['workspace.renamed'],
    published: ['1'],
  })
})

test('what takes long is done before the transaction, and what it made is there inside', async () => {
  const { outcome, name } = await run(
    inTwoSteps(
      async () => ['made before'],
      async (act: Act<Record<string, never>, typeof events>, prepared) => {
        expect(prepared).toEqual(['made before'])
        await rename(act)
        await act.record('workspace.renamed', { data: { name: 'renamed' } })
        return {}
      },
    ),
  )
  expect({ outcome, name }).toEqual({ outcome: 'done', name: 'renamed' })
})

test('when the step before the transaction fails, the transaction is never begun', async () => {
  const { outcome, written } = await run(
    inTwoSteps(
      async () => {
        throw new Fault('workspace.busy', 429, 'Later.')
      },
      async () => {
        throw new Error('this must not run')
      },
    ),
  )
  expect({ outcome: (outcome as unknown as Fault).code, written }).toEqual({
    outcome: 'workspace.busy',
    written: [],
  })
})
