import { get } from 'node:http'
import { afterEach, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { rightsOf } from '../base/server/actor.ts'
import { commands, servers } from '../seed/machines.ts'
import { type Persona, people, teams } from '../seed/story.ts'
import { world } from '../seed/world.ts'

type World = Awaited<ReturnType<typeof world>>

const open: (() => void)[] = []
afterEach(() => {
  for (const close of open.splice(0)) close()
})

async function portOf(w: World): Promise<number> {
  const { app } = w.assembled.serving
  if (!app.server.listening) await w.assembled.serving.listen('127.0.0.1', 0)
  return (app.server.address() as { port: number }).port
}

const until = async (isSo: () => boolean) => {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5))
}

/** Sixteen megabytes of output of a command of Theo's: more than any buffer between here and a slow reader holds. */
async function longOutput(w: World) {
  const bytes = Buffer.alloc(60_000, 'x')
  const rows = Array.from({ length: 280 }, (_, n) => ({
    command_id: commands.theoSea.id,
    start: 1_000 + n * bytes.length,
    track: 1 as const,
    at: new Date('2026-08-03T09:00:00Z'),
    bytes,
  }))
  for (let n = 0; n < rows.length; n += 40)
    await w.db
      .insertInto('command_output')
      .values(rows.slice(n, n + 40))
      .execute()
}

/** A journal and a recording of as much, each made by the feature it belongs to. */
async function longJournal(w: World) {
  const line = 'x'.repeat(60_000)
  const entries = Array.from({ length: 280 }, () => ({
    ...{ kind: 'command.submitted', at: w.now(), data: { line } },
    actor: { id: people.theo.id, name: people.theo.name, kind: 'person' as const },
  }))
  for (let n = 0; n < entries.length; n += 40)
    await w.db.transaction().execute((tx) => w.journal.recordAll(tx, entries.slice(n, n + 40)))
  await w.recorded()
}

/** @returns the id of its terminal */
async function longRecording(w: World): Promise<string> {
  const lines = [JSON.stringify({ version: 2, width: 80, height: 24, timestamp: 1_785_000_000 })]
  for (let n = 0; n < 280; n++) lines.push(JSON.stringify([n / 10, 'o', 'x'.repeat(60_000)]))
  const answer = await w.app.inject({
    ...{ method: 'POST', url: '/api/recording.import', payload: lines.join('\n') },
    headers: { cookie: `annals=${w.cookies.ada}`, 'content-type': 'application/x-asciicast' },
  })
  return answer.json().id
}

const outputPath = `command.download?id=${commands.theoSea.id}`

/** Reads the first bytes of a download, and no more until told to. */
async function slowDownload(w: World, persona: Persona, path = outputPath, given?: Record<string, string>) {
  const port = await portOf(w)
  let received = 0
  const state = { ended: undefined as undefined | 'whole' | 'cut' }
  const request = get({
    ...{ host: '127.0.0.1', port, path: `/api/${path}` },
    headers: given ?? { cookie: `annals=${w.cookies[persona]}` },
  })
  open.push(() => request.destroy())
  const response = await new Promise<import('node:http').IncomingMessage>((resolve) =>
    request.once('response', resolve),
  )
  const begun = new Promise<void>((resolve) => {
    response.on('data', (bytes: Buffer) => {
      received += bytes.length
      response.pause()
      resolve()
    })
  })
  response.on('end', () => {
    state.ended = response.complete ? 'whole' : 'cut'
  })
  response.on('error', () => {
    state.ended = 'cut'
  })
  request.on('error', () => {
    state.ended ??= 'cut'
  })
  await begun
  return {
    status: response.statusCode,
    received: () => received,
    state,
    goOn: () => {
      response.removeAllListeners('data')
      response.on('data', (bytes: Buffer) => {
        received += bytes.length
      })
      response.resume()
    },
  }
}

