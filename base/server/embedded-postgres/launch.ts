import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, constants, openSync } from 'node:fs'
import type { Readable } from 'node:stream'
import type { Account } from './account.ts'
import { deathSignalPrefix, watchParent } from './death-signal.ts'

export interface Launch {
  readonly account: Account
  /** An absolute path. */
  readonly program: string
  /** Directories the program works in. They may lie below directories its account cannot search. */
  readonly directories: readonly string[]
  /** Its arguments, given the names by which it can reach those directories. */
  readonly argumentsFor: (directories: string[]) => string[]
  /** What it gets when this process ends without having stopped it. */
  readonly onParentDeath: 'INT' | 'KILL'
}

export type LaunchedChild = ChildProcess & {
  readonly pid: number
  readonly stdout: Readable
  readonly stderr: Readable
}

/**
 * Starts a PostgreSQL program as `account`, in a session of its own so that Ctrl-C reaches only us, with an
 * environment of its own so that no PGDATA or PGPORT of the operator's reaches it.
 *
 * The data may lie below a 0700 directory of root's (/root/annals/data). On Linux the program therefore gets every
 * directory as an open descriptor, by the name /proc/self/fd/N: opening that name needs rights on the directory
 * itself and none on those above it. It also makes the socket's path short for `bind`.
 */
export function launch({
  account,
  program,
  directories,
  argumentsFor,
  onParentDeath,
}: Launch): LaunchedChild {
  const byDescriptor = process.platform === 'linux'
  const descriptors = byDescriptor
    ? directories.map((directory) => openSync(directory, constants.O_RDONLY | constants.O_DIRECTORY))
    : []
  const names = directories.map((directory, index) =>
    byDescriptor ? `/proc/self/fd/${index + 3}` : directory,
  )
  const prefix = deathSignalPrefix(onParentDeath)
  const [command, ...args] = [...(prefix ?? []), program, ...argumentsFor(names)]
  try {
    const child = spawn(command as string, args, {
      stdio: ['ignore', 'pipe', 'pipe', ...descriptors],
      cwd: '/',
      detached: true,
      env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC', HOME: '/' },
      ...(process.geteuid?.() === 0 && { uid: account.uid, gid: account.gid }),
    })
    if (!prefix && child.pid !== undefined) {
      const watch = watchParent(child.pid, account)
      child.once('exit', () => watch.stop())
    }
    return child as LaunchedChild
  } finally {
    for (const descriptor of descriptors) closeSync(descriptor)
  }
}
