import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { AgentRefusal } from '../../wire/agent/agent-refusal.ts'
import { baseUrl } from '../../wire/agent/base-url.ts'
import { loadIdentity, saveIdentity } from '../../wire/agent/identity.ts'
import { type CommandLine, readCommandLine, USAGE } from './command-line.ts'
import { beginEnrolled } from './lean.ts'
import { makeLog } from './log.ts'

const log = makeLog(process.stderr.isTTY === true)

/** Does what the command line asks; a refusal is one sentence and an exit code. */
export async function main(words: readonly string[]): Promise<void> {
  try {
    const line = readCommandLine(words, process.env)
    // What runs here must not inherit it.
    delete process.env['ANNALS_TOKEN']
    if (line.help) process.stdout.write(USAGE)
    else if (line.task === 'checkpoint') printCheckpoints(line.directory)
    else if (line.task === 'install-service') (await import('./install-service.ts')).installService(line)
    else await run(line)
  } catch (error) {
    if (!(error instanceof AgentRefusal)) throw error
    log.error(error.message)
    process.exitCode = error.exitCode
  }
}

async function run(line: CommandLine): Promise<void> {
  const { directory, url, token, name } = line
  if (token !== undefined || (url !== undefined && loadIdentity(directory) === undefined)) {
    if (url === undefined) throw new AgentRefusal('Say where to enrol: --url https://…', { exitCode: 2 })
    if (token === undefined)
      throw new AgentRefusal('Enrolling needs a registration token: --token …', { exitCode: 2 })
    const { enrolMachine } = await import('./enrol-machine.ts')
    const isNew = loadIdentity(directory) === undefined
    const identity = await enrolMachine({ directory, url, token, name })
    if (isNew) log.info(`This machine is enrolled at ${identity.url} as ${identity.name}.`)
    if (!line.onlyEnrol) beginEnrolled(directory)
  }
  if (line.onlyEnrol) return
  if (url !== undefined) followServer(directory, url)
  const { startAgent } = await import('./start-agent.ts')
  const agent = await startAgent({ directory, log })
  const stop = () => void agent.stop().then(() => process.exit(0))
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
  const refusal = await agent.ended
  if (refusal === null) return
  await agent.stop()
  throw refusal
}

/** The server has another address now. That it is the same server, the agent finds out by the key it pins. */
function followServer(directory: string, url: string): void {
  const identity = loadIdentity(directory)
  if (identity === undefined || identity.url === baseUrl(url)) return
  saveIdentity(directory, { ...identity, url: baseUrl(url) })
  log.info(`This agent looks for its server at ${baseUrl(url)} from now on.`)
}

function printCheckpoints(directory: string): void {
  const read = (name: string) => {
    try {
      return readFileSync(join(directory, name), 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw new AgentRefusal(
        `${join(directory, name)} cannot be read. Run this as the user the agent runs as.`,
      )
    }
  }
  const kept = read('checkpoint.txt')
  const refused = read('checkpoint-refused.txt')
  if (kept === undefined) throw new AgentRefusal(`The agent in ${directory} has not kept a checkpoint yet.`)
  process.stdout.write(kept)
  if (refused !== undefined) {
    log.warn(
      'This agent was sent a checkpoint that does not extend the one it kept. It follows on standard output:',
    )
    process.stdout.write(`\n${refused}`)
  }
}
