import { type ChildProcess, spawn } from 'node:child_process'
import { renameSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Logger } from 'pino'
import { deathSignalPrefix } from '../../base/server/embedded-postgres/death-signal.ts'
import { EXIT_REFUSED } from '../../wire/agent/agent-refusal.ts'
import { type Identity, loadIdentity, saveIdentity } from '../../wire/agent/identity.ts'

export interface LocalAgentOptions {
  /** Where it keeps its identity and queue. */
  readonly directory: string
  /** Where it reaches this server. */
  readonly url: string
  /** Makes a registration token that enrols one machine, soon. */
  readonly makeToken: () => Promise<string>
  /** Whether this database ever enrolled that server. */
  readonly isKnown: (serverId: string) => Promise<boolean>
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>
  readonly program?: string
  readonly firstWaitMilliseconds?: number
}

export interface LocalAgent {
  readonly pid: () => number | undefined
  /** The server this machine is enrolled as; undefined while it is not. */
  readonly serverId: () => string | undefined
  /** Lets it end what runs, report that, and go. */
  stop(): Promise<void>
}

interface Ended {
  readonly code: number | null
  /** In words, for the log. */
  readonly why: string
}

const agentProgram = fileURLToPath(new URL('../agent/main.ts', import.meta.url))
const patienceMilliseconds = 10_000
const longestWaitMilliseconds = 30_000
/** One that lived so long was well: the next failure starts the back-off anew. */
const healthyMilliseconds = 60_000

/**
 * Runs the agent of this very machine as a child: enrols it where it is not yet, starts it again with back-off when it
 * ends, and takes it along when this process ends, however that happens.
 */
export function startLocalAgent(options: LocalAgentOptions): LocalAgent {
  const { log, firstWaitMilliseconds = 500 } = options
  const stopping = new AbortController()
  let child: ChildProcess | undefined

  const live = async () => {
    for (let failures = 0; ; failures++) {
      const bornAt = performance.now()
      const { code, why } = await runOnce(options, stopping.signal, (started) => {
        child = started
      })
      child = undefined
      if (stopping.signal.aborted) return
      if (code === EXIT_REFUSED)
        return log.warn({ why }, 'the enrolment of the local agent was ended: it stays away')
      if (performance.now() - bornAt > healthyMilliseconds) failures = 0
      const waitMilliseconds = Math.min(firstWaitMilliseconds * 2 ** failures, longestWaitMilliseconds)
      log.warn({ why, waitMilliseconds }, 'the local agent ended and will be started again')
      await wait(waitMilliseconds, undefined, { signal: stopping.signal }).catch(() => {})
    }
  }
  const living = live()
  return {
    pid: () => child?.pid,
    serverId: () => identityIn(options.directory)?.serverId,
    stop: async () => {
      stopping.abort()
      child?.kill('SIGTERM')
      const stuck = setTimeout(() => child?.kill('SIGKILL'), patienceMilliseconds)
      await living
      clearTimeout(stuck)
    },
  }
}

async function runOnce(
  options: LocalAgentOptions,
  stopping: AbortSignal,
  started: (child: ChildProcess) => void,
): Promise<Ended> {
  const { directory, url, log, program = agentProgram } = options
  let token: string | undefined
  try {
    token = await tokenIfNeeded(options)
  } catch (error) {
    log.error({ error }, 'the local agent could not be enrolled')
    return { code: null, why: 'it could not be enrolled' }
  }
  if (stopping.aborted) return { code: null, why: 'stopping' }
  const words = [process.execPath, ...process.execArgv, program, '--url', url, '--data', directory]
  const [file, ...rest] = [...(deathSignalPrefix('INT') ?? []), ...words]
  const child = spawn(file!, rest, {
    stdio: ['ignore', 'pipe', 'pipe'],
    // A session of its own: Ctrl-C in a terminal reaches only the server, which stops it in its turn.
    detached: true,
    // By the environment, since everybody on the machine may read a process's arguments.
    env: { ...withoutSettings(process.env), ...(token !== undefined && { ANNALS_TOKEN: token }) },
  })
  started(child)
  const lastLines: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      for (const line of text.split('\n').filter((each) => each.trim() !== '')) {
        lastLines.push(line)
        if (lastLines.length > 5) lastLines.shift()
        log.info({ line: line.slice(0, 500) }, 'local agent')
      }
    })
  }
  return new Promise<Ended>((resolve) => {
    child.once('error', (error) => resolve({ code: null, why: error.message }))
    child.once('close', (code, signal) =>
      resolve({ code, why: [signal ?? `exit code ${code}`, ...lastLines].join('; ').slice(0, 1000) }),
    )
  })
}

/**
 * An agent that is enrolled needs none, and is told where the server listens now. One that was enrolled in another
 * database is put aside, with the checkpoint it remembers, and this machine is enrolled anew.
 */
async function tokenIfNeeded({
  directory,
  url,
  makeToken,
  isKnown,
  log,
}: LocalAgentOptions): Promise<string | undefined> {
  const identity = loadIdentity(directory)
  if (identity === undefined) return makeToken()
  if (!(await isKnown(identity.serverId))) {
    const aside = `${directory}-${identity.serverId}`
    log.warn({ aside }, 'the local agent belongs to another database and is put aside')
    renameSync(directory, aside)
    return makeToken()
  }
  if (identity.url !== url) saveIdentity(directory, { ...identity, url })
  return undefined
}

/** A damaged one counts as none: the agent itself says what to do about it. */
function identityIn(directory: string): Identity | undefined {
  try {
    return loadIdentity(directory)
  } catch {
    return undefined
  }
}

/** What is set for the server, its passwords above all, is nothing for the agent and the commands it runs. */
function withoutSettings(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const foreign = /^(ANNALS_|DATABASE_URL$|PG|npm_|NODE_|INIT_CWD$)/
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !foreign.test(name)))
}
