import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { enrolMachine } from './enrol-machine.ts'
import { ServerEnd } from './server-end.ts'
import { type AgentOptions, type RunningAgent, startAgent } from './start-agent.ts'

let directory: string
let server: ServerEnd
const agents: RunningAgent[] = []
let said: string[] = []
const log = {
  info: (line: string) => void said.push(line),
  warn: (line: string) => void said.push(line),
  error: (line: string) => void said.push(line),
}

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'annals-link-'))
  server = new ServerEnd()
  said = []
  await server.open()
})
afterEach(async () => {
  for (const agent of agents.splice(0)) await agent.stop()
  await server.close()
  rmSync(directory, { recursive: true })
})

const enrol = (token = server.token, url = server.url) => enrolMachine({ directory, url, token })

async function start(options: Partial<AgentOptions> = {}): Promise<RunningAgent> {
  const agent = await startAgent({ directory, log, backOff: () => 20, ...options })
  agents.push(agent)
  return agent
}

test('enrolling keeps private keys where only their owner can read them', async () => {
  await enrol()
  expect(statSync(join(directory, 'identity.json')).mode & 0o777).toBe(0o600)
  expect(statSync(directory).mode & 0o777).toBe(0o700)
  expect(readFileSync(join(directory, 'checkpoint.txt'), 'utf8')).toBe(server.checkpoint(0))
})

test('enrolling again at the same server changes nothing', async () => {
  await enrol()
  const before = readFileSync(join(directory, 'identity.json'))
  await enrol('another token')
  expect(readFileSync(join(directory, 'identity.json'))).toEqual(before)
})

test('each way enrolling can fail says what to do', async () => {
  await expect(enrol('wrong')).rejects.toThrow('That token is not known here.')
  await expect(enrol(server.token, 'http://127.0.0.1:1')).rejects.toThrow('Nothing listens at')
  await expect(enrol(server.token, 'https://127.0.0.1:'.concat(server.url.split(':')[2]!))).rejects.toThrow(
    'does not speak TLS',
  )
  await expect(enrol(server.token, 'http://no-such-host.invalid')).rejects.toThrow('DNS')
  await expect(enrol(server.token, 'ftp://x')).rejects.toThrow('http:// or https://')
  await enrol()
  await expect(enrol(server.token, 'http://127.0.0.1:1')).rejects.toThrow('its own --data')
})

test('an agent that is not enrolled, or whose identity is damaged, says what to do', async () => {
  await expect(start()).rejects.toThrow('Start it once with --url and --token')
  writeFileSync(join(directory, 'identity.json'), '{')
  await expect(start()).rejects.toThrow('is damaged')
})

test('a second agent on the same directory is refused by name of the first', async () => {
  await enrol()
  await start()
  await expect(start()).rejects.toThrow(`Another agent (pid ${process.pid}) already runs on`)
})

test('a stopped agent lets go of its directory', async () => {
  await enrol()
  const agent = await start()
  await agent.stop()
  await start()
  await server.linked()
})

test('a server that speaks only other versions is told so in a sentence, and left alone for a while', async () => {
  await enrol()
  server.versions = [7]
  await start()
  await server.until(() => server.attempts)
  await waitFor(() => said.some((line) => line.includes('speaks version 7')))
  expect(server.messages.filter(({ t }) => t === 'hello')).toEqual([])
})

test('the highest version both speak is chosen', async () => {
  await enrol()
  server.versions = [1, 7]
  await start()
  await server.linked()
  expect(server.messages[0]).toMatchObject({ t: 'hello', version: 1 })
})

test('an agent whose enrolment ended stops, with the sentence of the server', async () => {
  await enrol()
  const agent = await start()
  await server.linked()
  server.send({ t: 'refused', code: 'agent.removed', message: 'This machine was removed.', again: false })
  expect(await agent.ended).toMatchObject({ message: 'This machine was removed.', exitCode: 3 })
})

