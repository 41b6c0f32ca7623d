import files from '@fastify/static'
import type { FastifyInstance } from 'fastify'

/** The built console: hashed assets for ever, every other path the same page, which finds its own way. */
export async function serveConsole(app: FastifyInstance, directory: string | undefined) {
  if (directory === undefined) {
    app.setNotFoundHandler((_request, reply) =>
      reply.code(404).send({ code: 'request.no_page', message: 'The console is not built here.' }),
    )
    return
  }
  await app.register(files, {
    root: directory,
    index: false,
    cacheControl: false,
    setHeaders: (reply, path) =>
      void reply.header(
        'cache-control',
        path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
      ),
  })
  app.get('/', (_request, reply) => reply.header('cache-control', 'no-cache').sendFile('index.html'))
  app.setNotFoundHandler((request, reply) => {
    // A part of an older build that is gone must not be answered with a page.
    const isPage =
      (request.method === 'GET' || request.method === 'HEAD') && !request.url.startsWith('/assets/')
    if (!isPage) return reply.code(404).send({ code: 'request.no_page', message: 'There is no such page.' })
    return reply.header('cache-control', 'no-cache').sendFile('index.html')
  })
}
