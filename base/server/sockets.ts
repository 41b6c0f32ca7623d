import { type IncomingMessage, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { z } from 'zod'
import type { Socket } from '../common/api.ts'
import type { Fault } from '../common/fault.ts'
import type { Actor } from './actor.ts'
import { admit, askFor, type Kernel, keepViewed, readInput } from './call.ts'
import type { Feature, RequestFacts, SocketHandler, Viewed } from './endpoint.ts'

export interface Sockets {
  readonly paths: readonly string[]
  /** Whether there is one of that full name. */
  has(name: string): boolean
  /** Resolves when the socket is open and handed over. @throws Fault when it must not be */
  open(name: string, upgrade: Upgrade): Promise<void>
  close(): void
}

interface Upgrade {
  readonly raw: IncomingMessage
  readonly socket: Duplex
  readonly head: Buffer
  readonly actor: Actor
  readonly request: RequestFacts
  readonly identify: () => Promise<Actor>
}

/** Endpoints that are WebSockets of their own: checked like any request before there is a socket at all. */
export function openSockets(kernel: Kernel, features: readonly Feature[]): Sockets {
  const endpoints = new Map(
    features.flatMap(({ api, handlers }) =>
      Object.entries(api).flatMap(([name, endpoint]) =>
        endpoint.kind === 'socket' ? [[name, serverOf(endpoint, handlers[name])] as const] : [],
      ),
    ),
  )
  return {
    paths: [...endpoints.keys()].map((name) => `/api/${name}`),
    has: (name) => endpoints.has(name),
    async open(name, { raw, socket, head, identify, ...caller }) {
      const { endpoint, schema, handler, server } = endpoints.get(name)!
      admit(name, endpoint, caller.actor, kernel.now())
      const { searchParams } = new URL(raw.url ?? '', 'http://socket')
      const input = readInput(schema, Object.fromEntries(searchParams))
      const viewed: Viewed[] = []
      const begin = await handler({ ...askFor<unknown>(kernel, caller, input, viewed), identify })
      await keepViewed(kernel, caller, viewed)
      server.handleUpgrade(raw, socket, head, (accepted: WebSocket) => {
        kernel.reads.add(caller.actor.id, name, 101)
        begin(accepted)
      })
    },
    close() {
      for (const { server } of endpoints.values()) server.close()
    },
  }
}

const serverOf = (endpoint: Socket, handler: SocketHandler<unknown>) => ({
  endpoint,
  schema: endpoint.in instanceof z.ZodObject ? endpoint.in.strict() : endpoint.in,
  handler,
  server: new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: endpoint.frameBytes,
  }),
})

/** There is no socket to say it on, so it is said as any other refusal. */
export function refuseUpgrade(socket: Duplex, { status, code, message }: Fault, requestId: string) {
  const body = JSON.stringify({ code, message, requestId })
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Refused'}\r\nconnection: close\r\ncontent-type: application/json; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )
}