const connections = (w: World) =>
  new Promise<number>((resolve) => w.app.server.getConnections((_error, count) => resolve(count)))

const whole = 280 * 60_000
const ways: [what: string, act: string, body: object][] = [
  ['demoted', 'person.set-role', { role: 'member' }],
  ['suspended', 'person.suspend', {}],
  ['removed', 'person.remove', {}],
]

describe('a long download of another’s output', () => {
  test.each(ways)('is cut when whoever asked for it is %s', async (_what, act, body) => {
    await using w = await world({ machines: true })
    await longOutput(w)
    const download = await slowDownload(w, 'olga')
    expect(download.status).toBe(200)
    expect((await w.as('ada').tell(act, { id: people.olga.id, ...body })).status).toBe(200)
    // Also while its reader takes nothing.
    while ((await connections(w)) > 0) await new Promise((resolve) => setTimeout(resolve, 5))
    download.goOn()
    await until(() => download.state.ended !== undefined)
    expect(download.state.ended).toBe('cut')
    expect(download.received()).toBeLessThan(whole)
  })

  const exports: [what: string, pathOf: (w: World) => Promise<string>][] = [
    ['of the journal', async (w) => longJournal(w).then(() => 'journal.bundle')],
    ['of a recording', async (w) => `recording.export?format=asciicast-v2&id=${await longRecording(w)}`],
  ]
  test.each(exports)(
    '%s is cut when whoever asked for it is demoted, and that is recorded',
    async (_what, pathOf) => {
      await using w = await world({ machines: true })
      const path = await pathOf(w)
      const download = await slowDownload(w, 'olga', path)
      expect(download.status).toBe(200)
      await w.as('ada').tell('person.set-role', { id: people.olga.id, role: 'member' })
      while ((await connections(w)) > 0) await new Promise((resolve) => setTimeout(resolve, 5))
      download.goOn()
      await until(() => download.state.ended !== undefined)
      expect(download.state.ended).toBe('cut')
      expect(download.received()).toBeLessThan(whole)
      const refused = (await w.recorded()).filter(({ kind }) => kind === 'request.denied')
      expect(refused.map(({ data }) => data['endpoint'])).toEqual([path.split('?')[0]])
    },
  )

  const tokenEnds: [what: string, act: (w: World, id: string) => Promise<unknown>][] = [
    ['disabled', (w, id) => w.as('olga').tell('token.disable', { id })],
    ['rotated', (w, id) => w.as('olga').tell('token.rotate', { id })],
    ['given narrower scopes', (w, id) => w.as('olga').tell('token.update', { id, scopes: ['person:read'] })],
    [
      'of somebody who was demoted',
      (w) => w.as('ada').tell('person.set-role', { id: people.olga.id, role: 'member' }),
    ],
  ]
  test.each(tokenEnds)('is cut when the token that asked for it is %s', async (_what, act) => {
    await using w = await world({ machines: true })
    await longOutput(w)
    const { body } = await w.as('olga').tell('token.create', {
      ...{ name: 'reader', scopes: ['command:read'], commands: [], servers: ['*'], paths: [] },
    })
    const headers = { authorization: `Bearer ${body.secret}` }
    const download = await slowDownload(w, 'olga', outputPath, headers)
    expect(download.status).toBe(200)
    await act(w, body.id)
    while ((await connections(w)) > 0) await new Promise((resolve) => setTimeout(resolve, 5))
    download.goOn()
    await until(() => download.state.ended !== undefined)
    expect(download.state.ended).toBe('cut')
    expect(download.received()).toBeLessThan(whole)
  })

  test('goes on to its end when somebody else’s rights change', async () => {
    await using w = await world({ machines: true })
    await longOutput(w)
    const download = await slowDownload(w, 'olga')
    await w.as('ada').tell('person.set-role', { id: people.mina.id, role: 'auditor' })
    download.goOn()
    await until(() => download.state.ended !== undefined)
    expect(download.state.ended).toBe('whole')
    expect(download.received()).toBeGreaterThan(whole)
  })
})

