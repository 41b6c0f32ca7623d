import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readCommandLine } from './command-line.ts'
import { installService } from './install-service.ts'
import { ServerEnd } from './server-end.ts'

const main = fileURLToPath(new URL('./main.ts', import.meta.url))
let directory: string
let server: ServerEnd
const running: ChildProcess[] = []

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'annals-main-'))
  server = new ServerEnd()
  await server.open()
})
afterEach(async () => {
  for (const child of running.splice(0)) child.kill('SIGKILL')
  await server.close()
  rmSync(directory, { recursive: true })
})

function run(...words: string[]) {
  const child = spawn(process.execPath, [main, '--data', directory, ...words], { stdio: 'pipe' })
  running.push(child)
  const said = { out: '', err: '' }
  child.stdout.on('data', (chunk) => {
    said.out += chunk
  })
  child.stderr.on('data', (chunk) => {
    said.err += chunk
  })
  const ended = new Promise<{ code: number | null; out: string; err: string }>((resolve) => {
    child.once('close', (code) => resolve({ code, ...said }))
  })
  return { child, ended }
}

test('one command enrols and runs; its token is in no list of processes; SIGTERM ends it cleanly', async () => {
  const { child, ended } = run('--url', server.url, '--token', server.token)
  await server.linked()
  expect(readFileSync(`/proc/${child.pid}/cmdline`, 'utf8')).not.toContain(server.token)
  const id = server.run('echo hello')
  expect(await server.finished(id)).toMatchObject({ exitCode: 0 })
  child.kill('SIGTERM')
  const { code, err } = await ended
  expect(code).toBe(0)
  expect(err).not.toContain(server.token)
  expect(err).not.toContain('Warning')
})

test('an enrolled agent needs no arguments; its checkpoints can be printed while it runs', async () => {
  expect(await run('--url', server.url, '--token', server.token, '--once-enrol').ended).toMatchObject({
    code: 0,
  })
  run()
  await server.linked()
  server.send({ t: 'checkpoint', note: server.checkpoint(3), fromSize: 0, proof: [] })
  server.send({ t: 'checkpoint', note: server.checkpoint(2), fromSize: 3, proof: [] })
  await server.until(() => server.of('checkpoint.alarm')[0])
  const printed = await run('checkpoint').ended
  expect(printed.out).toBe(`${server.checkpoint(3)}\n${server.checkpoint(2)}`)
})

test('an agent whose server has moved is told the new address', async () => {
  await run('--url', server.url, '--token', server.token, '--once-enrol').ended
  await server.move()
  run('--url', server.url)
  await server.linked()
})

test('the second agent on one directory ends with its own exit code and a sentence', async () => {
  run('--url', server.url, '--token', server.token)
  await server.linked()
  const { code, err } = await run().ended
  expect(code).toBe(4)
  expect(err).toContain('already runs on')
})

test('an agent the server has ended exits with the code that keeps systemd from trying again', async () => {
  const { ended } = run('--url', server.url, '--token', server.token)
  await server.linked()
  server.send({ t: 'refused', code: 'agent.removed', message: 'This machine was removed.', again: false })
  expect(await ended).toMatchObject({ code: 3, err: expect.stringContaining('This machine was removed.') })
})

test('a wrong token is one sentence, and nothing is left behind as if enrolled', async () => {
  const { code, err } = await run('--url', server.url, '--token', 'wrong').ended
  expect([code, err.includes('That token is not known here.')]).toEqual([1, true])
  expect(existsSync(join(directory, 'identity.json'))).toBe(false)
})

test('what it cannot make sense of it says', () => {
  const read = (...words: string[]) => readCommandLine(words, {})
  expect(() => read('dance')).toThrow('does not know "dance"')
  expect(() => read('--colour')).toThrow('--help')
  expect(read('--url', 'http://x', '--token', 't')).toMatchObject({
    task: 'run',
    url: 'http://x',
    token: 't',
  })
  expect(readCommandLine([], { ANNALS_TOKEN: 'secret' }).token).toBe('secret')
})

test('the systemd unit names this Node, this program and this directory, whatever is in their names', () => {
  const path = join(directory, 'unit')
  installService({ directory: '/srv/a "b" 100%' }, path)
  const start = readFileSync(path, 'utf8').match(/^ExecStart=(.*)$/m)![1]
  expect(start).toBe(`"${process.execPath}" "${main}" --data "/srv/a \\"b\\" 100%%"`)
})
