import http from 'node:http'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { lowestId } from '../../base/common/id.ts'
import type { Actor } from '../../base/server/actor.ts'
import type { Database } from '../../base/server/database.ts'
import { readAs, type Scopes } from '../../base/server/scope.ts'
import { commandsScopes } from '../../features/commands/server/index.ts'
import { listCommands } from '../../features/commands/server/list-commands.ts'
import { TextIndex } from '../../features/commands/server/text-index.ts'
import { startProduct } from '../product.ts'
import {
  cookieOf,
  DAYS,
  firstDay,
  type Looker,
  lookers,
  openCommandRows,
  serverId,
  signInLookers,
  texts,
} from './command-rows.ts'

/**
 * The Commands page over ten million rows, docs/performance.md (c): the real server over HTTP for a member, a heavy
 * member and an auditor, each filter and each pair of filters, in turns with the bare statements of the same
 * page on a connection of their own.
 *
 * ANNALS_BENCH_ROWS scales it. --fresh makes the database anew, --all prints every case. The first run makes the
 * database (6 GB under /var/tmp, minutes), the next ones find it there.
 */
const { values: flags } = parseArgs({
  options: { fresh: { type: 'boolean', default: false }, all: { type: 'boolean', default: false } },
})
const ROWS = Number(process.env['ANNALS_BENCH_ROWS'] ?? 10_000_000)
const ROUNDS = Number(process.env['ANNALS_BENCH_ROUNDS'] ?? 40)
const AGAIN_ROUNDS = 3 * ROUNDS
const AGAIN_MAX = 20
/** By how much the API may be slower than its statements. */
const ALLOWED_MILLISECONDS = 4

type Ask = Readonly<Record<string, string>>
const dayAt = (share: number) => firstDay + Math.floor(DAYS * share) * 86_400_000
const day = (share: number): Ask => ({
  from: new Date(dayAt(share)).toISOString(),
  to: new Date(dayAt(share) + 86_400_000).toISOString(),
})
const same = (ask: Ask) => () => [ask]

/** Each filter with the values it is asked with in turn. Two that set the same parameter make no pair. */
const filters: Readonly<Record<string, (looker: Looker) => readonly Ask[]>> = {
  server: same({ serverId: serverId(1) }),
  'quiet server': same({ serverId: serverId(150) }),
  person: (looker) =>
    lookers[looker].role === 'member'
      ? [{ personId: lookers[looker].id }]
      : [{ personId: lookers.heavy.id }, { personId: lookers.member.id }],
  success: same({ status: 'Success' }),
  failed: same({ status: 'Failed' }),
  'scheduled or running': () => [{ status: 'Scheduled' }, { status: 'Running' }],
  unresponsive: same({ status: 'Unresponsive' }),
  internal: same({ shell: 'internal' }),
  system: same({ shell: 'system' }),
  day: () => [day(0.3), day(0.95)],
  'common text': same({ text: texts.common }),
  'seldom text': same({ text: texts.seldom }),
  'rare text': same({ text: texts.rare }),
  'no such text': same({ text: texts.none }),
  'with due time': same({ scheduled: 'true' }),
  'deep cursor': () => [{ cursor: lowestId(dayAt(0.5)) }, { cursor: lowestId(dayAt(0.1)) }],
}

interface Case {
  readonly looker: Looker
  readonly name: string
  readonly filters: number
  readonly asks: readonly { readonly path: string; readonly statements: readonly Statement[] }[]
  api: number[]
  sql: number[]
}
interface Statement {
  readonly text: string
  readonly values: unknown[]
}

await using database = await openCommandRows(ROWS, flags.fresh)
const pool = new pg.Pool({
  connectionString: database.url,
  max: 1,
  options: '-c plan_cache_mode=force_custom_plan -c constraint_exclusion=on -c timezone=UTC',
})
// The database may end its connections before the pool has closed them.
pool.on('error', () => {})
await signInLookers(pool)
const textIndex = new TextIndex({
  db: new Kysely<Database>({ dialect: new PostgresDialect({ pool }) }),
  now: () => new Date(),
})
const product = await startProduct(join(database.directory, 'server'), {
  DATABASE_URL: database.url,
  ANNALS_LOCAL_AGENT: 'off',
})
try {
  const cases = await casesOf()
  console.log(`${ROWS} rows, ${cases.length} cases, ${ROUNDS} rounds.`)
  await measure(cases, 2)
  for (const each of cases) each.api = each.sql = []
  await measure(cases, ROUNDS)
  // What noise alone can make look slow is measured again, longer; that counts. Of a busy machine, the worst.
  const again = cases
    .filter((each) => overhead(each) > ALLOWED_MILLISECONDS)
    .toSorted((one, other) => overhead(other) - overhead(one))
    .slice(0, AGAIN_MAX)
  for (const each of again) each.api = each.sql = []
  await measure(again, AGAIN_ROUNDS)
  report(cases, again.length)
} finally {
  await product.stop()
  await pool.end()
}

