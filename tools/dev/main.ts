import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { password, people } from '../../seed/story.ts'
import { tellStory } from './tell-story.ts'

/**
 * `npm run dev`: the server, started again whenever a file of its changes, with data of its own; the console by Vite, which
 * puts changes into open pages; the people of seed/story.ts, whose logins are printed.
 */
const root = fileURLToPath(new URL('../..', import.meta.url))
const adminPassword = 'first in development'
const consoleUrl = 'http://localhost:7301'
const stopping = new AbortController()

const server = spawn(
  process.execPath,
  ['--disable-warning=ExperimentalWarning', '--watch', '--watch-preserve-output', 'apps/server/main.ts'],
  {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ANNALS_DATA: '.cache/dev',
      ANNALS_LOG_LEVEL: 'debug',
      ...process.env,
      ANNALS_FIRST_ADMIN_PASSWORD: adminPassword,
    },
  },
)
const ready = Promise.withResolvers<string>()
createInterface({ input: server.stdout }).on('line', (line) => {
  console.log(line)
  const url = /^Annals is ready at (\S+)$/.exec(line)?.[1]
  if (url !== undefined) ready.resolve(url)
})
const ended = once(server, 'exit')
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopping.abort())

const url = await Promise.race([ready.promise, ended.then(() => undefined)])
if (url !== undefined) {
  const told = await tellStory(url, adminPassword)
  console.log(
    told ? 'The story of seed/story.ts was told.' : 'The story of seed/story.ts is there from before.',
  )
  const vite = spawn(process.execPath, [`${root}node_modules/vite/bin/vite.js`, '--clearScreen', 'false'], {
    cwd: `${root}apps/web`,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ANNALS_URL: url },
  })
  for (const { username, name, role } of Object.values(people))
    console.log(`  ${username.padEnd(5)} ${role.padEnd(8)} ${name}`)
  console.log(`Their password is "${password}", that of admin "${adminPassword}". Open ${consoleUrl}`)
  const stopped = once(stopping.signal, 'abort')
  await Promise.race([stopped, ended, once(vite, 'exit')])
  vite.kill()
}
server.kill('SIGTERM')
await ended
process.exit(0)
