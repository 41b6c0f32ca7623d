import { afterEach, describe, expect, test } from 'vitest'
import WebSocket from 'ws'
import { servers } from '../seed/machines.ts'
import { type Persona, people, teams } from '../seed/story.ts'
import { world } from '../seed/world.ts'

type World = Awaited<ReturnType<typeof world>>
interface Message {
  readonly type: string
  readonly id?: string
  readonly message?: { rows?: { line: string }[]; servers?: { name: string }[] }
  readonly fault?: { code: string } | null
}

const open: WebSocket[] = []
afterEach(() => {
  for (const socket of open.splice(0)) socket.terminate()
})

/** A console page's WebSocket, with everything it heard. */
async function connect(w: World, persona: Persona | undefined, headers: Record<string, string> = {}) {
  const { app } = w.assembled.serving
  if (!app.server.listening) await w.assembled.serving.listen('127.0.0.1', 0)
  const { port } = app.server.address() as { port: number }
  const socket = new WebSocket(`ws://127.0.0.1:${port}/api/live`, {
    headers: {
      origin: `http://127.0.0.1:${port}`,
      ...(persona && { cookie: `annals=${w.cookies[persona]}` }),
      ...headers,
    },
  })
  open.push(socket)
  const heard: Message[] = []
  const closed = new Promise<number>((resolve) => socket.once('close', resolve))
  socket.on('message', (data) => heard.push(JSON.parse(String(data))))
  const refused = new Promise<number>((resolve) => {
    socket.once('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0))
    socket.once('open', () => resolve(101))
    socket.once('error', () => resolve(0))
  })
  const until = async (isSo: () => boolean) => {
    while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5))
  }
  return {
    status: await refused,
    heard,
    closed,
    subscribe: async (id: string, name: string, input: object = {}) => {
      socket.send(JSON.stringify({ type: 'subscribe', id, name, input }))
      await until(() => heard.some((message) => message.id === id && message.type !== 'message'))
    },
    send: (text: string) => socket.send(text),
    lines: () => heard.flatMap(({ message }) => message?.rows?.map(({ line }) => line) ?? []),
    until,
  }
}

const submit = (w: World, persona: Persona, line: string) =>
  w.as(persona).tell('command.submit', { serverIds: [servers.sea.id], line })

describe('a live page', () => {
  test('hears of its own commands and of nobody else’s', async () => {
    await using w = await world({ machines: true })
    const mina = await connect(w, 'mina')
    const olga = await connect(w, 'olga')
    await mina.subscribe('s', 'command.changes')
    await olga.subscribe('s', 'command.changes')

    await submit(w, 'theo', 'echo theo')
    await submit(w, 'mina', 'echo mina')
    await mina.until(() => mina.lines().includes('echo mina'))
    await olga.until(() => olga.lines().includes('echo mina') && olga.lines().includes('echo theo'))

    expect(mina.lines()).not.toContain('echo theo')
  })

  test('loses a server with the group that gave it, and is told to look again', async () => {
    await using w = await world({ machines: true })
    const mina = await connect(w, 'mina')
    const olga = await connect(w, 'olga')
    await mina.subscribe('s', 'server.changes')
    await olga.subscribe('s', 'server.changes')
    const names = (messages: readonly Message[]) =>
      messages.flatMap(({ message }) => message?.servers?.map(({ name }) => name) ?? [])
    await w.as('ada').tell('group.set-members', { id: teams.sea.id, personIds: [people.theo.id] })
    await mina.until(() => mina.heard.some(({ type }) => type === 'actor'))
    const from = mina.heard.findIndex(({ type }) => type === 'actor')

    await w.as('ada').tell('server.rename', { id: servers.sea.id, name: 'renamed' })
    await olga.until(() => names(olga.heard).includes('renamed'))

    expect(names(mina.heard.slice(from))).not.toContain('renamed')
  })

  test('of an administrator made a member shows no more than a member sees, at once', async () => {
    await using w = await world({ machines: true })
    await w.as('ada').tell('person.set-role', { id: people.theo.id, role: 'admin' })
    const theo = await connect(w, 'theo')
    await theo.subscribe('s', 'command.changes')
    await submit(w, 'mina', 'echo before')
    await theo.until(() => theo.lines().includes('echo before'))

    await w.as('ada').tell('person.set-role', { id: people.theo.id, role: 'member' })
    // Told that the rights changed, and then that everything may be read anew: a page does so.
    const types = () => theo.heard.map(({ type }) => type)
    await theo.until(
      () => types().lastIndexOf('ready') > types().indexOf('actor') && types().includes('actor'),
    )
    await submit(w, 'mina', 'echo after')
    await submit(w, 'theo', 'echo own')
    await theo.until(() => theo.lines().includes('echo own'))

    expect(theo.lines()).not.toContain('echo after')
  })

  test('is closed when its session ends', async () => {
    await using w = await world({ machines: true })
    const mina = await connect(w, 'mina')
    await mina.subscribe('s', 'command.changes')
    await w.as('mina').tell('auth.sign-out')
    expect(await mina.closed).toBe(4401)
  })

  test('another’s command cannot be followed, and the answer is that of one that is not there', async () => {
    await using w = await world({ machines: true })
    const mina = await connect(w, 'mina')
    const { body } = await submit(w, 'theo', 'echo theo')
    await mina.subscribe('hidden', 'command.follow', { id: body.commands[0].id })
    await mina.subscribe('absent', 'command.follow', { id: '01900000-0000-7000-8000-00000000dead' })
    const ends = mina.heard.filter(({ type }) => type === 'end')
    expect(ends.map(({ fault }) => fault?.code)).toEqual(['request.not_found', 'request.not_found'])
  })
})

describe('a WebSocket is refused', () => {
  test.each([
    ['nobody’s', undefined, {}, 401],
    ['a foreign page’s', 'ada', { origin: 'https://evil.example' }, 403],
    ['a sandboxed page’s', 'ada', { origin: 'null' }, 403],
    ['one with another port', 'ada', { origin: 'http://127.0.0.1:1' }, 403],
    ['one that tells no origin', 'ada', { origin: '' }, 403],
  ] as const)('%s', async (_whose, persona, headers, status) => {
    await using w = await world()
    expect((await connect(w, persona, headers)).status).toBe(status)
  })

  test('and one that speaks nonsense is closed', async () => {
    await using w = await world()
    for (const nonsense of ['{', '[]', '{"type":"subscribe"}', '\u0000']) {
      const ada = await connect(w, 'ada')
      ada.send(nonsense)
      expect(await ada.closed).toBe(4400)
    }
  })
})

test('what a page is refused, and a page that is refused as a whole, is in the record', async () => {
  await using w = await world({ machines: true })
  await connect(w, 'mina', { origin: 'https://evil.example' })
  await connect(w, undefined)
  const mina = await connect(w, 'mina')
  await mina.subscribe('a', 'command.follow', { id: people.ada.id })
  await mina.subscribe('b', 'swordfish.changes')
  const refusals = () =>
    w.db
      .selectFrom('activity')
      .select(['action', 'status', 'actor_id', 'object_id'])
      .orderBy('action')
      .orderBy('status')
      .execute()
      .then((rows) =>
        rows.map(({ action, status, actor_id, object_id }) => [
          action,
          status,
          actor_id === people.mina.id,
          object_id,
        ]),
      )
  // The page is told at once and the record follows.
  await w.followed()
  while ((await refusals()).length < 4) await w.followed()
  expect(await refusals()).toEqual([
    ['command.follow', 404, true, people.ada.id],
    ['live', 401, false, null],
    ['live', 403, false, null],
    ['unknown', 404, true, null],
  ])
})
