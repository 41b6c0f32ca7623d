import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { enrolMachine } from './enrol-machine.ts'
import { ServerEnd } from './server-end.ts'
import { type AgentOptions, type RunningAgent, startAgent } from './start-agent.ts'

const quiet = { info: () => {}, warn: () => {}, error: () => {} }
const isRoot = process.geteuid?.() === 0
/** An ordinary account that this machine has in any case, for tests as root. */
const other = readFileSync('/etc/passwd', 'utf8')
  .split('\n')
  .map((line) => line.split(':'))
  .find(([, , uid, , , , shell]) => uid !== '0' && (shell ?? '').endsWith('sh'))

let directory: string
let server: ServerEnd
const agents: RunningAgent[] = []

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'annals-terminal-'))
  server = new ServerEnd()
  await server.open()
})
afterEach(async () => {
  for (const agent of agents.splice(0)) await agent.stop()
  await server.close()
  rmSync(directory, { recursive: true })
})

async function start(options: Partial<AgentOptions> = {}): Promise<RunningAgent> {
  await enrolMachine({ directory, url: server.url, token: server.token })
  const welcomed = server.linked()
  const agent = await startAgent({ directory, log: quiet, backOff: () => 20, ...options })
  agents.push(agent)
  await welcomed
  return agent
}

async function opened(rest: Record<string, unknown> = {}): Promise<string> {
  const id = server.openTerminal(rest)
  await server.until(() => server.of('terminal.started').some((body) => body['terminalId'] === id))
  return id
}

const shown = (id: string, text: string) =>
  server.until(() => server.record(id).output.toString().includes(text))
const ended = (id: string) =>
  server.until(() => server.of('terminal.ended').find((body) => body['terminalId'] === id))

test('a terminal is a login shell at a real terminal, and its exit status comes back', async () => {
  await start()
  const id = await opened({ cols: 101, rows: 31 })
  server.type(id, 'tty; stty size; echo $TERM; exit 7\r')
  expect(await ended(id)).toMatchObject({ how: 'ended', exitCode: 7, signal: null, reason: null })
  const { output, notes, sizes } = server.record(id)
  expect(output.toString()).toMatch(/\/dev\/pts\/\d+\r\n31 101\r\nxterm-256color\r\n/)
  expect(sizes).toEqual([[101, 31]])
  expect(notes.at(-1)).toMatchObject({ note: 'exit', code: 7 })
})
