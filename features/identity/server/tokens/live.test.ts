import { afterEach, expect, test } from 'vitest'
import WebSocket from 'ws'
import { people, teams } from '../../../../seed/story.ts'
import { world } from '../../../../seed/world.ts'

type World = Awaited<ReturnType<typeof world>>

const open: WebSocket[] = []
afterEach(() => {
  for (const socket of open.splice(0)) socket.terminate()
})

/** Resolves with the status of the upgrade, and later with the code the server closed with. */
async function connect(w: World, headers: Record<string, string>) {
  const { app } = w.assembled.serving
  if (!app.server.listening) await w.assembled.serving.listen('127.0.0.1', 0)
  const { port } = app.server.address() as { port: number }
  const socket = new WebSocket(`ws://127.0.0.1:${port}/api/live`, { headers })
  open.push(socket)
  const heard: { type: string; id?: string; fault?: { code: string } | null }[] = []
  const waiting: (() => void)[] = []
  socket.on('message', (data) => {
    heard.push(JSON.parse(String(data)))
    for (const look of waiting) look()
  })
  const closed = new Promise<number>((resolve) => socket.once('close', resolve))
  const status = await new Promise<number>((resolve) => {
    socket.once('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0))
    socket.once('open', () => resolve(101))
    socket.once('error', () => {})
  })
  const first = (isIt: (message: (typeof heard)[0]) => boolean) =>
    new Promise<(typeof heard)[0]>((resolve) => {
      const look = () => {
        const found = heard.find(isIt)
        if (found) resolve(found)
      }
      waiting.push(look)
      look()
    })
  return { status, closed, first, send: (message: object) => socket.send(JSON.stringify(message)) }
}

async function tokenOf(w: World, rules: object = {}) {
  const { body } = await w.as('mina').tell('token.create', { name: 'watcher', scopes: ['*:read'], ...rules })
  return { id: body.id as string, headers: { authorization: `Bearer ${body.secret}` } }
}
const subscribe = (name: string) => ({ type: 'subscribe', id: name, name, input: {} })

test('a token opens the live socket without an Origin, and subscribes within its scopes', async () => {
  await using w = await world({ machines: true })
  const { headers } = await tokenOf(w, { scopes: ['server:read'] })
  const live = await connect(w, headers)
  expect(live.status).toBe(101)
  live.send(subscribe('server.changes'))
  live.send(subscribe('command.changes'))
  await live.first(({ type, id }) => type === 'ready' && id === 'server.changes')
  expect(await live.first(({ type, id }) => type === 'end' && id === 'command.changes')).toMatchObject({
    fault: { code: 'request.out_of_scope' },
  })
})

test('a page cannot: a foreign Origin, a cookie beside the token, a secret that does not work', async () => {
  await using w = await world()
  const { headers } = await tokenOf(w)
  expect((await connect(w, { ...headers, origin: 'https://evil.example' })).status).toBe(403)
  expect((await connect(w, { ...headers, cookie: `annals=${w.cookies.ada}` })).status).toBe(403)
  expect((await connect(w, { cookie: `annals=${w.cookies.ada}` })).status).toBe(403)
  expect((await connect(w, { authorization: 'Bearer annals_pat_nonsense' })).status).toBe(401)
  expect((await connect(w, { authorization: 'Basic YTpi' })).status).toBe(403)
})

test('a cookie and a token together from the own Origin are refused as ambiguous', async () => {
  await using w = await world()
  const { headers } = await tokenOf(w)
  await w.assembled.serving.listen('127.0.0.1', 0)
  const { port } = w.assembled.serving.app.server.address() as { port: number }
  const both = { ...headers, cookie: `annals=${w.cookies.ada}`, origin: `http://127.0.0.1:${port}` }
  expect((await connect(w, both)).status).toBe(400)
})

test('disabling, rotating and suspension end the open socket of a token at once', async () => {
  await using w = await world()
  const ends: [string, (id: string) => Promise<unknown>][] = [
    ['disable', (id) => w.as('mina').tell('token.disable', { id })],
    ['rotate', (id) => w.as('mina').tell('token.rotate', { id })],
    [
      'suspend',
      async () => {
        await w.db
          .updateTable('person')
          .set({ status: 'suspended' })
          .where('id', '=', people.mina.id)
          .execute()
        await w.as('ada').tell('group.set-members', { id: teams.sky.id, personIds: [] })
      },
    ],
  ]
  for (const [name, end] of ends) {
    const { id, headers } = await tokenOf(w)
    const live = await connect(w, headers)
    expect(live.status).toBe(101)
    await end(id)
    expect(await live.closed, name).toBe(4401)
  }
})

test('a change of its bounds is felt on an open subscription', async () => {
  await using w = await world({ machines: true })
  const { id, headers } = await tokenOf(w)
  const live = await connect(w, headers)
  live.send(subscribe('server.changes'))
  await live.first(({ type }) => type === 'ready')
  await w.as('mina').tell('token.update', { id, scopes: ['command:read'] })
  expect(await live.first(({ type }) => type === 'end')).toMatchObject({
    fault: { code: 'request.out_of_scope' },
  })
})
