import { mkdtemp, rm } from 'node:fs/promises'
import http from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Client, signIn, startProduct } from '../product.ts'

/**
 * Requests a second with a session and with a token, docs/performance.md: the same query by the same person, in turns on
 * one server. `auth.session` without a credential is what a request costs when nobody has to be found.
 */
const ROUNDS = Number(process.env['ANNALS_BENCH_ROUNDS'] ?? 10)
const ROUND_MILLISECONDS = 2_000
const AT_ONCE = 16
const member = { username: 'bench.member', password: 'four unrelated bench words' }

const directory = await mkdtemp(join(tmpdir(), 'annals-bench-requests-'))
const product = await startProduct(directory)
const agent = new http.Agent({ keepAlive: true, maxSockets: AT_ONCE })
try {
  const admin = await signIn(product.url)
  const { id } = await admin.tell('person.create', { ...member, name: 'Bench', role: 'member' })
  const group = await admin.tell('group.create', { name: 'Bench' })
  await admin.tell('group.set-members', { id: group.id, personIds: [id] })
  const [server] = (await admin.ask('server.list')).items
  await admin.tell('server.set-groups', { id: server.id, groupIds: [group.id] })
  const bounded = { scopes: ['*'], servers: [server.id], commands: ['uptime'] }
  const addresses = ['127.0.0.0/8', '::1', '10.0.0.0/8', '2001:db8::/32']

  const cases: { who: string; query: string; headers: Record<string, string>; rates: number[] }[] = [
    { who: 'nobody', query: 'auth.session', headers: {}, rates: [] },
  ]
  for (const [role, client] of [
    ['administrator', admin],
    ['member', await signIn(product.url, member.username, member.password)],
  ] as const)
    for (const query of ['journal.checkpoint', 'server.list']) {
      const put = (how: string, headers: Record<string, string>) =>
        cases.push({ who: `${role}, ${how}`, query, headers, rates: [] })
      put('session', { cookie: client.cookie })
      put('token', await bearer(client, bounded))
      put('token for 4 ranges of addresses', await bearer(client, { ...bounded, addresses }))
    }

  for (const each of cases) await requestsOf(each.query, each.headers, 500)
  for (let round = 0; round < ROUNDS; round++)
    for (const each of cases) each.rates.push(await requestsOf(each.query, each.headers, ROUND_MILLISECONDS))

  let session = 1
  console.table(
    cases.map(({ who, query, rates }) => {
      const rate = median(rates)
      if (who.endsWith('session')) session = rate
      return {
        who,
        query,
        'requests/s': Math.round(rate),
        'lowest round': Math.round(Math.min(...rates)),
        'highest round': Math.round(Math.max(...rates)),
        '÷ session': who === 'nobody' ? '–' : Number((rate / session).toFixed(2)),
      }
    }),
  )
  console.log(`Medians of ${ROUNDS} rounds of ${ROUND_MILLISECONDS / 1000} s, ${AT_ONCE} at once, in turns.`)
} finally {
  agent.destroy()
  await product.stop()
  await rm(directory, { recursive: true, force: true })
}

async function bearer(client: Client, rules: object): Promise<Record<string, string>> {
  const { secret } = await client.tell('token.create', { name: 'bench', ...rules })
  return { authorization: `Bearer ${secret}` }
}

/** @returns answered requests a second */
async function requestsOf(query: string, headers: Record<string, string>, milliseconds: number) {
  const began = performance.now()
  let answered = 0
  const oneAfterAnother = async () => {
    while (performance.now() - began < milliseconds) {
      await get(`${product.url}/api/${query}`, headers)
      answered++
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, oneAfterAnother))
  return (answered / (performance.now() - began)) * 1000
}

function get(url: string, headers: Record<string, string>): Promise<void> {
  return new Promise((resolve, reject) => {
    const ask = http.get(url, { agent, headers }, (answer) => {
      answer.resume()
      answer.once('end', () =>
        answer.statusCode === 200 ? resolve() : reject(new Error(`${url} answered ${answer.statusCode}`)),
      )
    })
    ask.once('error', reject)
  })
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[sorted.length >> 1]!
}
