import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import cookies from '@fastify/cookie'
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import { type WebSocket, WebSocketServer } from 'ws'
import { z } from 'zod'
import type { Command, Endpoint, RedirectAnswer } from '../common/api.ts'
import { baseFaults, Fault } from '../common/fault.ts'
import { newId } from '../common/id.ts'
import { type Actor, anonymous, rightsOf } from './actor.ts'
import { clientAddress, trustedProxies } from './address.ts'
import type { Bus } from './bus.ts'
import {
  admit,
  answerQuery,
  askFor,
  type Caller,
  carryOut,
  isRefusalKept,
  type Kernel,
  keepViewed,
  readInput,
} from './call.ts'
import { discardBody } from './discard-body.ts'
import type { Feature, FileAnswer, RequestFacts, Viewed } from './endpoint.ts'
import { securityHeaders } from './headers.ts'
import { faultOf } from './http-error.ts'
import { openLive } from './live/live.ts'
import { isOwnOrigin } from './origin.ts'
import { untilRefusalMayLeave } from './refusal-time.ts'
import { serveConsole } from './serve-console.ts'
import { cookieNames, sessionCookies } from './session-cookies.ts'
import { openSockets, refuseUpgrade } from './sockets.ts'
import { takeBodiesInTime, takeUploads, uploadOf } from './upload.ts'
import { whileAllowed } from './while-allowed.ts'

/** What proves who is asking. */
export interface Credentials {
  readonly cookie: string | undefined
  readonly authorization: string | undefined
  readonly request: RequestFacts
}

export interface ServeOptions {
  readonly kernel: Kernel
  readonly features: readonly Feature[]
  readonly identify: (credentials: Credentials) => Promise<Actor>
  readonly log: Logger
  readonly publicUrl: string | undefined
  readonly trustedProxies: readonly string[]
  /** The built console; without it only the API is served. */
  readonly webDirectory?: string
  /** Plain GET paths such as /healthz; answered before anything is checked. */
  readonly probes?: Readonly<
    Record<string, () => Promise<{ status: number; contentType: string; body: string }>>
  >
  readonly openApi?: () => unknown
  /** WebSocket paths of agents: the feature proves who is there. */
  readonly sockets?: Readonly<
    Record<string, { maxPayload: number; accept: (socket: WebSocket, request: RequestFacts) => void }>
  >
  readonly onAnswer?: (endpoint: string, status: number, seconds: number) => void
}

export interface Serving {
  readonly app: FastifyInstance
  /** Listens; resolves with the port in use. */
  listen(host: string, port: number): Promise<number>
  /** Takes no new request, lets running ones finish, ends live sockets. */
  close(): Promise<void>
}

const DEFAULT_BODY_BYTES = 256 * 1024

