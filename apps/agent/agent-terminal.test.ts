import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { PieceTrack, readVarints } from '../../features/websh/common/piece.ts'
import { enrolMachine } from './enrol-machine.ts'
import { ServerEnd } from './server-end.ts'
import { type AgentOptions, databasePath, type RunningAgent, startAgent } from './start-agent.ts'

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

const text = (id: string) => server.record(id).output.toString()
const shown = (id: string, what: string) => server.until(() => text(id).includes(what))
const ended = (id: string) =>
  server.until(() => server.of('terminal.ended').find((body) => body['terminalId'] === id))

/** A plain shell, so that what it prints can be foreseen: no prompt, no echo of its own. */
async function plain(id: string): Promise<void> {
  // One line: a second one may come while bash edits lines, and what has no end for bash then has none for sh.
  server.type(id, `exec env PS1= sh -c 'echo rea""dy; exec sh'\r`)
  await shown(id, 'ready\r\n')
}

test('a terminal is a login shell at a real terminal, and its exit status comes back', async () => {
  await start()
  const id = await opened({ cols: 101, rows: 31 })
  server.type(id, 'tty; stty size; echo $TERM $0; exit 7\r')
  expect(await ended(id)).toMatchObject({ how: 'ended', exitCode: 7, signal: null, reason: null })
  const { output, notes, sizes } = server.record(id)
  expect(output.toString()).toMatch(/\/dev\/pts\/\d+\r\n31 101\r\nxterm-256color -?\S*sh\r\n/)
  expect(sizes).toEqual([[101, 31]])
  expect(notes.at(0)).toMatchObject({ note: 'shell' })
  expect(notes.at(-1)).toMatchObject({ note: 'exit', code: 7 })
})

test.runIf(isRoot && other)(
  'it is the account in everything: ids, groups, home, environment, terminal',
  async () => {
    await start()
    const name = other![0]!
    const id = await opened({ account: name })
    await plain(id)
    server.type(id, 'echo "<$(id -u):$(id -g):$(id -G):$(id -un):$HOME:$USER:$LOGNAME:$PWD>"; ls -l $(tty)\r')
    server.type(id, 'cat /proc/$$/environ | tr "\\0" "\\n" | cut -d= -f1 | sort | tr "\\n" ,; echo; exit\r')
    await ended(id)
    const [, , uid, gid, , home] = other!
    const groups = execFileSync('id', ['-G', name]).toString().trim()
    const there = text(id)
    expect(there).toContain(`<${uid}:${gid}:${groups}:${name}:${home}:${name}:${name}:${home}>`)
    expect(there).toMatch(new RegExp(`crw--[w-]---- +\\d+ ${name} `))
    expect(there).not.toMatch(/ANNALS|NODE_|MALLOC|UV_/)
    expect(server.of('terminal.started')[0]).toMatchObject({
      account: name,
      uid: Number(uid),
      gid: Number(gid),
    })
  },
)

test('an account that is not there opens nothing, and says so', async () => {
  await start()
  const id = server.openTerminal({ account: 'nobody-of-this-name' })
  const failed = await server.until(() => server.of('terminal.failed')[0])
  expect(failed).toEqual({
    terminalId: id,
    why: 'There is no account "nobody-of-this-name" on this server.',
  })
  const task = await server.until(() =>
    server.of('command.internal').find(({ line }) => line.includes('terminal')),
  )
  expect(task).toMatchObject({ exitCode: 1 })
  expect(readdirSync(join(directory, 'terminals'))).toEqual([])
})

test('the same order opens one terminal', async () => {
  await start()
  const id = await opened()
  server.order(
    'terminal.open',
    { account: null, cols: 80, rows: 24, idleMinutes: null, shellIntegration: false, inputMasks: [] },
    id,
  )
  server.type(id, 'exit\r')
  await ended(id)
  expect(server.of('terminal.started')).toHaveLength(1)
})

test('sizes reach the program, and stand in the record where they took effect', async () => {
  await start()
  const id = await opened()
  await plain(id)
  server.send({ t: 'terminal.resize', terminal: id, cols: 133, rows: 44 })
  server.type(id, 'stty size; exit\r')
  await ended(id)
  expect(text(id)).toContain('44 133\r\n')
  expect(server.record(id).sizes).toEqual([
    [80, 24],
    [133, 44],
  ])
})

test('everything the program wrote to its terminal is recorded, byte for byte, also what it wrote last', async () => {
  await start()
  const id = await opened()
  await plain(id)
  // The tap: the same bytes, by another way. Without the terminal's own rewriting of line ends.
  const tap = join(directory, 'tap')
  server.type(id, `stty -opost -echo; printf BEGIN; head -c 3000000 /dev/urandom | tee ${tap}; exec true\r`)
  await ended(id)
  const { output } = server.record(id)
  const begin = output.lastIndexOf('BEGIN', output.length - statSync(tap).size) + 'BEGIN'.length
  expect(output.subarray(begin).equals(readFileSync(tap))).toBe(true)
})

