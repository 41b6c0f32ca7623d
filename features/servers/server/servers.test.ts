import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { teams } from '../../../seed/story.ts'
import { people, world } from '../../../seed/world.ts'

const key = () => randomBytes(32).toString('base64')
const machine = (token: string, name = 'web-1') => ({
  token,
  name,
  signingKey: key(),
  sealingKey: key(),
  agentVersion: '0.1.0',
})
type World = Awaited<ReturnType<typeof world>>

async function tokenOf(w: World, ask: object = {}): Promise<string> {
  const { status, body } = await w.as('ada').tell('server-token.create', { name: 'Machines', ...ask })
  expect(status).toBe(200)
  return body.token
}

test('a token is shown once, with the line to paste, and kept only as a hash', async () => {
  await using w = await world()
  const { body } = await w
    .as('ada')
    .tell('server-token.create', { name: 'Autumn', groupIds: [teams.sea.id], uses: 2 })
  expect(body.token).toMatch(/^annals_enrol_[\w-]{43}$/)
  expect(body.command).toBe(`npm run agent -- --url http://127.0.0.1:7300 --token ${body.token}`)
  const listed = await w.as('olga').ask('server-token.list')
  expect(listed.body.items).toMatchObject([
    { name: 'Autumn', state: 'active', usesLeft: 2, usedCount: 0, groups: [teams.sea] },
  ])
  expect(JSON.stringify([listed.body, await w.recorded()])).not.toContain(body.token)
  expect((await w.as('mina').ask('server-token.list')).status).toBe(403)
})

