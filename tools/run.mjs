// `node tools/run.mjs <program> [arguments]`: makes sure that what the program needs is installed, then runs it on the
// pinned Node. Plain JavaScript without dependencies, for any Node from 18 on.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
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
  if (prepareOnly) process.stdout.write([...withParent(program), ...words].map(quote).join(' '))
  else await become([...words, ...args])
} catch (error) {
  if (!(error instanceof Explained)) throw error
  say(error.message)
  process.exitCode = 1
}

function quote(word) {
  return `'${word.replaceAll("'", "'\\''")}'`
}

/** The words that tie a program to the npm that runs it. Without npm or without util-linux it stands on its own. */
function withParent({ orphaned }) {
  if (!orphaned || !process.env.npm_lifecycle_event || process.platform !== 'linux') return []
  const setpriv = ['/usr/bin/setpriv', '/bin/setpriv'].find((path) => existsSync(path))
  return setpriv ? [setpriv, '--pdeathsig', orphaned] : []
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
