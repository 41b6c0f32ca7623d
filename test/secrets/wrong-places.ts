import { WebSocket } from 'ws'
import { contracts } from '../../apps/server/contract.ts'
import type { Endpoint } from '../../base/common/api.ts'
import { people } from '../../seed/story.ts'
import { plant } from './hunt.ts'
import { answers, sent, type World } from './told.ts'

const endpoints: Record<string, Endpoint> = Object.assign({}, ...contracts.map(({ api }) => api))

/** In the wrong place at every endpoint: in a field it does not know, in those it knows, in what is no JSON. */
export async function wrongPlaces(w: World) {
  const callers = { admin: w.cookies.ada, nobody: undefined }
  for (const [name, endpoint] of Object.entries(endpoints)) {
    if (endpoint.kind === 'channel' || endpoint.kind === 'socket') continue
    if (['auth.sign-out', 'auth.end-other-sessions', 'auth.end-session'].includes(name)) continue
    const fields = 'shape' in endpoint.in ? Object.keys(endpoint.in.shape as object) : []
    w.pass(61)
    await w.db.updateTable('session').set({ seen_at: w.now(), confirmed_at: w.now() }).execute()
    for (const [who, cookieOf] of Object.entries(callers)) {
      const as = w.withCookie(cookieOf)
      const isCommand = endpoint.kind === 'command'
      const say = (input: object) => (isCommand ? as.tell(name, input) : as.ask(name, input))
      const unknown = sent(`a value of a field unknown to ${name}, as ${who}`)
      const field = sent(`the name of a field unknown to ${name}, as ${who}`)
      if ((await say({ [field]: 'x', unknown })).status < 400 && endpoint.kind !== 'redirect')
        throw new Error(`${name} took a field it does not know`)
      for (const each of who === 'admin' ? fields : []) {
        const text = plant()
        const { status } = await say({ [each]: text })
        const deep = plant()
        const answer = isCommand ? await say({ [each]: { [deep]: deep } }) : undefined
        if (status >= 400) sent(`a wrong value of ${each} of ${name}`, { text })
        if (answer && answer.status >= 400) sent(`an object for ${each} of ${name}`, { text: deep })
      }
      if (!isCommand || endpoint.upload) continue
      const bodies = [`{"password":"${sent('what is no JSON')}`, `"${sent('JSON that is a text')}"`]
      for (const payload of bodies)
        await w.app.inject({
          ...{ method: 'POST', url: `/api/${name}`, payload },
          headers: { ...(cookieOf && { cookie: `annals=${cookieOf}` }), 'content-type': 'application/json' },
        })
    }
  }
  const headers = Object.fromEntries(
    ['x-api-key', 'x-auth-token', 'x-request-id', 'x-forwarded-for', 'x-real-ip', 'forwarded', 'referer'].map(
      (name) => [name, sent(`the header ${name}`)],
    ),
  )
  await w.as('mina').tell('group.create', { name: 'x' }, headers)
  await w.as('mina').ask('command.list', {}, headers)
  const typed = ['GET', 'POST', 'DELETE'] as const
  for (const method of typed) {
    await w.app.inject({ method, url: `/api/${sent('an address that is no endpoint')}` })
    await w.app.inject({ method, url: `/${sent('an address')}?token=${sent('a query of it')}` })
    await w.app.inject({ method, url: `/api/auth.me?access_token=${sent('a token in an address')}` })
  }
  await w.app.inject({
    ...{ method: 'POST', url: '/api/auth.sign-in', payload: `password=${sent('a form')}` },
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  })
}

export async function sockets(w: World) {
  const { app, serving } = { app: w.app, serving: w.assembled.serving }
  if (!app.server.listening) await serving.listen('127.0.0.1', 0)
  const { port } = app.server.address() as { port: number }
  const origin = `http://127.0.0.1:${port}`
  const knock = (path: string, cookies: string) =>
    new Promise<WebSocket | undefined>((resolve) => {
      const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers: { origin, cookie: cookies } })
      socket.on('error', () => {})
      socket.once('open', () => resolve(socket))
      socket.once('unexpected-response', (_request, response) => {
        response.on('data', (bytes) => answers.push({ where: `an answer of ${path}`, text: String(bytes) }))
        response.on('end', () => resolve(undefined))
      })
    })
  const mina = `annals=${w.cookies.mina}`
  const id = people.ada.id
  await knock(
    `/api/live?token=${sent('a token in the address of a socket')}`,
    `annals=${sent('a cookie of a socket')}`,
  )
  await knock(`/api/terminal.attach?id=${id}&ticket=${sent('a ticket that is none')}`, mina)
  await knock(`/api/terminal.attach?id=${sent('an id that is none')}`, mina)
  await knock(`/api/${sent('a socket that is none')}`, mina)
  const live = (await knock('/api/live', mina))!
  const ends = (n: number) =>
    new Promise<void>((resolve) => {
      live.on('message', (data) => {
        answers.push({ where: 'a message of /api/live', text: String(data) })
        if (String(data).includes('"end"') && --n === 0) resolve()
      })
    })
  const ended = ends(2)
  const subscribe = (name: string, input: object) =>
    live.send(JSON.stringify({ type: 'subscribe', id: name.slice(0, 5), name, input }))
  subscribe(sent('a channel that is none'), {})
  subscribe('command.follow', { id: sent('an id of a channel'), [sent('a field of a channel')]: 1 })
  await ended
  const closed = new Promise((resolve) => live.once('close', resolve))
  live.send(`{"${sent('no message')}`)
  await closed
}
