import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { findAccount } from './account.ts'

const isRoot = process.geteuid?.() === 0
const lines = (path: string) => readFileSync(path, 'utf8').trim().split('\n')
const withoutLogin = lines('/etc/passwd')
  .find((line) => line.endsWith('/nologin'))
  ?.split(':')[0]
const emptyGroup = lines('/etc/group')
  .find((line) => line.endsWith(':') && !line.startsWith('root'))
  ?.split(':')[0]

test('left out, the account is the one the agent runs as', async () => {
  expect((await findAccount(null, null)).uid).toBe(process.geteuid?.())
})

test('an account that does not exist is refused by name', async () => {
  await expect(findAccount('nobody-of-this-name', null)).rejects.toThrow(
    'There is no account "nobody-of-this-name"',
  )
})

test('a name that looks like an option is only a name', async () => {
  await expect(findAccount('--version', null)).rejects.toThrow('There is no account "--version"')
})

test('a group that does not exist is refused by name', async () => {
  await expect(findAccount(null, 'no-such-group')).rejects.toThrow('There is no group "no-such-group"')
})

test.runIf(isRoot && withoutLogin !== undefined)('an account without a login shell is refused', async () => {
  await expect(findAccount(withoutLogin!, null)).rejects.toThrow('has no login shell')
})

test.runIf(isRoot && emptyGroup !== undefined)(
  'a group the account does not belong to is refused',
  async () => {
    await expect(findAccount('root', emptyGroup!)).rejects.toThrow('does not belong to the group')
  },
)

test.runIf(!isRoot)('an agent that is not root says that it cannot become another', async () => {
  await expect(findAccount('root', null)).rejects.toThrow('cannot become "root"')
})
