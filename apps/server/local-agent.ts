import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Logger } from 'pino'
import { deathSignalPrefix } from '../../base/server/embedded-postgres/death-signal.ts'

export interface LocalAgentOptions {
  /** Where it keeps its identity and queue; not the server's own. */
  readonly directory: string
  /** Where it reaches this server: a loopback address where there is one. */
  readonly url: string
  /** Makes a registration token that enrols one machine, soon. */
  readonly makeToken: () => Promise<string>
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>
  readonly program?: string
  readonly firstWaitMilliseconds?: number
}

export interface LocalAgent {
  readonly pid: () => number | undefined
  stop(): Promise<void>
}

const agentProgram = fileURLToPath(new URL('../agent/main.ts', import.meta.url))
const patienceMilliseconds = 10_000
const longestWaitMilliseconds = 30_000
/** One that lived so long was well: the next failure starts the back-off anew. */
const healthyMilliseconds = 60_000

/**
 * Runs the agent of this very machine as a child, starts it again with back-off when it ends, and takes it along when
 * this process ends, however that happens.
 */
export function startLocalAgent(options: LocalAgentOptions): LocalAgent {
  const { log, firstWaitMilliseconds = 500 } = options
  const stopping = new AbortController()
  let child: ChildProcess | undefined

  const live = async () => {
    for (let failures = 0; !stopping.signal.aborted; failures++) {
      const bornAt = performance.now()
      const why = await runOnce(options, stopping.signal, (started) => {
        child = started
      })
      child = undefined
      if (stopping.signal.aborted) return
      if (performance.now() - bornAt > healthyMilliseconds) failures = 0
      const waitMilliseconds = Math.min(firstWaitMilliseconds * 2 ** failures, longestWaitMilliseconds)
      log.warn({ why, waitMilliseconds }, 'the local agent ended and will be started again')
      await wait(waitMilliseconds, undefined, { signal: stopping.signal }).catch(() => {})
    }
  }
  const living = live()
  return {
    pid: () => child?.pid,
    stop: async () => {
      stopping.abort()
      child?.kill('SIGTERM')
      const stuck = setTimeout(() => child?.kill('SIGKILL'), patienceMilliseconds)
      await living
      clearTimeout(stuck)
    },
  }
}

/** @returns why it ended, in words for the log. */
async function runOnce(
  options: LocalAgentOptions,
  stopping: AbortSignal,
  started: (child: ChildProcess) => void,
): Promise<string> {
  const { directory, url, makeToken, log, program = agentProgram } = options
  const isEnrolled = existsSync(join(directory, 'identity.json'))
  let token: string | undefined
  try {
    token = isEnrolled ? undefined : await makeToken()
  } catch (error) {
    log.error({ error }, 'no registration token could be made for the local agent')
    return 'no registration token'
  }
  if (stopping.aborted) return 'stopping'
  const words = [...process.execArgv, program, '--url', url, '--data', directory]
  const [file, ...rest] = [...(deathSignalPrefix('INT') ?? []), process.execPath, ...words]
  const child = spawn(file!, rest, {
    stdio: ['ignore', 'pipe', 'pipe'],
    // A session of its own: Ctrl-C in a terminal reaches only the server, which then stops it in its turn.
    detached: true,
    // By the environment, since everybody on the machine may read a process's arguments.
    env: {
      ...process.env,
      ANNALS_AGENT_PARENT: String(process.pid),
      ...(token && { ANNALS_AGENT_TOKEN: token }),
    },
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
  const how = await new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('close', (code, signal) => resolve(signal ?? `exit code ${code}`))
  })
  return [how, ...lastLines].join('; ').slice(0, 1000)
}
