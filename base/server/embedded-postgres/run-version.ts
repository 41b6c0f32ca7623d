import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import type { Account } from './account.ts'
import { StartupRefusal } from './startup-refusal.ts'

/**
 * What `postgres --version` prints when the account runs it.
 * @throws StartupRefusal with the loader's own words when the account cannot run it.
 */
export function runVersion(binDirectory: string, account: Account): string {
  const program = join(binDirectory, 'postgres')
  const { status, stdout, stderr, error } = spawnSync(program, ['--version'], {
    cwd: '/',
    encoding: 'utf8',
    ...(process.geteuid?.() === 0 && { uid: account.uid, gid: account.gid }),
  })
  if (status === 0) return stdout
  throw new StartupRefusal(
    `${program} does not run as uid ${account.uid}: ${(stderr || String(error ?? `status ${status}`)).trim()}`,
  )
}
