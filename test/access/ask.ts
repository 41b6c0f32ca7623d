import { WebSocket } from 'ws'
import type { Endpoint } from '../../base/common/api.ts'
import type { World } from './sides.ts'

/** What came back, whatever door was used. */
export interface Answer {
  readonly status: number
  /** Of a refusal. */
  readonly code?: string
  readonly text: string
  /** Names of cookies it sets. */
  readonly cookies: readonly string[]
}

export interface Question {
  readonly name: string
  readonly endpoint: Endpoint
  readonly input: object
  readonly headers: Record<string, string>
}

/** Asks at the door the endpoint has. @param knocked for a channel: the caller's open connection, or what refused one */
export async function ask(
  w: World,
  { name, endpoint, input, headers }: Question,
  knocked?: Promise<Live | Answer>,
): Promise<Answer> {
  if (endpoint.kind === 'channel') {
    const live = (await knocked)!
    return 'subscribe' in live ? live.subscribe(name, input) : live
  }
  if (endpoint.kind === 'socket') return openSocket(w, name, input, headers)
  const isPost = endpoint.kind === 'command'
  const isUpload = isPost && endpoint.upload !== undefined
  const query = Object.fromEntries(Object.entries(input).map(([field, value]) => [field, String(value)]))
  const answer = await w.app.inject({
    method: isPost ? 'POST' : 'GET',
    url: `/api/${name}`,
    ...(isPost && !isUpload ? { payload: input } : { query }),
    ...(isUpload && { payload: upload }),
    headers: { ...headers, ...(isUpload && { 'content-type': endpoint.upload!.type }) },
  })
  const code =
    answer.statusCode === 303
      ? new URL(String(answer.headers.location), 'http://annals').searchParams.get('refused')
      : answer.statusCode >= 400
        ? (answer.json() as { code: string }).code
        : null
  return {
    status: answer.statusCode,
    ...(code && { code }),
    text: answer.body,
    cookies: answer.cookies.map((cookie) => `${cookie.name}${cookie.value === '' ? ' ended' : ''}`).sort(),
  }
}

const upload = [
  JSON.stringify({ version: 2, width: 80, height: 24, timestamp: 1_785_000_000 }),
  JSON.stringify([0.1, 'o', '$ ']),
].join('\n')

async function portOf(w: World): Promise<number> {
  const { app } = w.assembled.serving
  if (!app.server.listening) await w.assembled.serving.listen('127.0.0.1', 0)
  return (app.server.address() as { port: number }).port
}

/** @returns the open socket, or what the upgrade was answered with */
async function connect(w: World, path: string, headers: Record<string, string>): Promise<WebSocket | Answer> {
  const port = await portOf(w)
  const origin = headers['authorization'] ? {} : { origin: `http://127.0.0.1:${port}` }
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers: { ...headers, ...origin } })
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve(socket))
    socket.once('error', reject)
    socket.once('unexpected-response', (_request, response) => {
      socket.removeAllListeners('error')
      socket.on('error', () => {})
      let text = ''
      response.on('data', (bytes) => (text += bytes))
      response.on('end', () =>
        resolve({
          ...{ status: response.statusCode ?? 0, text, cookies: [] },
          code: (JSON.parse(text) as { code: string }).code,
        }),
      )
    })
  })
}

/** Opens a socket of its own and listens until the other end has said all. */
async function openSocket(w: World, name: string, input: object, headers: Record<string, string>) {
  const path = `/api/${name}?${new URLSearchParams(input as Record<string, string>)}`
  const socket = await connect(w, path, headers)
  if (!(socket instanceof WebSocket)) return socket
  let text = ''
  socket.on('message', (data) => (text += String(data)))
  if (socket.readyState !== WebSocket.CLOSED) await new Promise((resolve) => socket.once('close', resolve))
  return { status: 101, text, cookies: [] }
}

export interface Live {
  /** Subscribes, reads what comes until it is complete, and ends the subscription. */
  subscribe(name: string, input: object): Promise<Answer>
  close(): void
}

/** The console's one connection, as a caller has it. */
export async function openLive(w: World, headers: Record<string, string>): Promise<Live | Answer> {
  const socket = await connect(w, '/api/live', headers)
  if (!(socket instanceof WebSocket)) return socket
  let hear = (_message: { type: string; id?: string; fault?: { code: string } | null }, _text: string) => {}
  let gone = () => {}
  socket.on('message', (data) => hear(JSON.parse(String(data)), String(data)))
  socket.on('close', () => gone())
  let n = 0
  return {
    subscribe: (name, input) =>
      new Promise((resolve, reject) => {
        const id = `s${++n}`
        const heard: string[] = []
        gone = () => reject(new Error(`the connection was closed before ${name} was answered`))
        if (socket.readyState !== WebSocket.OPEN) return gone()
        hear = (message, text) => {
          if (message.id !== id) return
          if (message.type === 'message') return void heard.push(text)
          if (message.type === 'ready') socket.send(JSON.stringify({ type: 'unsubscribe', id }))
          const code = message.fault?.code
          const refusal = message.fault ? text.replaceAll(`"${id}"`, '""') : ''
          resolve({
            ...{ status: code ? 400 : 200, text: heard.join('\n') || refusal, cookies: [] },
            ...(code && { code }),
          })
        }
        socket.send(JSON.stringify({ type: 'subscribe', id, name, input }))
      }),
    close: () => socket.terminate(),
  }
}
