import { readConfig } from '../../base/server/config.ts'
import { StartupRefusal } from '../../base/server/embedded-postgres/startup-refusal.ts'
import { openProgress, type Progress } from './progress.ts'
import { type RunningServer, startServer } from './start.ts'

/** Ctrl-C arrives twice under npm: from the terminal, and passed on by npm. */
const SAME_SIGNAL_MILLISECONDS = 1000

async function run(progress: Progress): Promise<number> {
  const { step, say } = progress
  const ending = whenAskedToStop()
  let server: RunningServer
  try {
    const config = readConfig(process.env, process.cwd())
    for (const warning of config.warnings) say(`Warning: ${warning}`)
    step(`Annals starts in ${config.dataDirectory}.`)
    const gaveUp = (why: string) => ending.resolve({ code: 1, why })
    server = await startServer({ config, progress, gaveUp, stopping: ending.stopping })
  } catch (error) {
    if (!(error instanceof StartupRefusal)) throw error
    process.stderr.write(`\nAnnals cannot start. ${error.message}\n`)
    return 1
  }
  if (!ending.stopping.aborted) announce(server, say)
  const { code, why } = await ending.promise
  say(`\n${why}`)
  await server[Symbol.asyncDispose]()
  step('Annals has stopped.')
  return code
}

/**
 * The first signal asks to end in order, a second one ends at once: the children then go by themselves. SIGHUP, the end
 * of the terminal or of npm, never hurries.
 */
function whenAskedToStop() {
  const ending = Promise.withResolvers<{ code: number; why: string }>()
  const stopping = new AbortController()
  let askedAt: number | undefined
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (askedAt === undefined) {
        askedAt = performance.now()
        stopping.abort()
        ending.resolve({
          code: 0,
          why: 'Stopping: running requests are finished, what is pending is sealed …',
        })
      } else if (signal !== 'SIGHUP' && performance.now() - askedAt > SAME_SIGNAL_MILLISECONDS) {
        process.exit(130)
      }
    })
  }
  return { ...ending, stopping: stopping.signal }
}

function announce({ url, firstAdmin }: RunningServer, say: (text: string) => void): void {
  say('')
  if (firstAdmin?.oneTimePassword !== undefined) {
    say(`Sign in as ${firstAdmin.username} with the one-time password ${firstAdmin.oneTimePassword}`)
    say('It is shown only now, and is replaced at the first sign-in.')
  } else if (firstAdmin !== undefined) {
    say(`Sign in as ${firstAdmin.username} with the password of ANNALS_FIRST_ADMIN_PASSWORD`)
  }
  say(`Annals is ready at ${url}`)
}

/** The server as a program: settings in, one ready line out, and an end that loses nothing. */
process.exitCode = await run(openProgress((line) => process.stdout.write(line)))
// A request or a stream that never ended may still hold the process; everything that matters is closed by now.
process.exit()