/** Here Fastify ends (with serve-console, session-cookies and upload beside it): everything above is functions of input and actor. */
export async function serveHttp(options: ServeOptions): Promise<Serving> {
  const { kernel, log, publicUrl } = options
  const secure = publicUrl?.startsWith('https://') ?? false
  const cookieName = cookieNames(secure).session
  const isTrusted = trustedProxies(options.trustedProxies)
  const addressOf = (raw: IncomingMessage) =>
    clientAddress(raw.socket.remoteAddress ?? '', raw.headers['x-forwarded-for'], isTrusted)
  const app = fastify({
    logger: false,
    genReqId: () => newId(),
    bodyLimit: DEFAULT_BODY_BYTES,
    routerOptions: { maxParamLength: 300 },
    forceCloseConnections: 'idle',
    // Of uploads, which take as long as they are large; what else is not whole after a minute is let go below.
    requestTimeout: 3_600_000,
  })
  await app.register(cookies)

  const factsOf = (request: FastifyRequest): RequestFacts => ({
    id: request.id,
    address: addressOf(request.raw),
    client: String(request.headers['user-agent'] ?? '').slice(0, 300),
    action: actionOf(request),
  })
  /** Known as soon as somebody was identified. */
  const callers = new WeakMap<FastifyRequest, Caller>()
  const credentialsOf = (request: FastifyRequest): Credentials => ({
    cookie: request.cookies[cookieName],
    authorization: request.headers.authorization,
    request: factsOf(request),
  })
  const checkOrigin = (request: FastifyRequest) => {
    const { origin, host } = request.headers
    if (origin !== undefined && !isOwnOrigin(origin, { publicUrl, host }))
      throw baseFaults['request.foreign_origin'](origin.slice(0, 200))
    const site = request.headers['sec-fetch-site']
    if (origin === undefined && (site === 'cross-site' || site === 'same-site'))
      throw baseFaults['request.foreign_origin'](`a ${site} page`)
  }

  app.addHook('onRequest', async (_request, reply) => {
    for (const [name, value] of Object.entries(securityHeaders)) reply.header(name, value)
    if (secure) reply.header('strict-transport-security', 'max-age=31536000')
  })
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unknown'
    const caller = callers.get(request)
    if (caller && request.method !== 'POST')
      kernel.reads.add(caller.actor.id, caller.request.action, reply.statusCode)
    options.onAnswer?.(route, reply.statusCode, reply.elapsedTime / 1000)
    log.debug(
      {
        requestId: request.id,
        method: request.method,
        route,
        status: reply.statusCode,
        milliseconds: reply.elapsedTime,
      },
      'answered',
    )
  })
  /** Whatever is refused or goes wrong leaves its entry, also what never reached a handler. */
  const keepFailure = async (request: FastifyRequest, fault: Fault) => {
    const caller = callers.get(request) ?? {
      actor: await options.identify(credentialsOf(request)).catch(() => anonymous),
      request: factsOf(request),
    }
    if (isRefusalKept(caller)) return
    await kernel.failures.record(caller, fault, request.method === 'POST' ? request.body : request.query)
  }
  takeBodiesInTime(app)
  const answerFault = async (error: unknown, request: FastifyRequest, reply: FastifyReply) => {
    const { refusedTo, upload } = request.routeOptions.config as { refusedTo?: string; upload?: string }
    const fault = faultOf(error, { id: request.id, route: request.routeOptions.url, upload }, log)
    if (fault.status === 413) await discardBody(request.raw)
    if (request.url.startsWith('/api/')) await keepFailure(request, fault)
    const caller = callers.get(request)
    if (caller) await untilRefusalMayLeave(caller.request)
    if (fault.retryAfterSeconds !== undefined) reply.header('retry-after', fault.retryAfterSeconds)
    if (refusedTo) return seeOther(reply, `${refusedTo}?refused=${encodeURIComponent(fault.code)}`)
    return reply
      .code(fault.status)
      .header('cache-control', 'no-store')
      .send({ code: fault.code, message: fault.message, requestId: request.id })
  }
  app.setErrorHandler(answerFault)
  // Only JSON: a form on another site cannot send it without asking first, and is never told yes.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, body === '' ? {} : JSON.parse(body as string))
    } catch {
      done(baseFaults['request.invalid']('the body is not JSON'))
    }
  })

  takeUploads(app, options.features)

  for (const [path, probe] of Object.entries(options.probes ?? {})) {
    app.get(path, async (_request, reply) => {
      const answer = await probe()
      return reply
        .code(answer.status)
        .type(answer.contentType)
        .header('cache-control', 'no-store')
        .send(answer.body)
    })
  }
  if (options.openApi) app.get('/api/openapi.json', async () => options.openApi!())

  const methods = new Map<string, 'GET' | 'POST'>()
  for (const feature of options.features)
    for (const [name, endpoint] of Object.entries(feature.api)) {
      if (endpoint.kind === 'channel' || endpoint.kind === 'socket') continue
      // Once: a schema made for each request would be compiled for each request.
      const schema = strictly(endpoint)
      const method = endpoint.kind === 'command' ? 'POST' : 'GET'
      methods.set(`/api/${name}`, method)
      app.route({
        method,
        url: `/api/${name}`,
        ...(endpoint.kind === 'command' && bodyLimitOf(endpoint)),
        ...(endpoint.kind === 'command' && endpoint.upload && { config: { upload: endpoint.upload.type } }),
        ...(endpoint.kind === 'redirect' && {
          config: { refusedTo: endpoint.refusedTo },
          exposeHeadRoute: false,
        }),
        handler: async (request, reply) => {
          if (!(endpoint.kind === 'redirect' && endpoint.fromElsewhere)) checkOrigin(request)
          reply.header('cache-control', 'no-store')
          const isUpload = endpoint.kind === 'command' && endpoint.upload !== undefined
          if (
            endpoint.kind === 'command' &&
            !isUpload &&
            request.body !== undefined &&
            (typeof request.body !== 'object' || request.body === null)
          )
            throw baseFaults['request.invalid']('the body is not a JSON object')
          const credentials = credentialsOf(request)
          const identify = () => options.identify(credentials)
          const caller: Caller = { actor: await identify(), request: factsOf(request), identify }
          callers.set(request, caller)
          admit(name, endpoint, caller.actor, kernel.now())
          const input = readInput(
            schema,
            endpoint.kind === 'command' && !isUpload ? (request.body ?? {}) : withoutEmpty(request.query),
          )
          const handler = feature.handlers[name]
          if (endpoint.kind === 'query') return answerQuery(kernel, endpoint, handler, caller, input)
          if (endpoint.kind === 'download') {
            const viewed: Viewed[] = []
            const file: FileAnswer = await handler(askFor(kernel, caller, input, viewed))
            await keepViewed(kernel, caller, viewed)
            const stillAllowed = async () => {
              const actor = await options.identify(credentialsOf(request))
              try {
                admit(name, endpoint, actor, kernel.now())
                if (rightsOf(actor) !== rightsOf(caller.actor)) throw baseFaults['request.rights_changed']()
              } catch (error) {
                // The answer began with 200; that it was cut short is a second outcome of the same request.
                const fault = faultOf(error, { id: request.id, route: name }, log)
                await kernel.failures.record({ actor, request: caller.request }, fault)
                throw error
              }
            }
            return sendFile(reply, file, stillAllowed, kernel.bus)
          }
          const session = sessionCookies(request, reply, secure)
          const upload = isUpload ? uploadOf(endpoint, request.body) : undefined
          const answer = await carryOut(kernel, feature, name, caller, input, session, upload)
          return endpoint.kind === 'redirect' ? seeOther(reply, (answer as RedirectAnswer).to) : answer
        },
      })
    }

  app.route({
    method: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
    url: '/api/*',
    handler: async (request, reply) => {
      const method = methods.get(request.url.split('?')[0]!)
      if (method === undefined) throw baseFaults['request.no_endpoint']()
      reply.header('allow', method)
      throw baseFaults['request.wrong_method'](method)
    },
  })
  await serveConsole(app, options.webDirectory)

  const live = openLive({ kernel, features: options.features, log })
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: 64 * 1024 })
  const ownSockets = openSockets(kernel, options.features)
  const agentSockets = Object.fromEntries(
    Object.entries(options.sockets ?? {}).map(([path, { maxPayload }]) => [
      path,
      new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload }),
    ]),
  )
  // Fastify resolves address and cookies for a plain request; an upgrade goes through the same two steps by hand.
  for (const path of ['/api/live', ...ownSockets.paths])
    app.get(path, async () => {
      throw baseFaults['request.upgrade']()
    })
  const upgrade = async (raw: IncomingMessage, socket: Duplex, head: Buffer) => {
    const path = (raw.url ?? '').split('?')[0]!
    const address = addressOf(raw)
    const facts: RequestFacts = {
      id: newId(),
      address,
      client: String(raw.headers['user-agent'] ?? '').slice(0, 300),
      action:
        path === '/api/live'
          ? 'live'
          : agentSockets[path] || ownSockets.has(path.slice('/api/'.length))
            ? path.slice('/api/'.length)
            : 'unknown',
    }
    const agent = agentSockets[path]
    if (agent)
      return agent.handleUpgrade(raw, socket, head, (accepted) =>
        options.sockets![path]!.accept(accepted, facts),
      )
    const refuse = async (fault: Fault, actor: Actor = anonymous) => {
      await kernel.failures.record({ actor, request: facts }, fault)
      refuseUpgrade(socket, fault, facts.id)
    }
    const isOwn = ownSockets.has(facts.action)
    if (path !== '/api/live' && !isOwn) return refuse(baseFaults['request.no_endpoint']())
    const { origin, host, authorization } = raw.headers
    const cookie = app.parseCookie(raw.headers.cookie ?? '')[cookieName]
    const credentials: Credentials = { cookie, authorization, request: facts }
    // No page can send a token by itself, and what is no browser has no Origin.
    const isProgram = origin === undefined && cookie === undefined && /^bearer\s/i.test(authorization ?? '')
    // What brings no credential of a browser is judged by what it asks with.
    const isBare = isOwn && origin === undefined && cookie === undefined
    const isForeign =
      !isProgram && !isBare && (origin === undefined || !isOwnOrigin(origin, { publicUrl, host }))
    if (isForeign)
      return refuse(
        origin === undefined
          ? baseFaults['request.no_origin']()
          : baseFaults['request.foreign_origin'](origin),
      )
    const actor = await options.identify(credentials).catch((error: unknown) => {
      if (error instanceof Fault) return error
      throw error
    })
    if (actor instanceof Fault) return refuse(actor)
    if (isOwn) {
      const identify = () => options.identify(credentials)
      return ownSockets
        .open(facts.action, { raw, socket, head, actor, request: facts, identify })
        .catch((error: unknown) => refuse(faultOf(error, { id: facts.id, route: facts.action }, log), actor))
    }
    if (actor.kind === 'anonymous') return refuse(baseFaults['request.unauthenticated']())
    sockets.handleUpgrade(raw, socket, head, (accepted) =>
      live.accept(accepted, facts, () => options.identify(credentials)),
    )
  }
  app.server.on('upgrade', (raw, socket, head) => {
    socket.on('error', () => socket.destroy())
    upgrade(raw, socket, head).catch((error) => {
      log.error({ error }, 'upgrade failed')
      socket.destroy()
    })
  })

  return {
    app,
    async listen(host, port) {
      await app.listen({ host, port })
      const bound = app.server.address()
      return typeof bound === 'object' && bound ? bound.port : port
    },
    async close() {
      live.close()
      for (const server of Object.values(agentSockets)) server.close()
      ownSockets.close()
      sockets.close()
      await app.close()
    },
  }
}

