// `node tools/run.mjs <program> [arguments]`: makes sure that what the program needs is installed, then runs it on the
// pinned Node. Plain JavaScript without dependencies, for any Node from 18 on.
import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { ensureDependencies } from './bootstrap/dependencies.mjs'
import { Explained, say } from './bootstrap/explained.mjs'
import { root, supportedPlatform } from './bootstrap/platform.mjs'
import { nodeFlags, programs } from './bootstrap/programs.mjs'
import { ensureWeb } from './bootstrap/web-build.mjs'

const prepareOnly = process.argv[2] === '--prepare'
const [name, ...args] = process.argv.slice(prepareOnly ? 3 : 2)

try {
  const program = programs[name]
  if (!program) throw new Explained(`Say what to run: ${Object.keys(programs).join(', ')}.`)
  supportedPlatform()
  const node = await ensureDependencies()
  if (program.needsWeb) await ensureWeb(node)
  const words = [node, ...nodeFlags(program), ...program.words]
  if (prepareOnly) process.stdout.write(words.map(quote).join(' '))
  else await become([...words, ...args])
} catch (error) {
  if (!(error instanceof Explained)) throw error
  say(error.message)
  process.exitCode = 1
}

function quote(word) {
  return `'${word.replaceAll("'", "'\\''")}'`
}

/** Replaces this process where Node can (from 22.15 on); otherwise stays, passes signals on and exits as the program did. */
async function become([file, ...words]) {
  if (typeof process.execve === 'function') {
    process.chdir(root)
    // Node announces the call as experimental, which is of no use to whoever typed `npm start`.
    process.removeAllListeners('warning')
    process.execve(file, [file, ...words], process.env)
  }
  const child = spawn(file, words, { stdio: 'inherit', cwd: root })
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGUSR2'])
    process.on(signal, () => child.kill(signal))
  const [code, signal] = await new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (...how) => resolve(how))
  })
  process.exitCode = signal === null ? code : 128 + constants.signals[signal]
}