test('a lost link loses nothing: the shell runs on, and its record goes on where it broke off', async () => {
  await start()
  const id = await opened()
  await plain(id)
  const [gate, done] = [join(directory, 'gate'), join(directory, 'done')]
  const waits = `until [ -e ${gate} ]; do sleep 0.02; done`
  const rest = `for i in 3 4 5 6 7 8; do echo "line $i"; done; touch ${done}`
  server.type(id, `stty -echo; echo line 1; echo line 2; ${waits}; ${rest}\r`)
  await shown(id, 'line 2')
  await server.close()
  const before = server.streamLength(id)
  writeFileSync(gate, '')
  while (!existsSync(done)) await new Promise((resolve) => setTimeout(resolve, 20))
  await server.open()
  await shown(id, 'line 8')
  expect(server.streamLength(id)).toBeGreaterThan(before)
  expect([...text(id).matchAll(/^line (\d)\r$/gm)].map(([, number]) => number)).toEqual([...'12345678'])
  await server.until(() => (server.messages.findLast(({ t }) => t === 'terminals') ? true : undefined))
  expect(server.messages.findLast(({ t }) => t === 'terminals')).toMatchObject({
    items: [{ terminal: id }],
  })
})

test('keys are neither repeated nor out of order: what was taken is passed over, what leaves a hole as well', async () => {
  await start()
  const id = await opened()
  await plain(id)
  const taken = server.typed(id)
  server.type(id, 'echo one\r', taken)
  server.type(id, 'echo one\recho two\r', taken)
  server.type(id, 'echo never\r', taken + 1000)
  server.type(id, 'echo three; exit\r', taken + 18)
  await ended(id)
  expect([...text(id).matchAll(/^(one|two|three|never)\r$/gm)].map(([, word]) => word)).toEqual([
    'one',
    'two',
    'three',
  ])
})

