import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/**
 * `npm run bench`: every benchmark in turn, each in a process of its own; `npm run bench -- journal links` only those.
 * They print figures for docs/performance.md and assert nothing.
 */
const programs = [
  'dispatch',
  'journal',
  'list',
  'links',
  'agent',
  'sign-in',
  'requests',
  'activity',
  'commands',
  'recordings',
  'terminal',
  'terminal-page',
]
const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !programs.includes(name))
if (unknown.length > 0) {
  console.error(`There is no benchmark ${unknown.join(', ')}. There are ${programs.join(', ')}.`)
  process.exit(1)
}
for (const name of programs.filter((each) => asked.length === 0 || asked.includes(each))) {
  console.log(`\n── ${name} ──`)
  const file = fileURLToPath(new URL(`${name}.ts`, import.meta.url))
  const words = ['--disable-warning=ExperimentalWarning', '--expose-gc', file]
  const [code] = await once(spawn(process.execPath, words, { stdio: 'inherit' }), 'exit')
  if (code !== 0) process.exitCode = 1
}
