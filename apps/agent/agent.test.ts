import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { sealTo } from '../../wire/sealed.ts'
import { enrolMachine } from './enrol-machine.ts'
import { ServerEnd } from './server-end.ts'
import { type AgentOptions, type RunningAgent, startAgent } from './start-agent.ts'

const isRoot = process.geteuid?.() === 0
const quiet = { info: () => {}, warn: () => {}, error: () => {} }
/** An ordinary account that this machine has in any case, for tests as root. */
const other = readFileSync('/etc/passwd', 'utf8')
  .split('\n')
  .map((line) => line.split(':'))
  .find(([, , uid, , , , shell]) => uid !== '0' && (shell ?? '').endsWith('sh'))

let directory: string
let server: ServerEnd
const agents: RunningAgent[] = []

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'annals-agent-'))
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

const secrets = (id: string, env: Record<string, string>, stdin: string | null = null) => ({
  sealed: sealTo(server.sealingKey, Buffer.from(JSON.stringify({ env, stdin })), id),
})

const newId = () => crypto.randomUUID()
const isAlive = (pattern: string) => {
  try {
    execFileSync('pgrep', ['-f', pattern])
    return true
  } catch {
    return false
  }
}

test('a command runs in its shell; both streams and the exit code come back', async () => {
  await start()
  const id = server.run('echo out; echo err >&2; exit 3')
  expect(await server.finished(id)).toMatchObject({
    exitCode: 3,
    signal: null,
    errorPhase: null,
    stdoutBytes: 4,
  })
  const { stdout, stderr, isWhole } = server.output(id)
  expect([stdout.toString(), stderr.toString(), isWhole]).toEqual(['out\n', 'err\n', true])
  const kinds = server.reports.filter(({ kind }) => kind !== 'command.internal').map(({ kind }) => kind)
  expect(kinds).toEqual(['command.accepted', 'command.started', 'command.finished'])
})

test('its standard streams are pipes that it may open again, not sockets', async () => {
  await start()
  const id = server.run('echo again > /dev/stdout; echo err > /dev/stderr; [ -p /dev/stdout ] && echo pipe')
  await server.finished(id)
  expect(server.output(id).stdout.toString()).toBe('again\npipe\n')
})

test('NUL, invalid UTF-8 and escapes come back byte for byte', async () => {
  await start()
  const id = server.run(String.raw`printf '\000\377\376\033[31m\200\n'`)
  await server.finished(id)
  expect(server.output(id).stdout).toEqual(Buffer.from([0, 255, 254, 27, 91, 51, 49, 109, 128, 10]))
})

test('sealed variables and standard input reach the command, and no list of processes', async () => {
  await start()
  const id = newId()
  server.run(
    'printf %s "$SECRET"; cat; cat /proc/[0-9]*/cmdline 2>/dev/null | tr "\\0" " "',
    secrets(id, { SECRET: "s3cr'et\nx" }, 'from stdin|'),
    id,
  )
  await server.finished(id)
  const printed = server.output(id).stdout.toString()
  expect(printed.startsWith("s3cr'et\nxfrom stdin|")).toBe(true)
  expect(printed.lastIndexOf("s3cr'et")).toBe(0)
})

test('secrets that were sealed for another command are refused', async () => {
  await start()
  const id = server.run('true', secrets(newId(), { A: '1' }))
  expect(await server.finished(id)).toMatchObject({ errorPhase: 'spawn_failed', exitCode: null })
})

test('without standard input there is none', async () => {
  await start()
  const id = server.run('cat; readlink /proc/self/fd/0')
  await server.finished(id)
  expect(server.output(id).stdout.toString()).toBe('/dev/null\n')
})

test('a mebibyte of standard input that nobody reads does no harm', async () => {
  await start()
  const id = newId()
  server.run('true', secrets(id, {}, 'x'.repeat(1024 * 1024)), id)
  expect(await server.finished(id)).toMatchObject({ exitCode: 0 })
})

test('files it makes have the usual mode, whatever the mask of the agent', async () => {
  const before = process.umask(0o077)
  await start()
  const id = server.run('umask')
  await server.finished(id)
  process.umask(before)
  expect(server.output(id).stdout.toString()).toBe('0022\n')
})

