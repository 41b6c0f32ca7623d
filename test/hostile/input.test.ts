import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { ended } from '../dispatch-times.ts'
import { type Client, type Product, signIn, startProduct } from '../product.ts'
import { enrolFake, hostileTexts, type Schema, sentFor } from './hostile-values.ts'

/** What nobody means to send, to every door of a running server. It may refuse in any words; it may not break. */
const directory = mkdtempSync(join(tmpdir(), 'annals-hostile-'))
const member = { username: 'mallory', password: 'a password of a member' }
let product: Product
let admin: Client
let serverId: string
let groupId: string

beforeAll(async () => {
  product = await startProduct(directory)
  admin = await signIn(product.url)
  serverId = (await admin.ask('server.list')).items[0].id
  const { id } = await admin.tell('person.create', { ...member, name: 'Mallory', role: 'member' })
  groupId = (await admin.tell('group.create', { name: 'Suspects' })).id
  await admin.tell('group.set-members', { id: groupId, personIds: [id] })
})
afterAll(async () => {
  await product?.stop()
  rmSync(directory, { recursive: true, force: true })
})

const send = (path: string, cookie: string, body?: string) =>
  fetch(`${product.url}${path}`, {
    headers: { cookie, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { method: 'POST', body }),
  }).catch((error: Error) => {
    throw new Error(`${path} was not answered: ${error.cause}`, { cause: error })
  })

/** Nothing that was sent has harmed it: it answers, its agent is linked, a command runs. */
async function expectWell() {
  expect((await fetch(`${product.url}/readyz`)).status).toBe(200)
  const { commands } = await admin.tell('command.submit', { serverIds: [serverId], line: 'echo well' })
  expect((await ended(admin, commands[0].id)).result.trim()).toBe('well')
}

test('random input to every endpoint, as an administrator and as a member, is answered and never by a 5xx', async () => {
  const { paths } = await admin.ask('openapi.json')
  // A server and a group of its own: the fuzzer may rename and remove them, but not those that show that all is well.
  const fake = await enrolFake(admin, product.url, groupId)
  const { id: fakeGroup } = await admin.tell('group.create', { name: 'of the fuzzer' })
  const ids = [fake, fakeGroup, '00000000-0000-0000-0000-000000000000']
  const clients = { admin, member: await signIn(product.url, member.username, member.password) }
  // Last, since it ends the session.
  const inOrder = Object.entries<Record<string, Operation>>(paths).toSorted(
    ([one], [other]) => Number(one.endsWith('sign-out')) - Number(other.endsWith('sign-out')),
  )
  const broken: string[] = []
  for (const [path, operations] of inOrder) {
    const [method, operation] = Object.entries(operations)[0]!
    const samples = fc.sample(sentFor(inputOf(operation), ids), { numRuns: 50, seed: 20261121 })
    for (const sample of samples)
      for (const [who, { cookie }] of Object.entries(clients)) {
        const answer =
          method === 'post'
            ? await send(path, cookie, JSON.stringify(sample))
            : await send(`${path}?${queryOf(sample)}`, cookie)
        if (answer.status >= 500)
          broken.push(`${who} ${path} ${answer.status}: ${JSON.stringify(sample)?.slice(0, 400)}`)
        await answer.arrayBuffer()
      }
  }
  admin = await signInAgain()
  expect(broken.slice(0, 20)).toEqual([])
  await expectWell()
})

/** Wrong passwords were tried from here: it lets nobody in for a while. */
async function signInAgain(): Promise<Client> {
  for (;;) {
    try {
      return await signIn(product.url)
    } catch (error) {
      if (!String(error).includes('429')) throw error
      await wait(500)
    }
  }
}

interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly schema: Schema }[]
  readonly requestBody?: { readonly content: { readonly 'application/json'?: { readonly schema: Schema } } }
}
function inputOf({ requestBody, parameters = [] }: Operation): Schema {
  const body = requestBody?.content['application/json']?.schema
  return (
    body ?? {
      type: 'object',
      properties: Object.fromEntries(parameters.map((each) => [each.name, each.schema])),
    }
  )
}
function queryOf(sample: unknown): URLSearchParams {
  const entries = Object.entries((sample ?? {}) as object).filter(([, value]) => value !== undefined)
  return new URLSearchParams(
    entries.map(([name, value]): [string, string] => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  )
}

test('bodies that are not what they say, and requests that are none, are refused', async () => {
  const bodies = [
    '',
    'null',
    '[]',
    '"text"',
    '{"a":',
    '\0',
    '[['.repeat(50_000),
    `{"a":${'9'.repeat(5000)}}`,
    '{"__proto__":{"x":1}}',
  ]
  for (const body of bodies)
    expect((await send('/api/command.submit', admin.cookie, body)).status, body.slice(0, 30)).toBe(400)
  const form = await fetch(`${product.url}/api/command.submit`, {
    method: 'POST',
    body: 'a=b',
    headers: { cookie: admin.cookie },
  })
  expect([400, 415]).toContain(form.status)
  for (const path of [
    '/%00',
    '/api/%00',
    '/api/%ff',
    '/api/command.list?cursor=%00',
    '/api/../../etc/passwd',
    `/api/${'x'.repeat(9000)}`,
  ])
    expect((await send(path, admin.cookie)).status, path.slice(0, 40)).toBeLessThan(500)
  const { hostname, port } = new URL(product.url)
  for (let n = 0; n < 50; n++)
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), hostname, () => {
        socket.write(
          n % 2
            ? randomBytes(2000)
            : Buffer.concat([Buffer.from('GET /api/live HTTP/1.1\r\n'), randomBytes(500)]),
        )
        setTimeout(() => socket.destroy(), 20)
      })
      socket.once('error', () => {}).once('close', () => resolve())
    })
  await expectWell()
})