/** The full name of the endpoint; what is asked of an address that has none is not kept, it may be anything. */
function actionOf(request: FastifyRequest): string {
  const route = request.routeOptions.url
  return route?.startsWith('/api/') && !route.endsWith('*') ? route.slice('/api/'.length) : 'unknown'
}

/** What was in the address of this request, a code for example, stays out of the browser's history. */
const seeOther = (reply: FastifyReply, to: string) =>
  reply.code(303).header('cache-control', 'no-store').header('location', to).send()

const bodyLimitOf = ({ bodyLimit, upload }: Command) =>
  upload ? { bodyLimit: upload.bytesMax } : bodyLimit ? { bodyLimit } : {}

/** Unknown fields are refused rather than ignored: a misspelt filter must not silently show everything. */
function strictly(endpoint: Exclude<Endpoint, { kind: 'channel' | 'socket' }>): z.ZodType {
  const isStrict = endpoint.kind !== 'redirect' && endpoint.in instanceof z.ZodObject
  return isStrict ? (endpoint.in as z.ZodObject).strict() : endpoint.in
}

/** `?status=` means no filter, as an emptied form field sends it. */
function withoutEmpty(query: unknown): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(query as Record<string, unknown>).filter(([, value]) => value !== ''),
  )
}

/** Sends bytes as they come, and stops within a second of the caller losing the right to them. */
function sendFile(reply: FastifyReply, file: FileAnswer, stillAllowed: () => Promise<void>, bus: Bus) {
  const asciiName = file.name.replace(/[^\w.-]/g, '_')
  reply
    .type(file.contentType)
    .header(
      'content-disposition',
      `attachment; filename="${asciiName}"; filename*=UTF-8''${encodeURIComponent(file.name)}`,
    )
    .header('cache-control', 'no-store')
  if (file.sizeBytes !== undefined) reply.header('content-length', file.sizeBytes)
  return reply.send(whileAllowed(file.body, stillAllowed, bus))
}