test('the environment holds nothing of the agent', async () => {
  process.env['ANNALS_LEAK'] = 'leak'
  await start()
  const id = server.run('env')
  await server.finished(id)
  delete process.env['ANNALS_LEAK']
  const names = server
    .output(id)
    .stdout.toString()
    .match(/^\w+(?==)/gm)!
  expect(names).not.toContain('ANNALS_LEAK')
  expect(names).toEqual(expect.arrayContaining(['HOME', 'USER', 'LOGNAME', 'SHELL', 'PATH', 'LANG', 'TERM']))
})

test.runIf(isRoot && other !== undefined)(
  'as root it becomes the account, with its groups, before anything else',
  async () => {
    await start()
    const [name, , uid] = other!
    const id = newId()
    server.run(
      'id -u; id -G; env | grep -c LD_PRELOAD; grep -h ^Cap /proc/self/status',
      { account: name, ...secrets(id, { LD_PRELOAD: '/nonexistent.so' }) },
      id,
    )
    expect(await server.finished(id)).toMatchObject({ errorPhase: null })
    const lines = server.output(id).stdout.toString().split('\n')
    expect(lines.slice(0, 3)).toEqual([uid, execFileSync('id', ['-G', name!]).toString().trim(), '1'])
    expect(lines.find((line) => line.startsWith('CapEff'))).toMatch(/\t0+$/)
  },
)

test('a command that could not be started says why, and has no exit code', async () => {
  await start()
  const id = server.run('true', { account: 'nobody-of-this-name' })
  expect(await server.finished(id)).toMatchObject({
    exitCode: null,
    errorPhase: 'spawn_failed',
    elapsedMilliseconds: null,
  })
  expect(server.of('command.finished', id)[0]!['reason']).toContain(
    'There is no account "nobody-of-this-name"',
  )
})

test('a command over its time limit is killed with everything it started', async () => {
  await start()
  const mark = `31${process.pid}`
  const id = server.run(`trap '' TERM; sleep ${mark} & (set -m; sleep ${mark} &) ; sleep ${mark}`, {
    timeoutSeconds: 1,
  })
  expect(await server.finished(id)).toMatchObject({
    errorPhase: 'remote_command_exceeded_timeout',
    exitCode: null,
  })
  await server.until(() => !isAlive(`sleep ${mark}`))
})

test('a stopped command ends by a signal and says who stopped it', async () => {
  await start()
  const id = server.run('echo before; sleep 600')
  await server.until(() => server.streamLength(id))
  server.order('command.stop', { commandId: id, reason: 'by Ada' })
  expect(await server.finished(id)).toMatchObject({
    signal: 'SIGTERM',
    reason: 'Stopped: by Ada',
    errorPhase: null,
  })
  expect(server.output(id).stdout.toString()).toBe('before\n')
})

test('a command that leaves processes behind is finished when it ends itself', async () => {
  await start()
  const mark = `32${process.pid}`
  const id = server.run(`sleep ${mark} & echo done`)
  expect(await server.finished(id)).toMatchObject({
    exitCode: 0,
    reason: expect.stringContaining('left processes behind'),
  })
  execFileSync('pkill', ['-f', `sleep ${mark}`])
})

test('an order that comes twice is carried out once', async () => {
  await start()
  const file = join(directory, 'ran')
  const id = newId()
  for (let i = 0; i < 3; i++) server.run(`echo once >> ${file}`, {}, id)
  await server.finished(id)
  server.run(`echo once >> ${file}`, {}, id)
  const last = server.run('true')
  await server.finished(last)
  expect(readFileSync(file, 'utf8')).toBe('once\n')
  expect(server.of('command.accepted', id)).toHaveLength(1)
})

test('a command cancelled before it came does not run when it comes', async () => {
  await start()
  const id = newId()
  server.order('command.cancel', { commandId: id, reason: 'by Ada' })
  await server.until(() => server.of('command.cancelled', id)[0])
  server.run('true', {}, id)
  await server.finished(server.run('true'))
  expect(server.of('command.accepted', id)).toEqual([])
})