test('a machine enrols into the groups of its token, and their members see it, others do not', async () => {
  await using w = await world()
  const token = await tokenOf(w, { groupIds: [teams.sea.id] })
  const { status, body } = await w.anonymous.tell('agent.enrol', machine(token))
  expect(status).toBe(200)
  expect(body).toMatchObject({ name: 'web-1', journalKey: expect.stringMatching(/^annals\//) })
  expect(body.checkpoint).toContain('annals/')
  for (const [persona, seen] of [
    ['ada', 1],
    ['olga', 1],
    ['mina', 1],
    ['theo', 1],
    ['juno', 0],
    ['remy', 0],
  ] as const)
    expect((await w.as(persona).ask('server.list')).body.items, persona).toHaveLength(seen)
  const hidden = await w.as('juno').ask('server.read', { id: body.serverId })
  const absent = await w.as('juno').ask('server.read', { id: people.juno.id })
  expect(hidden.status).toBe(404)
  expect({ ...hidden.body, requestId: '' }).toEqual({ ...absent.body, requestId: '' })
  expect((await w.recorded()).map(({ kind }) => kind)).toEqual([
    ...['server-token.created', 'server.enrolled'],
    ...['request.failed', 'request.failed'],
  ])
})

test('asking again with the same keys gives the same identity and costs no second use', async () => {
  await using w = await world()
  const token = await tokenOf(w, { uses: 1 })
  const ask = machine(token)
  const first = await w.anonymous.tell('agent.enrol', ask)
  const again = await w.anonymous.tell('agent.enrol', ask)
  expect(again.status).toBe(200)
  expect(again.body.agentId).toBe(first.body.agentId)
  const other = await w.anonymous.tell('agent.enrol', machine(token))
  expect(other).toMatchObject({ status: 403, body: { code: 'server-token.invalid' } })
})

test('machines of one name get numbers behind it, also when they come at once', async () => {
  await using w = await world()
  const token = await tokenOf(w)
  const answers = await Promise.all(
    [1, 2, 3].map(() => w.anonymous.tell('agent.enrol', machine(token, 'Web-1'))),
  )
  expect(answers.map(({ body }) => body.name).toSorted()).toEqual(['Web-1', 'Web-1-2', 'Web-1-3'])
})

test('every refused enrolment is in the record, without the token, until an address asks too often', async () => {
  await using w = await world()
  const expired = await tokenOf(w, { expiresAt: new Date(Date.UTC(2026, 7, 3, 9, 0, 30)).toISOString() })
  const { body } = await w.as('ada').tell('server-token.create', { name: 'Revoked' })
  const revoked = body.token
  await w.as('ada').tell('server-token.revoke', { id: body.id })
  w.pass(31)
  const refusals = await Promise.all(
    [expired, revoked, 'annals_enrol_of_nobody'].map((token) =>
      w.anonymous.tell('agent.enrol', machine(token)),
    ),
  )
  expect(refusals.map(({ status }) => status)).toEqual([403, 403, 403])
  const badKeys = { ...machine(await tokenOf(w)), signingKey: 'A'.repeat(44) }
  expect((await w.anonymous.tell('agent.enrol', badKeys)).body.code).toBe('agent.bad_keys')
  const refused = (await w.recorded()).filter(({ kind }) => kind === 'server.enrolment_refused')
  expect(refused.map(({ data }) => data['why']).toSorted()).toEqual([
    'expired',
    'keys are not valid',
    'revoked',
    'unknown token',
  ])
  expect(JSON.stringify(refused)).not.toContain('annals_enrol_')
  for (let i = 0; i < 20; i++) await w.anonymous.tell('agent.enrol', machine('annals_enrol_guess'))
  expect((await w.anonymous.tell('agent.enrol', machine('annals_enrol_guess'))).status).toBe(429)
})

test('a rename keeps names unique, letter case ignored, and a removed server gives its name free', async () => {
  await using w = await world()
  const token = await tokenOf(w)
  const [one, two] = [
    (await w.anonymous.tell('agent.enrol', machine(token, 'one'))).body.serverId,
    (await w.anonymous.tell('agent.enrol', machine(token, 'two'))).body.serverId,
  ]
  const taken = await w.as('ada').tell('server.rename', { id: two, name: 'ONE' })
  expect(taken).toMatchObject({ status: 409, body: { code: 'server.name_taken' } })
  expect((await w.as('ada').tell('server.remove', { id: one })).status).toBe(200)
  expect((await w.as('ada').tell('server.rename', { id: two, name: 'ONE' })).body.name).toBe('ONE')
  expect((await w.as('ada').ask('server.read', { id: one })).status).toBe(404)
})

test('groups of a server are replaced, at once also for those who lose it', async () => {
  await using w = await world()
  const token = await tokenOf(w, { groupIds: [teams.sea.id] })
  const { serverId } = (await w.anonymous.tell('agent.enrol', machine(token))).body
  const moved = await w.as('ada').tell('server.set-groups', { id: serverId, groupIds: [teams.sky.id] })
  expect(moved.body.groups).toEqual([teams.sky])
  expect((await w.as('mina').ask('server.list')).body.items).toEqual([])
  expect((await w.as('juno').ask('server.list')).body.items).toHaveLength(1)
  const unknown = await w.as('ada').tell('server.set-groups', { id: serverId, groupIds: [people.ada.id] })
  expect(unknown).toMatchObject({ status: 400, body: { code: 'server.unknown_group' } })
  expect((await w.recorded()).slice(-2)).toMatchObject([
    { kind: 'server.groups_set', data: { added: ['Sky'], removed: ['Sea'], groups: 1 } },
    { kind: 'request.failed', data: { code: 'server.unknown_group' } },
  ])
})

test('a list is walked by name to its end, filtered, and refuses a cursor it never gave', async () => {
  await using w = await world()
  const token = await tokenOf(w, { groupIds: [teams.sea.id] })
  for (const name of ['delta', 'Alpha', 'charlie', 'bravo_1'])
    await w.anonymous.tell('agent.enrol', machine(token, name))
  const names: string[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const { body } = await w.as('ada').ask('server.list', { limit: '3', ...(cursor && { cursor }) })
    names.push(...body.items.map(({ name }: { name: string }) => name))
    cursor = body.next
  }
  expect(names).toEqual(['Alpha', 'bravo_1', 'charlie', 'delta'])
  const ask = async (query: object) =>
    (await w.as('ada').ask('server.list', query)).body.items.map(({ name }: { name: string }) => name)
  expect(await ask({ text: '_' })).toEqual(['bravo_1'])
  expect(await ask({ text: 'ALPH' })).toEqual(['Alpha'])
  expect(await ask({ link: 'never', groupId: teams.sea.id })).toHaveLength(4)
  expect(await ask({ link: 'connected' })).toEqual([])
  expect((await w.as('ada').ask('server.list', { cursor: 'x' })).status).toBe(400)
})