test('an agent refused for now comes again', async () => {
  await enrol()
  await start()
  await server.linked()
  server.send({ t: 'refused', code: 'agent.second', message: 'Another link is open.', again: true })
  await server.linked()
})

test('a message nobody knows is passed over; a broken one ends the connection, not the agent', async () => {
  await enrol()
  await start()
  await server.linked()
  server.sendText('{"t":"weather","is":"fine"}')
  expect(await server.finished(server.run('true'))).toMatchObject({ exitCode: 0 })
  server.sendText('{{{')
  await server.linked()
  expect(await server.finished(server.run('true'))).toMatchObject({ exitCode: 0 })
})

test('a server that falls silent is left, and found again', async () => {
  await enrol()
  await start({ pingMilliseconds: 50 })
  await server.linked()
  server.freeze()
  await server.linked()
  expect(said.some((line) => line.includes('fell silent'))).toBe(true)
})

test('facts are sent at every link-up, and are a row only once', async () => {
  await enrol()
  await start()
  await server.until(() => server.of('command.internal')[0])
  server.drop()
  await server.until(() => server.messages.filter(({ t }) => t === 'facts').length === 2)
  server.send({ t: 'facts.ask' })
  await server.until(() => server.messages.filter(({ t }) => t === 'facts').length === 3)
  expect(server.of('command.internal')).toHaveLength(1)
  expect(server.of('command.internal')[0]!['line']).toMatch(/^commit --facts /)
})

test('a queue that was damaged is begun anew behind what the server has, and says so', async () => {
  await enrol()
  const agent = await start()
  await server.linked()
  await server.finished(server.run('true'))
  await agent.stop()
  const before = server.committed
  for (const name of ['agent.db', 'agent.db-wal'])
    writeFileSync(join(directory, name), 'damaged '.repeat(1000))
  await start()
  const hole = await server.until(() => server.of('hole')[0])
  expect(hole).toMatchObject({ from: before + 1, to: before + 1, why: expect.stringContaining('damaged') })
  const old = { submittedAt: '2020-01-01T00:00:00.000Z' }
  expect(await server.finished(server.run('true', old))).toMatchObject({ errorPhase: 'agent_disconnected' })
  expect(await server.finished(server.run('true'))).toMatchObject({ exitCode: 0 })
})

test('a server put back to an earlier state is sent what is left, and a hole for what is not', async () => {
  await enrol()
  await start()
  await server.linked()
  await server.finished(server.run('true'))
  await waitFor(() => server.committed >= 4)
  // A beat that comes after this says whether the agent has forgotten what the server has.
  server.messages.length = 0
  await waitFor(
    () => server.beatQueue() === 0,
    () => server.drop(),
  )
  server.committed = 1
  server.reports.length = 1
  server.drop()
  expect(await server.until(() => server.of('hole')[0])).toMatchObject({ from: 2 })
  expect(await server.finished(server.run('true'))).toMatchObject({ exitCode: 0 })
})

test('the agent hands out the checkpoint it keeps, and the one it refused', async () => {
  await enrol()
  await start()
  await server.linked()
  server.send({ t: 'checkpoint', note: server.checkpoint(3), fromSize: 0, proof: [] })
  const forged = server.checkpoint(3, 'forged ')
  server.send({ t: 'checkpoint', note: forged, fromSize: 3, proof: [] })
  await server.until(() => server.of('checkpoint.alarm')[0])
  server.send({ t: 'checkpoint.ask' })
  const kept = await server.until(() => server.messages.find(({ t }) => t === 'checkpoint.kept'))
  expect(kept).toMatchObject({ note: server.checkpoint(3), refused: forged })
})

/** Looks again whenever something happened, and a little later; `nudge` makes something happen. */
async function waitFor(look: () => boolean, nudge = () => {}): Promise<void> {
  while (!look()) {
    nudge()
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
}