/** Resolves once what a shell started has written something, and then nothing more from one look to the next. */
async function held(shell: number): Promise<void> {
  const written = () => {
    const [child] = readFileSync(`/proc/${shell}/task/${shell}/children`, 'utf8').split(' ')
    return child ? Number(readFileSync(`/proc/${child}/io`, 'utf8').match(/^wchar: (\d+)/m)![1]) : 0
  }
  for (let before = 0; ; ) {
    const now = written()
    if (now > 0 && now === before) return
    before = now
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

test('a flood waits for the server instead of filling the agent, and Ctrl-C works meanwhile', async () => {
  server.creditBytes = 64 * 1024
  await start()
  const id = await opened()
  await plain(id)
  server.stores = false
  const { pid } = server.of('terminal.started')[0]!
  server.type(id, 'yes\r')
  await held(pid as number)
  const spooled = readdirSync(join(directory, 'terminals')).reduce(
    (sum, name) => sum + statSync(join(directory, 'terminals', name)).size,
    0,
  )
  expect(spooled).toBeLessThan(2 * 1024 * 1024)
  server.type(id, '\x03')
  server.type(id, 'echo sto""pped; exit\r')
  server.stores = true
  server.drop()
  await ended(id)
  expect(text(id)).toMatch(/y\r\n\^?C?[\s\S]*stopped\r\n/)
})

test('a flood while the link is lost is kept up to a limit and then waits; afterwards Ctrl-C works', async () => {
  await start({ unlinkedBytesMax: 1024 * 1024 })
  const id = await opened()
  await plain(id)
  const { pid } = server.of('terminal.started')[0]!
  server.type(id, 'yes\r')
  await shown(id, 'y\r\ny\r\n')
  await server.close()
  await held(pid as number)
  const kept = readdirSync(join(directory, 'terminals')).reduce(
    (sum, name) => sum + statSync(join(directory, 'terminals', name)).size,
    0,
  )
  expect(kept).toBeLessThan(2 * 1024 * 1024)
  const told = () => server.messages.filter(({ t }) => t === 'terminals').length
  const before = told()
  await server.open()
  await server.until(() => told() > before)
  server.type(id, '\x03')
  server.type(id, 'echo sto""pped; exit\r')
  await ended(id)
  expect(server.record(id).output.length).toBeGreaterThan(1_000_000)
  expect(text(id)).toMatch(/y\r\n\^?C?[\s\S]*stopped\r\n/)
})

test('a paste of five megabytes arrives whole, a little of it under way at a time', async () => {
  await start()
  const id = await opened()
  await plain(id)
  const pasted = Buffer.alloc(5_000_000, 'What is pasted is typed, but faster than anybody types. ')
  const expected = createHash('sha256').update(pasted).digest('hex')
  const taken = () => {
    const last = server.messages.findLast((message) => message.t === 'terminal.taken')
    return last?.t === 'terminal.taken' ? last.taken : 0
  }
  server.type(id, `stty raw -echo; echo re""ady-; head -c ${pasted.length} | sha256sum; stty sane; exit\r`)
  await shown(id, 'ready-')
  for (let from = 0; from < pasted.length; from += 16 * 1024) {
    await server.until(() => server.typed(id) - taken() < 64 * 1024)
    server.type(id, pasted.subarray(from, from + 16 * 1024))
  }
  await ended(id)
  expect(text(id)).toContain(expected)
})

test('of a storm of sizes each stands in the record, and the last one holds', async () => {
  await start()
  const id = await opened()
  await plain(id)
  const sizes = Array.from({ length: 500 }, (_, i) => [20 + (i % 100), 10 + (i % 37)] as const)
  for (const [cols, rows] of sizes) server.send({ t: 'terminal.resize', terminal: id, cols, rows })
  server.type(id, 'stty size; exit\r')
  await ended(id)
  expect(text(id)).toContain(`${sizes.at(-1)![1]} ${sizes.at(-1)![0]}\r\n`)
  expect(server.record(id).sizes).toEqual([[80, 24], ...sizes])
})

test('what ignores a hang-up is ended all the same, and why is told', async () => {
  await start()
  const id = await opened()
  await plain(id)
  server.type(id, "trap '' HUP TERM; echo trap''ped; while :; do sleep 1; done\r")
  await shown(id, 'trapped')
  server.order('terminal.close', { terminalId: id, reason: 'Closed by Mina.' })
  expect(await ended(id)).toMatchObject({ how: 'ended', signal: 'SIGKILL', reason: 'Closed by Mina.' })
})

test('a terminal without a key for long warns, and is closed', async () => {
  let ahead = 0
  await start({ idleClock: () => performance.now() + ahead })
  const id = await opened({ idleMinutes: 1 })
  const warned = (times: number) =>
    server.until(() => {
      const notes = server.record(id).notes.filter(({ note }) => note === 'idle')
      return notes.length === times ? notes.at(-1) : undefined
    })
  ahead = 50_000
  expect(await warned(1)).toMatchObject({
    seconds: expect.toSatisfy((left: number) => left > 0 && left <= 10),
  })
  server.type(id, ' ')
  expect(await warned(2)).toMatchObject({ seconds: 0 })
  ahead = 200_000
  expect(await ended(id)).toMatchObject({ how: 'ended', reason: 'Nobody typed for a minute.' })
})

test('an agent that stops ends its terminals and says why', async () => {
  const agent = await start()
  const id = await opened()
  await plain(id)
  await agent.stop()
  agents.splice(0)
  await start()
  expect(await ended(id)).toMatchObject({ how: 'ended', reason: 'The agent on this server was stopped.' })
})

test.runIf(isRoot && other)(
  'passwords typed at prompts are in no stream and in no file of the agent',
  async () => {
    await start()
    const id = await opened({ account: other![0] })
    await plain(id)
    const ask = async (line: string, prompt: string, secret: string) => {
      server.type(id, `${line}\r`)
      await shown(id, prompt)
      server.type(id, `${secret}\r`)
    }
    await ask(
      // It prints the prompt a moment before it switches the echo off.
      `bash -c 'read -sp o""ne: a; echo $(printf %s "$a" | wc -c)-'`,
      'one:',
      'plantedOne1',
    )
    await shown(id, '11-')
    await ask(
      `python3 -c 'import getpass; print(len(getpass.getpass("tw" "o:")), "-", sep="")'`,
      'two:',
      'plantedTwo22',
    )
    await shown(id, '12-')
    await ask('su root -c true', 'assword:', 'plantedThree')
    await shown(id, 'failure')
    // Key by key, with stars, as sudo does with pwfeedback.
    await ask(
      'bash -c \'stty -echo; printf fo""ur:; while IFS= read -rsn1 c && [ -n "$c" ]; do printf "*"; done; stty echo; echo ov""er-\'',
      'four:',
      'plantedFour4',
    )
    await shown(id, 'over-')
    server.type(id, 'exit\r')
    await ended(id)
    const { input, pieces } = server.record(id)
    const keys = pieces
      .filter(({ track }) => track === PieceTrack.masked)
      .reduce((sum, { content }) => sum + readVarints(content, 1)[0]!, 0)
    expect(input.toString()).not.toMatch(/planted/)
    expect(Buffer.concat(server.streams.get(id)!).toString('latin1')).not.toMatch(/planted/)
    expect(keys).toBeGreaterThanOrEqual('plantedOne1plantedTwo22plantedThreeplantedFour4'.length)
    expect(input.toString()).toContain('su root -c true\r')
    for (const file of [databasePath(directory), `${databasePath(directory)}-wal`])
      expect(readFileSync(file, 'latin1')).not.toMatch(/planted/)
  },
)
