import { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import type { Command } from '../common/api.ts'
import { baseFaults } from '../common/fault.ts'
import type { Feature } from './endpoint.ts'

/** Lets in the content types of uploads, as streams: their commands read them a little at a time. */
export function takeUploads(app: FastifyInstance, features: readonly Feature[]): void {
  const types = new Set(
    features.flatMap(({ api }) =>
      Object.values(api).flatMap((endpoint) =>
        endpoint.kind === 'command' && endpoint.upload ? [endpoint.upload.type] : [],
      ),
    ),
  )
  for (const type of types) app.addContentTypeParser(type, (_request, body, done) => done(null, body))
}

/**
 * The body of an upload, which ends with a fault where it becomes larger than it may.
 * @throws request.wrong_type when what came is no upload
 */
export function uploadOf(endpoint: Command, body: unknown): AsyncIterable<Uint8Array> {
  const { type, bytesMax } = endpoint.upload!
  if (!(body instanceof Readable)) throw baseFaults['request.wrong_type'](type)
  return (async function* () {
    let length = 0
    for await (const bytes of body as AsyncIterable<Uint8Array>) {
      length += bytes.length
      if (length > bytesMax) throw baseFaults['request.too_large'](bytesMax)
      yield bytes
    }
  })()
}

const BODY_MILLISECONDS_MAX = 60_000

/** Lets go of a request whose body trickles in, unless it is an upload. */
export function takeBodiesInTime(app: FastifyInstance): void {
  const timers = new WeakMap<object, NodeJS.Timeout>()
  app.addHook('preParsing', async (request) => {
    if (!String(request.headers['content-type'] ?? '').startsWith('application/json')) return
    timers.set(
      request,
      setTimeout(() => request.raw.destroy(), BODY_MILLISECONDS_MAX),
    )
  })
  app.addHook('preValidation', async (request) => clearTimeout(timers.get(request)))
  app.addHook('onError', async (request) => clearTimeout(timers.get(request)))
  app.addHook('onRequestAbort', async (request) => clearTimeout(timers.get(request)))
  // However it was answered: the connection may carry somebody's next request by then.
  app.addHook('onResponse', async (request) => clearTimeout(timers.get(request)))
}
