import { readConfig } from '../../base/server/config.ts'
import { StartupRefusal } from '../../base/server/embedded-postgres/startup-refusal.ts'
import { openProgress, type Progress } from './progress.ts'
import { type RunningServer, startServer } from './start.ts'

/** The server as a program: settings in, one ready line out, and an end that loses nothing. */
const progress = openProgress((line) => process.stdout.write(line))
process.exitCode = await run(progress)
// A request or a stream that never ended may still hold the process; everything that matters is closed by now.
process.exit()

async function run({ step, say }: Progress): Promise<number> {
  const ending = Promise.withResolvers<{ code: number; why: string }>()
  const signals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const
  for (const signal of signals)
    process.on(signal, () => {
      if (isEnding) process.exit(130)
      isEnding = true
      ending.resolve({ code: 0, why: 'Stopping: requests are finished, what is pending is sealed …' })
    })
  let isEnding = false
  const gaveUp = (why: string) => ending.resolve({ code: 1, why })

  let server: RunningServer
  try {
    const config = readConfig(process.env, process.cwd())
    for (const warning of config.warnings) say(`Warning: ${warning}`)
    step(`Annals starts in ${config.dataDirectory}.`)
    server = await startServer({ config, progress, gaveUp })
  } catch (error) {
    if (!(error instanceof StartupRefusal)) throw error
    process.stderr.write(`\nAnnals cannot start. ${error.message}\n`)
    return 1
  }
  announce(server, say)
  const { code, why } = await ending.promise
  say(`\n${why}`)
  await server[Symbol.asyncDispose]()
  step('Annals has stopped.')
  return code
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
