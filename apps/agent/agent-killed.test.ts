import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { enrolMachine } from './enrol-machine.ts'
import { ServerEnd } from './server-end.ts'

/** An agent in a process of its own, as it runs on a machine, so that it can be killed. */
const PROGRAM = `
const { startAgent } = await import(${JSON.stringify(new URL('./start-agent.ts', import.meta.url).href)})
const log = { info() {}, warn() {}, error: console.error }
await startAgent({ directory: process.env.DIRECTORY, log, backOff: () => 20, runningMax: Number(process.env.RUNNING_MAX) })
`

let directory: string
let server: ServerEnd
let agent: ChildProcess | undefined

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'annals-killed-'))
  server = new ServerEnd()
  await server.open()
  await enrolMachine({ directory, url: server.url, token: server.token })
})
afterEach(async () => {
  await kill()
  await server.close()
  rmSync(directory, { recursive: true })
})

async function start(runningMax = 100): Promise<void> {
  const environment = { ...process.env, DIRECTORY: directory, RUNNING_MAX: String(runningMax) }
  agent = spawn(process.execPath, ['--input-type=module', '-e', PROGRAM], {
    env: environment,
    stdio: 'inherit',
  })
  await server.linked()
}

async function kill(): Promise<void> {
  const killed = agent
  agent = undefined
  if (killed === undefined || killed.exitCode !== null) return
  const gone = new Promise((resolve) => killed.once('exit', resolve))
  killed.kill('SIGKILL')
  await gone
}

const isRunning = (pid: number) =>
  existsSync(`/proc/${pid}/stat`) && !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))
/** Offset behind the last byte of a terminal's stream that is on the agent's disk. */
const onDisk = (id: string) =>
  readdirSync(join(directory, 'terminals'))
    .filter((name) => name.startsWith(`${id}.`))
    .map((name) => Number(name.slice(id.length + 1)) + statSync(join(directory, 'terminals', name)).size)
    .reduce((most, end) => Math.max(most, end), 0)
const dense = () => expect(server.reports.map(({ n }) => n)).toEqual(server.reports.map((_, i) => i + 1))

test('killed while a command runs: the command is ended, reported once with its output so far, and not run again', async () => {
  await start()
  const file = join(directory, 'ran')
  const id = server.run(`echo ran >> ${file}; echo before; exec sleep 600`)
  const { pid } = await server.until(() => server.of('command.started', id)[0])
  await server.until(() => server.streamLength(id))
  await kill()
  expect(isRunning(pid)).toBe(true)
  await start()
  const finished = await server.finished(id)
  expect(finished).toMatchObject({ errorPhase: 'agent_disconnected', exitCode: null, stdoutBytes: 7 })
  expect(isRunning(pid)).toBe(false)
  expect(server.output(id).stdout.toString()).toBe('before\n')
  server.run('true', {}, id)
  await server.finished(server.run('true'))
  expect(readFileSync(file, 'utf8')).toBe('ran\n')
  expect(server.of('command.finished', id)).toHaveLength(1)
  dense()
})

test('killed while a command waits for its turn: it runs afterwards, once', async () => {
  await start(1)
  const first = server.run('exec sleep 600')
  await server.until(() => server.of('command.started', first)[0])
  const file = join(directory, 'ran')
  const second = server.run(`echo ran >> ${file}`)
  await server.until(() => server.of('command.accepted', second)[0])
  await kill()
  await start(1)
  expect(await server.finished(first)).toMatchObject({ errorPhase: 'agent_disconnected' })
  expect(await server.finished(second)).toMatchObject({ exitCode: 0 })
  expect(readFileSync(file, 'utf8')).toBe('ran\n')
  dense()
})

test('killed after a command ended but before the server heard: exit code and output arrive exactly', async () => {
  await start()
  const [gate, done] = [join(directory, 'gate'), join(directory, 'done')]
  const id = server.run(`until [ -e ${gate} ]; do sleep 0.02; done; echo out; touch ${done}; exit 7`)
  await server.until(() => server.of('command.started', id)[0])
  await server.close()
  writeFileSync(gate, '')
  const recorded = () => readFileSync(join(directory, 'agent.db-wal')).includes('"exitCode":7')
  while (!existsSync(done) || !recorded()) await new Promise((resolve) => setTimeout(resolve, 20))
  await kill()
  await server.open()
  await start()
  expect(await server.finished(id)).toMatchObject({ exitCode: 7, errorPhase: null })
  expect(server.output(id).stdout.toString()).toBe('out\n')
  dense()
})

test('killed again and again under load: every command the agent took is reported once, none runs twice', async () => {
  const file = join(directory, 'ran')
  const submitted: string[] = []
  for (let round = 0; round < 12; round++) {
    await start()
    // As a server does after each link-up: what was never accepted is sent again.
    const owed = submitted.filter((id) => server.of('command.accepted', id).length === 0)
    const line = (id: string) => `echo ${id} >> ${file}; echo out ${id}`
    for (const id of owed) server.run(line(id), {}, id)
    for (let i = 0; i < 10; i++) {
      const id = crypto.randomUUID()
      submitted.push(id)
      server.run(line(id), {}, id)
    }
    await server.until(() => server.of('command.accepted').length > round * 5)
    await new Promise((resolve) => setTimeout(resolve, (round * 7) % 40))
    await kill()
  }
  await start()
  for (const id of submitted) {
    if (server.of('command.accepted', id).length === 0)
      server.run(`echo ${id} >> ${file}; echo out ${id}`, {}, id)
  }
  for (const id of submitted) await server.finished(id)
  const ran = readFileSync(file, 'utf8').trim().split('\n')
  expect(new Set(ran).size).toBe(ran.length)
  for (const id of submitted) {
    expect(server.of('command.accepted', id)).toHaveLength(1)
    expect(server.of('command.finished', id)).toHaveLength(1)
    const finished = server.of('command.finished', id)[0]!
    if (finished['exitCode'] === 0) expect(server.output(id).stdout.toString()).toBe(`out ${id}\n`)
    else expect(finished['errorPhase']).toBe('agent_disconnected')
    if (finished['exitCode'] === 0) expect(ran).toContain(id)
  }
  dense()
})

test('killed while a terminal is open: its shell ends with it, and the terminal is reported as interrupted, once', async () => {
  await start()
  const id = server.openTerminal()
  const { pid } = await server.until(() => server.of('terminal.started')[0])
  server.type(id, `exec sh -c "trap '' HUP; while :; do echo ti''ck; sleep 0.05; done"\r`)
  await server.until(() => server.record(id).output.toString().includes('tick\r\n'))
  // What the server does not take goes to the agent's disk: wait for some of it to be there.
  server.stores = false
  while (onDisk(id) < server.streamLength(id) + 100) await new Promise((resolve) => setTimeout(resolve, 20))
  await kill()
  const before = server.streamLength(id)
  server.stores = true
  await start()
  const ended = await server.until(() => server.of('terminal.ended')[0])
  expect(ended).toMatchObject({ terminalId: id, how: 'interrupted', exitCode: null })
  expect(isRunning(pid)).toBe(false)
  expect(server.streamLength(id)).toBeGreaterThan(before)
  expect(server.streamLength(id)).toBe(ended['streamBytes'])
  server.drop()
  await server.linked()
  expect(server.of('terminal.ended')).toHaveLength(1)
  dense()
})