describe('a live stream', () => {
  test.each(ways.slice(1))('is closed when its person is %s', async (_what, act, body) => {
    await using w = await world({ machines: true })
    const port = await portOf(w)
    const socket = new WebSocket(`ws://127.0.0.1:${port}/api/live`, {
      headers: { origin: `http://127.0.0.1:${port}`, cookie: `annals=${w.cookies.mina}` },
    })
    open.push(() => socket.terminate())
    const heard: string[] = []
    socket.on('message', (data) => heard.push(String(data)))
    await new Promise((resolve) => socket.once('open', resolve))
    socket.send(JSON.stringify({ type: 'subscribe', id: 's', name: 'command.changes', input: {} }))
    await until(() => heard.some((text) => text.includes('"ready"')))
    const closed = new Promise<number>((resolve) => socket.once('close', resolve))
    await w.as('ada').tell(act, { id: people.mina.id, ...body })
    expect(await closed).toBe(4401)
  })
})

test('a cursor an administrator was given shows a member no more than a member sees', async () => {
  await using w = await world({ machines: true })
  await w.as('ada').tell('person.set-role', { id: people.theo.id, role: 'admin' })
  const first = await w.as('theo').ask('command.list', { limit: 3 })
  const peopleFirst = await w.as('theo').ask('person.list', { limit: 2 })
  expect(first.body.items).toHaveLength(3)

  await w.as('ada').tell('person.set-role', { id: people.theo.id, role: 'member' })
  const next = await w.as('theo').ask('command.list', { limit: 200, cursor: first.body.next })
  const peopleNext = await w.as('theo').ask('person.list', { limit: 200, cursor: peopleFirst.body.next })

  expect(next.body.items.map(({ id }: { id: string }) => id)).toEqual([commands.theoSea.id])
  expect(peopleNext.body.items.map(({ username }: { username: string }) => username)).toEqual([
    'mina',
    'theo',
  ])
})

test('a token of somebody suspended or removed lets nobody in, and of a demoted one only as far as they may go', async () => {
  await using w = await world({ machines: true })
  const { body } = await w.as('olga').tell('token.create', {
    name: 'reader',
    scopes: ['command:read', 'person:read'],
    commands: [],
    servers: ['*'],
    paths: [],
  })
  const token = w.withToken(body.secret)
  const count = async () => (await token.ask('command.list')).body.items?.length
  expect(await count()).toBe(Object.keys(commands).length)
  await w.as('ada').tell('person.set-role', { id: people.olga.id, role: 'member' })
  expect(await count()).toBe(0)
  await w.as('ada').tell('person.suspend', { id: people.olga.id })
  expect((await token.ask('command.list')).status).toBe(401)
  await w.as('ada').tell('person.resume', { id: people.olga.id })
  expect(await count()).toBe(0)
  await w.as('ada').tell('person.remove', { id: people.olga.id })
  expect((await token.ask('command.list')).status).toBe(401)
})

test('every change of what one may see changes one’s rights as they are compared', async () => {
  await using w = await world({ machines: true })
  const seen = new Set<string>()
  const look = async () => seen.add(rightsOf(await w.actor('gus')))
  const ada = w.as('ada')
  await look()
  await ada.tell('settings.update', { groupRecord: true })
  await look()
  await ada.tell('server.set-groups', { id: servers.lone.id, groupIds: [teams.sky.id] })
  await look()
  await ada.tell('group.set-members', {
    id: teams.sky.id,
    members: [{ personId: people.gus.id, role: 'member' }],
  })
  await look()
  await ada.tell('group.remove', { id: teams.sky.id })
  await look()
  await ada.tell('person.set-role', { id: people.gus.id, role: 'auditor' })
  await look()
  await ada.tell('person.suspend', { id: people.gus.id })
  await look()
  expect(seen.size).toBe(7)
})
