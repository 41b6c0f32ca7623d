import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { spawn } from '@lydell/node-pty'
import { shellLaunch, writeShellScripts } from '../../features/websh/agent/shell-integration/index.ts'
import { modesOf, type TerminalModes } from '../../features/websh/agent/terminal/libc.ts'
import type { RecordedEvent } from '../../features/websh/common/recorded-event.ts'
import { HIDDEN_TEXT } from '../../features/websh/server/command-record/index.ts'
import { furnishHome } from './homes.ts'
import { keysOf } from './keys.ts'
import { Processes } from './processes.ts'
import type { Pace, Session, Step, Waits } from './session.ts'

/** What ran, and what else is known of it. */
export interface Ran {
  readonly text: string
  /** SHLVL: how deep, where every shell counts and none began anew. */
  readonly level?: number
  readonly exitCode?: number
  /** When the shell began to run it, from the recording's start. */
  readonly seconds?: number
}

export interface Driven {
  readonly cols: number
  readonly rows: number
  readonly events: readonly RecordedEvent[]
  /** For each input event, what the terminal did with what is typed at that moment. */
  readonly modes: ReadonlyMap<RecordedEvent, TerminalModes | undefined>
  /** What ran, as the shells' hooks and the script say; order between the two is not known. */
  readonly ran: readonly Ran[]
  /** Set when the shell had its integration. */
  readonly nonce: string | undefined
}

const sleep = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds))

/** Nothing shown for so long, and nobody busy, counts as waiting for keys. */
const quietMilliseconds = Number(process.env['ANNALS_CORPUS_QUIET_MS'] ?? 90)

/** Patience of whoever does not look. */
const FIXED_MILLISECONDS = 260

const argvOf = { bash: ['bash', '-i'], zsh: ['zsh', '-i'], fish: ['fish', '-i'], dash: ['dash', '-i'] }

/** Runs one session in a real shell on a real pseudo-terminal and records it. */
export async function drive(session: Session): Promise<Driven> {
  const home = mkdtempSync(join(tmpdir(), 'commands-corpus-'))
  try {
    return await driveAt(home, session)
  } finally {
    rmSync(home, { recursive: true, force: true, maxRetries: 5 })
  }
}

async function driveAt(home: string, session: Session): Promise<Driven> {
  const { cols = 80, rows = 24 } = session
  furnishHome(home, session)
  const truth = join(home, '.truth')
  const nonce = session.integration ? 'c0ffee00c0ffee00' : undefined
  let argv: readonly string[] = argvOf[session.shell]
  let integrationEnv: Readonly<Record<string, string>> = {}
  if (nonce !== undefined && session.shell !== 'dash') {
    const directory = join(home, '.annals')
    mkdirSync(directory)
    writeShellScripts(directory)
    const launch = shellLaunch({ shell: session.shell, nonce, directory })!
    argv = [session.shell, ...launch.argv]
    integrationEnv = launch.env
  }
  const terminal = spawn(argv[0]!, argv.slice(1), {
    name: session.term ?? 'xterm-256color',
    cols,
    rows,
    cwd: home,
    encoding: null,
    env: {
      PATH: process.env['PATH'] ?? '/usr/bin:/bin',
      HOME: home,
      SHLVL: '0',
      USER: 'ada',
      LANG: 'C.UTF-8',
      TERM: session.term ?? 'xterm-256color',
      TRUTH: truth,
      ENV: join(home, '.shrc'),
      TMUX_TMPDIR: home,
      SCREENDIR: join(home, '.screen'),
      XDG_DATA_HOME: join(home, '.local'),
      SQLITE_HISTORY: '/dev/null',
      PYTHONHISTFILE: '/dev/null',
      ...session.env,
      ...integrationEnv,
    },
  })
  const events: RecordedEvent[] = []
  const modes = new Map<RecordedEvent, TerminalModes | undefined>()
  const { fd } = terminal as unknown as { readonly fd: number }
  const startedAt = performance.now()
  const startedAtSeconds = (performance.timeOrigin + startedAt) / 1000
  const now = () => (performance.now() - startedAt) / 1000
  let lastAt = performance.now()
  let hasEnded = false
  const ended = new Promise<void>((resolve) => terminal.onExit(() => resolve()))
  void ended.then(() => (hasEnded = true))
  terminal.onData((data) => {
    lastAt = performance.now()
    events.push({ type: 'output', seconds: now(), bytes: Buffer.from(data as unknown as Buffer) })
  })
  const processes = new Processes(home)
  /** Waits until nothing is shown any more and nobody wants to run who could show something, on a busy machine, too. */
  const quiet = async () => {
    for (let waited = 0; !hasEnded && waited < 1000; waited++) {
      const seen = lastAt
      await sleep(10)
      if (performance.now() - lastAt < quietMilliseconds) continue
      if (processes.areBusy()) lastAt = performance.now()
      // What came while this process itself had to wait is read before the next turn.
      await new Promise((resolve) => setImmediate(resolve))
      await new Promise((resolve) => setImmediate(resolve))
      if (lastAt === seen) return
    }
  }
  const until = async (text: string) => {
    const since = events.findLastIndex(({ type }) => type === 'input')
    const shown = () =>
      Buffer.concat(
        events.slice(since + 1).flatMap((event) => (event.type === 'output' ? [event.bytes] : [])),
      ).toString()
    for (let waited = 0; waited < 800 && !hasEnded && !shown().includes(text); waited++) await sleep(10)
  }
  const send = (keys: string) => {
    if (hasEnded) return
    lastAt = performance.now()
    const event: RecordedEvent = { type: 'input', seconds: now(), bytes: Buffer.from(keys) }
    events.push(event)
    modes.set(event, modesOf(fd))
    terminal.write(keys)
  }
  const declared: string[] = []
  // Startup files take their time before anything is shown.
  for (let waited = 0; events.length === 0 && waited < 300 && !hasEnded; waited++) await sleep(10)
  await quiet()
  await quiet()
  const settled = patience(session.waits ?? 'quiet', { quiet, until })
  for (const step of session.steps) {
    if (hasEnded && (typeof step === 'string' || !('ran' in step))) continue
    const hands = { send, quiet, settled, until, declared, resize, name: session.name }
    await take(step, session.pace ?? 'keys', hands)
  }
  function resize(newCols: number, newRows: number) {
    events.push({ type: 'resize', seconds: now(), cols: newCols, rows: newRows })
    lastAt = performance.now()
    terminal.resize(newCols, newRows)
  }
  await quiet()
  await sleep(100)
  await quiet()
  if (!hasEnded) terminal.kill('SIGHUP')
  await Promise.race([ended, sleep(500)])
  if (!hasEnded) terminal.kill('SIGKILL')
  processes.end()
  const ran = [...hooked(truth, startedAtSeconds), ...declared.map((text): Ran => ({ text }))]
  const hidden = (each: Ran) => (session.hidden?.includes(each.text) ? { ...each, text: HIDDEN_TEXT } : each)
  return { cols, rows, events, modes, ran: ran.map(hidden), nonce }
}

