import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { lockDirectory } from './lock-directory.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'annals-lock-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

const program = `
  const { lockDirectory } = await import(${JSON.stringify(join(import.meta.dirname, 'lock-directory.ts'))})
  try { lockDirectory(process.argv[1]); console.log('held') } catch (error) { console.log(error.message) }
  setInterval(() => {}, 1000)`

function start() {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, directory])
  const said = once(child.stdout.setEncoding('utf8'), 'data').then(([text]) => (text as string).trim())
  return { child, said }
}

test('of many simultaneous starters exactly one gets the directory, and the others are told which', async () => {
  const starters = [start(), start(), start(), start()]
  const answers = await Promise.all(starters.map(({ said }) => said))
  for (const { child } of starters) child.kill('SIGKILL')
  expect(answers.filter((answer) => answer === 'held')).toHaveLength(1)
  for (const answer of answers.filter((each) => each !== 'held')) {
    expect(answer).toContain('Another Annals server')
    expect(answer).toContain(`is using ${directory}. Stop it first, or set ANNALS_DATA to another directory.`)
  }
})

test('the lock of a process killed with -9 is free at once', async () => {
  const { child, said } = start()
  expect(await said).toBe('held')
  expect(() => lockDirectory(directory)).toThrow(`(pid ${child.pid} on `)
  child.kill('SIGKILL')
  await once(child, 'exit')
  lockDirectory(directory).release()
})

test('one process cannot lock a directory twice, and can again after it has released it', () => {
  const first = lockDirectory(directory)
  expect(() => lockDirectory(directory)).toThrow('Another Annals server')
  using other = lockDirectory(directory, 'postgres')
  first.release()
  first.release()
  lockDirectory(directory).release()
  expect(other).toBeDefined()
})