test('a command line of a megabyte is refused in a sentence; a body larger than any can be is refused as such', async () => {
  const long = await send(
    '/api/command.submit',
    admin.cookie,
    JSON.stringify({ serverIds: [serverId], line: `: ${'x'.repeat(1_000_000)}` }),
  )
  expect(long.status).toBe(400)
  expect(await long.text()).toMatch(/65536 bytes.*file or into stdin/)
  const huge = await send(
    '/api/command.submit',
    admin.cookie,
    JSON.stringify({ serverIds: [serverId], line: 'x'.repeat(5_000_000) }),
  )
  expect(huge.status).toBe(413)
  const nul = await send(
    '/api/command.submit',
    admin.cookie,
    JSON.stringify({ serverIds: [serverId], line: 'echo \0' }),
  )
  expect(nul.status).toBe(400)
})

test('escape sequences, markup and turned text go through every field unchanged', async () => {
  for (const text of hostileTexts.filter((each) => each.isWellFormed() && !each.includes('\0'))) {
    const unique = `${text} ${randomBytes(4).toString('hex')}`.trim()
    const { id } = await admin.tell('group.create', { name: unique })
    const groups = (await admin.ask('group.list', { limit: '200' })).items
    expect(groups.find((group: { id: string }) => group.id === id).name).toBe(unique)
    const line = `printf %s '${text.replaceAll("'", "'\\''")}'`
    const { commands } = await admin.tell('command.submit', {
      serverIds: [serverId],
      line,
      env: { HOSTILE: text },
    })
    const row = await ended(admin, commands[0].id)
    expect(row).toMatchObject({ status: 'Success', line, result: text.slice(0, 200), envNames: ['HOSTILE'] })
    const found = await admin.ask('command.list', { text: text.slice(0, 150) })
    expect(found.items.map((item: { id: string }) => item.id)).toContain(row.id)
  }
})

test('random frames to the agent link, before and instead of a greeting, harm nobody', async () => {
  const url = `${product.url.replace('http', 'ws')}/api/agent.link`
  await Promise.all(
    Array.from({ length: 100 }, (_, n) =>
      talk(new WebSocket(url), (socket) => {
        for (let each = 0; each < 20; each++)
          socket.send(randomBytes(1 + ((n * each * 7919) % 60_000)), { binary: each % 2 === 0 })
      }),
    ),
  )
  const greetings = [
    '{}',
    '{"t":"hello"}',
    '[]',
    '{"t":"hello","protocols":[1],"agentId":"\\u0000"}',
    '{"t":"reports","items":[]}',
  ]
  for (const greeting of greetings) await talk(new WebSocket(url), (socket) => socket.send(greeting))
  await talk(new WebSocket(url), (socket) => socket.send(randomBytes(3_000_000)))
  await expectWell()
})

test('garbage on the live socket ends that socket or that subscription, nothing else', async () => {
  const url = `${product.url.replace('http', 'ws')}/api/live`
  const live = () => new WebSocket(url, { headers: { cookie: admin.cookie, origin: product.url } })
  for (let n = 0; n < 30; n++)
    await talk(live(), (socket) => socket.send(randomBytes(n * 97), { binary: n % 2 === 0 }))
  const inputs = [
    null,
    7,
    [],
    { text: '\0' },
    { id: '\0' },
    { from: 'yesterday' },
    { serverId: 'x' },
    { text: '%_\\' },
  ]
  const faults: string[] = []
  for (const name of ['command.changes', 'command.follow', 'server.changes', 'no.such', '__proto__'])
    await talk(live(), (socket) => {
      socket.on('message', (bytes) => {
        const message = JSON.parse(bytes.toString())
        if (message.type === 'end' && message.fault?.code === 'server.bug')
          faults.push(`${name} ${message.id}`)
      })
      for (const [n, input] of inputs.entries())
        socket.send(JSON.stringify({ type: 'subscribe', id: `${n}`, name, input }))
    })
  expect(faults).toEqual([])
  await expectWell()
})

/** Says something on a socket, and leaves soon, whether or not it was sent away. */
function talk(socket: WebSocket, say: (socket: WebSocket) => void): Promise<void> {
  return new Promise((resolve) => {
    socket.once('open', () => {
      say(socket)
      setTimeout(() => socket.terminate(), 150)
    })
    socket.on('error', () => {})
    socket.once('close', () => resolve())
  })
}