/** What is waited for after the keys of a step. */
function patience(
  waits: Waits,
  { quiet, until }: { quiet: () => Promise<void>; until: (text: string) => Promise<void> },
): (keys: string) => Promise<void> {
  if (waits === 'quiet') return quiet
  if (waits === 'fixed') return () => sleep(FIXED_MILLISECONDS)
  return (keys) => (keys.endsWith('<Enter>') ? until(waits.prompt) : sleep(FIXED_MILLISECONDS))
}

interface Hands {
  readonly send: (keys: string) => void
  readonly quiet: () => Promise<void>
  readonly settled: (keys: string) => Promise<void>
  readonly until: (text: string) => Promise<void>
  readonly resize: (cols: number, rows: number) => void
  readonly declared: string[]
  readonly name: string
}

async function take(step: Step, pace: Pace, hands: Hands): Promise<void> {
  if (typeof step === 'string') {
    await type(step, pace, hands)
    await hands.settled(step)
  } else if ('ahead' in step) {
    await type(step.ahead, pace, hands)
  } else if ('burst' in step) {
    await type(step.burst, 'burst', hands)
    await hands.quiet()
  } else if ('paste' in step) {
    hands.send(`\x1b[200~${step.paste.replaceAll('\n', '\r')}\x1b[201~`)
    await hands.quiet()
  } else if ('rawPaste' in step) {
    hands.send(step.rawPaste.replaceAll('\n', '\r'))
    await hands.quiet()
  } else if ('resize' in step) {
    hands.resize(...step.resize)
    await hands.quiet()
  } else if ('until' in step) {
    await hands.until(step.until)
    await hands.quiet()
  } else if ('pause' in step) {
    await sleep(step.pause)
    // A long one waits for something to have been done.
    if (step.pause >= 300) await hands.quiet()
  } else {
    hands.declared.push(...step.ran)
  }
}

async function type(script: string, pace: Pace, hands: Hands): Promise<void> {
  const keys = keysOf(script)
  if (pace === 'burst') return hands.send(keys.join(''))
  // The same script types at the same pace each time, and different scripts at different ones.
  let seed = [...hands.name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) >>> 0, 7)
  const random = (below: number) => (seed = (seed * 1103515245 + 12345) >>> 0) % below
  while (keys.length > 0) {
    hands.send(keys.splice(0, pace === 'clumps' ? 1 + random(6) : 1).join(''))
    // Tab, history and search answer with a list or a line the next key refers to.
    await sleep(pace === 'slow' ? 30 + random(90) : pace === 'keys' ? 3 + random(9) : 6 + random(20))
  }
}

/** The hooks of homes.ts; bash calls its own once more for each command of one pasted entry. */
function hooked(path: string, startedAt: number): Ran[] {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch {
    return []
  }
  const ran = new Map<string, Ran>()
  const codes = new Map<string, number>()
  for (const entry of text.split('\0')) {
    const [, endOf, code] = /^end:(\d+:\d+):(\d+)$/.exec(entry) ?? []
    // An empty line, or one given up, reports under the number of the one before.
    if (endOf !== undefined && !codes.has(endOf)) codes.set(endOf, Number(code))
    const [, key, level, at, command] = /^run:(\d+:\d+):(\d+):([\d.,]+):([\s\S]*)$/.exec(entry) ?? []
    // fish tells of a line of blanks, too.
    if (key === undefined || ran.has(key) || command!.trim() === '') continue
    const seconds = Number(at!.replace(',', '.')) - startedAt
    ran.set(key, { text: command!, level: Number(level), ...(seconds > 0 && { seconds }) })
  }
  return [...ran].map(([key, each]) => ({ ...each, ...(codes.has(key) && { exitCode: codes.get(key)! }) }))
}
