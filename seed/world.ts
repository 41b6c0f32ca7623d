import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino, { type Logger } from 'pino'
import { assemble } from '../apps/server/features.ts'
import { fileBlobStore } from '../base/server/blobs/blob-store.ts'
import { openJournal } from '../base/server/journal/journal.ts'
import type { Mail } from '../base/server/mail/mail.ts'
import { openMetrics } from '../base/server/metrics.ts'
import { openReadiness } from '../base/server/readiness.ts'
import type { Scopes } from '../base/server/scope.ts'
import { openSecretBox } from '../base/server/secret-box.ts'
import { actorOfCookie } from '../features/identity/server/index.ts'
import { serverIdsOf } from '../features/servers/server/index.ts'
import { type TestDatabase, testDatabase } from '../test/postgres.ts'
import type { Breaker } from './breaker.ts'
import { tellOfMachines } from './machines.ts'
import { tellOfProofs } from './proofs.ts'
import { type Gone, type Persona, people, tellTheStory } from './story.ts'

const config = {
  host: '127.0.0.1',
  port: 0,
  publicUrl: undefined,
  trustedProxies: [],
  unresponsiveSeconds: 600,
} as never

let tested: Promise<TestDatabase> | undefined

/** Fixed, so that a test's times can be foreseen; `pass` moves it. */
export const startOfStory = new Date('2026-08-03T09:00:00.000Z')

/**
 * The whole server on a database of this worker's own, without a network: two teams that must never see each other,
 * every role. Requests go through the same router as real ones.
 */
export async function world({
  machines = false,
  scopes,
  breaker,
  mail,
  log = pino({ level: process.env['ANNALS_LOG_LEVEL'] ?? 'silent' }),
  webDirectory,
  settings = {},
}: {
  machines?: boolean
  /** What the operator would have set. */
  settings?: { publicUrl?: string; trustedProxies?: readonly string[] }
  scopes?: Scopes
  breaker?: Breaker
  /** How mail is sent; without it none is. */
  mail?: Mail
  /** A built console; without it there is only the API. */
  webDirectory?: string
  /** Where the server writes how it fares; without it nowhere. */
  log?: Logger
} = {}) {
  const database = await (tested ??= testDatabase())
  await database.wipe()
  await using opening = new AsyncDisposableStack()
  const directory = mkdtempSync(join(tmpdir(), 'annals-world-'))
  opening.defer(() => rmSync(directory, { recursive: true, force: true }))
  const journal = await openJournal({
    url: database.url,
    keysDirectory: join(directory, 'keys'),
    log,
    beatMilliseconds: 5,
  })
  opening.use(journal)
  let clock = startOfStory.getTime()
  const now = () => new Date(clock)
  const assembled = await assemble({
    config: { ...(config as object), ...settings } as never,
    database: breaker ? { ...database, db: breaker.over(database.pool) } : database,
    journal,
    blobs: fileBlobStore(join(directory, 'blobs')),
    secrets: await openSecretBox(join(directory, 'keys')),
    mail,
    log,
    metrics: openMetrics(),
    readiness: openReadiness({}),
    publicUrl: settings.publicUrl ?? 'http://127.0.0.1:7300',
    now,
    version: '0.0.0-test',
    scopes,
    ...(webDirectory !== undefined && { webDirectory }),
  })
  opening.defer(() => assembled.serving.close())
  opening.defer(() => assembled.stop())
  const { app } = assembled.serving
  await app.ready()

  const call = async (
    method: 'GET' | 'POST',
    name: string,
    input: object,
    cookie: string | undefined,
    headers: object = {},
  ) => {
    const answer = await app.inject({
      method,
      url: `/api/${name}`,
      ...(method === 'GET' ? { query: input as Record<string, string> } : { payload: input }),
      headers: { ...(cookie && { cookie: `annals=${cookie}` }), ...headers },
    })
    const json = String(answer.headers['content-type']).includes('json')
    return {
      status: answer.statusCode,
      body: json ? answer.json() : answer.body,
      headers: answer.headers,
      cookies: answer.cookies,
    }
  }
  const as = (cookie: string | undefined, always: object = {}) => ({
    ask: (name: string, query: object = {}, headers: object = {}) =>
      call('GET', name, query, cookie, { ...always, ...headers }),
    tell: (name: string, body: object = {}, headers: object = {}) =>
      call('POST', name, body, cookie, { ...always, ...headers }),
  })
  const story = await tellTheStory(database.db, now())
  if (machines) {
    await tellOfMachines(database.db, now())
    await tellOfProofs(database.db, now())
  }

  // Everything is open: from here on it is closed with the world, in reverse.
  const opened = opening.move()
  return {
    db: database.db,
    pool: database.pool,
    /** Of the database. */
    url: database.url,
    journal,
    directory,
    assembled,
    app,
    ...story,
    /** Acts as one of the people, with a session of their own. */
    as: (persona: Persona | Gone) => as(story.cookies[persona]),
    anonymous: as(undefined),
    /** One of the people as the server resolves them. */
    actor: (persona: Persona | Gone) =>
      actorOfCookie(database.db, story.cookies[persona], now(), (groupIds) =>
        serverIdsOf(database.db, groupIds),
      ),
    withCookie: as,
    /** A program: it sends a token and nothing else. */
    withToken: (secret: string) => as(undefined, { authorization: `Bearer ${secret}` }),
    now,
    pass: (seconds: number) => {
      clock += seconds * 1000
    },
    /** Seals what is recorded and brings the log of activity up to it. */
    followed: async () => {
      await sealed(journal, database.pool)
      await assembled.catchUpActivity()
    },
    /** Kinds of everything recorded so far, oldest first, after it was sealed. */
    recorded: async () => {
      await sealed(journal, database.pool)
      const { items } = await journal.read.entries({ limit: 1000 })
      return items
        .filter(({ kind }) => kind !== 'journal.opened')
        .map(({ kind, body }) => ({
          kind,
          ...(JSON.parse(body) as {
            actor: { id: string; name: string }
            data: Record<string, unknown>
            subject?: { id: string }
          }),
        }))
    },
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  }
}

/** Waits until nothing committed is without a number, and the journal shows it: a head is told a moment after its commit. */
async function sealed(journal: Awaited<ReturnType<typeof openJournal>>, pool: TestDatabase['pool']) {
  const soon = () => new Promise((resolve) => setTimeout(resolve, 2))
  journal.poke()
  while ((await journal.health()).lagEntries > 0) {
    journal.poke()
    await soon()
  }
  const { rows } = await pool.query<{ size: number | null }>(
    'select max(size) as size from journal_checkpoint',
  )
  while ((await journal.health()).size < (rows[0]!.size ?? 0)) await soon()
}

export { people }