test('a command waits for its turn, and can be cancelled while it waits', async () => {
  await start({ runningMax: 1 })
  const first = server.run('sleep 600')
  await server.until(() => server.of('command.started', first)[0])
  const [second, third] = [server.run('echo second'), server.run('echo third')]
  await server.until(() => server.of('command.accepted', third)[0])
  server.order('command.cancel', { commandId: second, reason: 'by Ada' })
  await server.until(() => server.of('command.cancelled', second)[0])
  server.order('command.stop', { commandId: first, reason: 'by Ada' })
  expect(await server.finished(third)).toMatchObject({ exitCode: 0 })
  expect(server.of('command.started', second)).toEqual([])
})

test('an order nobody knows, or nobody can read, is refused by a report', async () => {
  await start()
  const unknown = server.order('machine.reboot', {})
  const unreadable = server.order('command.run', { line: 7 })
  await server.until(() => server.of('order.refused').length === 2)
  expect(
    server
      .of('order.refused')
      .map((body) => body['orderId'])
      .sort(),
  ).toEqual([unknown, unreadable].sort())
})

test('reports and output made while the link is down arrive once it is up, each once and in order', async () => {
  await start()
  const gate = join(directory, 'gate')
  const ids = Array.from({ length: 5 }, (_, i) =>
    server.run(`echo start ${i}; until [ -e ${gate} ]; do sleep 0.02; done; echo end ${i}`),
  )
  await server.until(() => ids.every((id) => server.streamLength(id)))
  await server.close()
  execFileSync('touch', [gate])
  await server.open()
  for (const id of ids) await server.finished(id)
  expect(ids.map((id) => server.output(id).stdout.toString())).toEqual(
    ids.map((_, i) => `start ${i}\nend ${i}\n`),
  )
  expect(server.reports.map(({ n }) => n)).toEqual(server.reports.map((_, i) => i + 1))
})

test('batches the server lost are sent again; batches whose commit was lost are not stored twice', async () => {
  await start()
  server.stores = false
  const lost = server.run('echo lost')
  await server.until(() => server.messages.some((m) => m.t === 'reports' && JSON.stringify(m).includes(lost)))
  server.stores = true
  server.drop()
  expect(await server.finished(lost)).toMatchObject({ exitCode: 0 })
  server.tellsCommits = false
  const untold = server.run('echo untold')
  await server.finished(untold)
  server.tellsCommits = true
  server.drop()
  await server.finished(server.run('true', {}, await server.linked().then(newId)))
  expect(server.reports.map(({ n }) => n)).toEqual(server.reports.map((_, i) => i + 1))
  expect(server.of('command.finished', untold)).toHaveLength(1)
})

test('a gigabyte of output leaves its beginning, its end and the count of the rest', async () => {
  await start()
  const id = server.run('yes | head -c 1000000000; echo the end')
  const finished = await server.finished(id)
  const { stdout, gaps, isWhole } = server.output(id)
  expect(isWhole).toBe(true)
  expect(finished['stdoutBytes']).toBe(1_000_000_008)
  expect(gaps).toEqual([finished['droppedBytes']])
  expect(stdout.length + gaps[0]!).toBe(1_000_000_008)
  expect(stdout.subarray(-10).toString()).toBe('y\nthe end\n')
  // What the server has is let go of as soon as the agent hears so.
  await vi.waitUntil(() => readdirSync(join(directory, 'spool')).length === 0, { timeout: 60_000 })
})

test('a stream nobody wants is forgotten, and the command still finishes', async () => {
  await start()
  const id = newId()
  const offered = server.until(() => server.messages.some((m) => m.t === 'stream.offer' && m.stream === id))
  server.creditBytes = 0
  server.run('echo x; sleep 0.2', {}, id)
  await offered
  server.send({ t: 'stream.position', stream: id, offset: 0, credit: 0, unwanted: true })
  expect(await server.finished(id)).toMatchObject({ exitCode: 0, streamBytes: 0 })
})

test('stopping the agent ends what runs and says so before it goes', async () => {
  const agent = await start()
  const id = server.run('echo before; sleep 600')
  await server.until(() => server.streamLength(id))
  await agent.stop()
  expect(server.of('command.finished', id)[0]).toMatchObject({
    errorPhase: 'agent_disconnected',
    signal: 'SIGTERM',
  })
  expect(await agent.ended).toBeNull()
})
