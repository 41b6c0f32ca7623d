import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { loadIdentity, makeKeys, saveIdentity } from '../../wire/agent/identity.ts'
import { startLocalAgent } from './local-agent.ts'

let directory: string
let program: string
let heard: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'annals-local-agent-'))
  program = join(directory, 'program.mjs')
  heard = join(directory, 'heard')
})
afterEach(() => rmSync(directory, { recursive: true }))

const log = { info: () => {}, warn: vi.fn(), error: vi.fn() }
/** A program in the agent's place: appends what it was given, then does as told. */
const behave = (code: string) =>
  writeFileSync(
    program,
    `import { appendFileSync } from 'node:fs'
     appendFileSync(${JSON.stringify(heard)}, JSON.stringify({ words: process.argv.slice(2), env: process.env }) + '\\n')
     ${code}`,
  )
const starts = () => {
  try {
    return readFileSync(heard, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { words: string[]; env: NodeJS.ProcessEnv })
  } catch {
    return []
  }
}
const start = (makeToken = async () => 'a-token', isKnown = async (_id: string) => true) =>
  startLocalAgent({
    isKnown,
    directory,
    url: 'http://127.0.0.1:7300',
    makeToken,
    log,
    program,
    firstWaitMilliseconds: 1,
  })

test('the token goes by the environment, and no setting of the server goes along', async () => {
  behave(`process.on('SIGTERM', () => process.exit(0)); setInterval(() => {}, 1000)`)
  vi.stubEnv('ANNALS_FIRST_ADMIN_PASSWORD', 'not for commands')
  vi.stubEnv('DATABASE_URL', 'postgres://not-for-commands')
  const agent = start()
  await vi.waitFor(() => expect(starts()).toHaveLength(1), 120_000)
  vi.unstubAllEnvs()
  const [{ words, env }] = starts() as [{ words: string[]; env: NodeJS.ProcessEnv }]
  expect(words).toEqual(['--url', 'http://127.0.0.1:7300', '--data', directory])
  expect(env['ANNALS_TOKEN']).toBe('a-token')
  expect(JSON.stringify(env)).not.toContain('not-for-commands')
  expect(env['ANNALS_FIRST_ADMIN_PASSWORD']).toBeUndefined()
  await agent.stop()
  expect(() => process.kill(agent.pid() ?? 2 ** 30, 0)).toThrow()
})

test('one that dies is started again', async () => {
  behave('process.exit(1)')
  const agent = start()
  await vi.waitFor(() => expect(starts().length).toBeGreaterThan(2), 120_000)
  await agent.stop()
})

test('one whose enrolment was ended stays away', async () => {
  behave('process.exit(3)')
  log.warn.mockClear()
  const agent = start()
  await vi.waitFor(
    () => expect(log.warn).toHaveBeenCalledWith(expect.anything(), expect.stringContaining('stays away')),
    120_000,
  )
  expect(starts()).toHaveLength(1)
  await agent.stop()
})

test('an enrolled one gets no token and learns where the server listens now', async () => {
  const ids = { agentId: crypto.randomUUID(), serverId: crypto.randomUUID(), name: 'here', journalKey: 'key' }
  saveIdentity(directory, { url: 'http://127.0.0.1:9999', ...ids, ...makeKeys() })
  behave(`process.on('SIGTERM', () => process.exit(0)); setInterval(() => {}, 1000)`)
  const makeToken = vi.fn(async () => 'a-token')
  const agent = start(makeToken)
  await vi.waitFor(() => expect(starts()).toHaveLength(1), 120_000)
  expect(makeToken).not.toHaveBeenCalled()
  expect(loadIdentity(directory)?.url).toBe('http://127.0.0.1:7300')
  await agent.stop()
})

test('one that was enrolled in another database is put aside and this machine enrolled anew', async () => {
  const directoryOf = join(directory, 'agent')
  mkdirSync(directoryOf)
  const ids = { agentId: crypto.randomUUID(), serverId: crypto.randomUUID(), name: 'here', journalKey: 'key' }
  saveIdentity(directoryOf, { url: 'http://127.0.0.1:7300', ...ids, ...makeKeys() })
  behave(`process.on('SIGTERM', () => process.exit(0)); setInterval(() => {}, 1000)`)
  const agent = startLocalAgent({
    directory: directoryOf,
    url: 'http://127.0.0.1:7300',
    makeToken: async () => 'a-token',
    isKnown: async (serverId) => serverId !== ids.serverId,
    log,
    program,
  })
  await vi.waitFor(() => expect(starts()).toHaveLength(1), 120_000)
  expect(starts()[0]!.env['ANNALS_TOKEN']).toBe('a-token')
  expect(loadIdentity(`${directoryOf}-${ids.serverId}`)?.serverId).toBe(ids.serverId)
  await agent.stop()
})
