import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openLog } from './log.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'annals-log-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

const limit = { timeout: 120_000 }
const ready = (path: string) => vi.waitFor(() => expect(statSync(path).size).toBeGreaterThan(0), limit)

test('secrets do not reach the file, whatever object holds them', async () => {
  const { log, path, flush } = openLog({ directory, level: 'info' })
  const secret = 'correct horse battery'
  log.info(
    { password: secret, input: { token: secret, deep: { env: { A: secret } } }, headers: { cookie: secret } },
    'said',
  )
  await ready(path)
  flush()
  expect(readFileSync(path, 'utf8')).not.toContain(secret)
  expect(statSync(path).mode & 0o777).toBe(0o600)
})

test("a database error's row stays out of the file, its code and cause are in", async () => {
  const { log, path } = openLog({ directory, level: 'info' })
  const cause = Object.assign(new Error('duplicate key'), {
    code: '23505',
    detail: 'Key (username)=(mina) exists',
  })
  log.error({ error: new Error('could not create', { cause }) }, 'failed')
  await ready(path)
  const line = readFileSync(path, 'utf8')
  expect(line).not.toContain('mina')
  expect(JSON.parse(line)).toMatchObject({
    level: 'error',
    error: { message: 'could not create', cause: { code: '23505' } },
  })
})

test('files are bounded in size and number, and the newest lines are kept', async () => {
  const { log, path } = openLog({ directory, level: 'info', limitBytes: 2000, keptFiles: 2 })
  for (let i = 0; i < 12; i++) {
    log.info({ i, text: 'x'.repeat(900) }, 'line')
    await vi.waitFor(() => {
      const all = readdirSync(directory).map((name) => readFileSync(join(directory, name), 'utf8'))
      expect(all.join('')).toContain(`"i":${i},`)
    }, limit)
  }
  // Between giving a full file its number and beginning the next there is none of that name.
  await vi.waitFor(
    () => expect(readdirSync(directory).sort()).toEqual(['server.1.log', 'server.2.log', 'server.log']),
    limit,
  )
  for (const name of readdirSync(directory)) expect(statSync(join(directory, name)).size).toBeLessThan(4000)
  expect(path).toBe(join(directory, 'server.log'))
})