async function casesOf(): Promise<Case[]> {
  const cases: Case[] = []
  const names = Object.keys(filters)
  const pairs = names.flatMap((one, at) => names.slice(at + 1).map((other) => [one, other]))
  for (const looker of Object.keys(lookers) as Looker[])
    for (const parts of [[], ...names.map((name) => [name]), ...pairs]) {
      const choices = parts.map((name) => filters[name]!(looker))
      const keys = choices.flatMap(([first]) => Object.keys(first!))
      if (new Set(keys).size < keys.length) continue
      const turns = Math.max(1, ...choices.map((choice) => choice.length))
      const asks = Array.from(
        { length: turns },
        (_, turn): Ask => Object.assign({}, ...choices.map((choice) => choice[turn % choice.length])),
      )
      cases.push({
        looker,
        name: parts.join(' + ') || 'none',
        filters: parts.length,
        asks: await Promise.all(
          asks.map(async (ask) => ({
            path: `/api/command.list?${new URLSearchParams(ask)}`,
            statements: await statementsOf(looker, ask),
          })),
        ),
        api: [],
        sql: [],
      })
    }
  return cases
}

/** What the page asks the database, as it asks it. */
async function statementsOf(looker: Looker, ask: Ask): Promise<Statement[]> {
  const statements: Statement[] = []
  const db = new Kysely<Database>({
    dialect: new PostgresDialect({ pool }),
    log: ({ query }) => {
      statements.push({ text: query.sql, values: [...query.parameters] })
    },
  })
  const actor = {
    ...lookers[looker],
    name: looker,
    kind: 'person',
    groupIds: [],
    serverIds: [],
    personIds: [],
  }
  const read = readAs(db, commandsScopes as unknown as Scopes, actor as Actor)
  const parts = { newestEntries: async () => new Map(), textIndex }
  await listCommands(parts, read, { ...ask, limit: 50 } as never)
  return statements
}

async function measure(cases: readonly Case[], rounds: number): Promise<void> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
  for (let round = 0; round < rounds; round++)
    for (const each of cases) {
      const { path, statements } = each.asks[round % each.asks.length]!
      const api = () => get(agent, path, each.looker)
      const bare = async () => {
        for (const { text, values } of statements) await pool.query(text, values)
      }
      if (round % 2 === 0) each.api = [...each.api, await timed(api)]
      each.sql = [...each.sql, await timed(bare)]
      if (round % 2 === 1) each.api = [...each.api, await timed(api)]
    }
  agent.destroy()
}

async function timed(act: () => Promise<void>): Promise<number> {
  const began = performance.now()
  await act()
  return performance.now() - began
}

function get(agent: http.Agent, path: string, looker: Looker): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { cookie: `annals=${cookieOf(looker)}` }
    const ask = http.get(`${product.url}${path}`, { agent, headers }, (answer) => {
      answer.resume()
      answer.once('end', () =>
        answer.statusCode === 200 ? resolve() : reject(new Error(`${path} answered ${answer.statusCode}`)),
      )
    })
    ask.once('error', reject)
  })
}

function at(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!
}
function overhead({ api, sql }: Case): number {
  return at(api, 0.95) - at(sql, 0.95)
}
function shown(milliseconds: number): number {
  return Number(milliseconds.toFixed(1))
}

function line(each: Case) {
  return {
    who: each.looker,
    filter: each.name,
    'API p50': shown(at(each.api, 0.5)),
    'API p95': shown(at(each.api, 0.95)),
    'SQL p50': shown(at(each.sql, 0.5)),
    'SQL p95': shown(at(each.sql, 0.95)),
    'API − SQL, p95': shown(overhead(each)),
  }
}

function report(cases: readonly Case[], again: number): void {
  const pairs = cases.filter((each) => each.filters === 2)
  const slowest = (all: readonly Case[]) =>
    all.toSorted((one, other) => at(other.api, 0.5) - at(one.api, 0.5))
  if (flags.all) console.table(cases.map(line))
  else {
    console.table(cases.filter((each) => each.filters < 2).map(line))
    console.log('The slowest pairs:')
    console.table(slowest(pairs).slice(0, 15).map(line))
  }
  console.log(`Milliseconds; ${again} cases were measured again. Of each who looks:`)
  console.table(
    Object.keys(lookers).map((looker) => {
      const own = pairs.filter((each) => each.looker === looker)
      const middle = (share: number) =>
        at(
          own.map((each) => at(each.api, share)),
          0.5,
        )
      const most = (share: number) => Math.max(...own.map((each) => at(each.api, share)))
      return {
        who: looker,
        pairs: own.length,
        'median pair, p50': shown(middle(0.5)),
        'slowest pair, p50': shown(most(0.5)),
        'ratio, p50': shown(most(0.5) / middle(0.5)),
        'ratio, p95': shown(most(0.95) / middle(0.95)),
        'cases over SQL p95 + 4 ms': cases.filter(
          (each) => each.looker === looker && overhead(each) > ALLOWED_MILLISECONDS,
        ).length,
      }
    }),
  )
}
