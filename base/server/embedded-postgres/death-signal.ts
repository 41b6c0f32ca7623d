import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Account } from './account.ts'

const systemDirectories = ['/usr/local/bin', '/usr/bin', '/bin', '/usr/sbin', '/sbin']
let setpriv: string | undefined | null = null

/**
 * The words to put before a program so that the kernel signals it when this process ends, however it ends.
 * undefined where there is no util-linux `setpriv` (macOS, BusyBox): use `watchParent` there.
 */
export function deathSignalPrefix(signal: 'INT' | 'KILL'): string[] | undefined {
  if (setpriv === null) setpriv = findSetpriv()
  return setpriv === undefined ? undefined : [setpriv, '--pdeathsig', signal]
}

/**
 * The same promise without `setpriv`: a shell that waits for the end of a pipe only we hold and then interrupts the
 * process. It must be stopped once the process has ended, before the pid can belong to another.
 */
export function watchParent(pid: number, account: Account): { stop(): void } {
  const shell: ChildProcess = spawn('/bin/sh', ['-c', 'read -r line; kill -INT "$0"', String(pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: '/',
    detached: true,
    ...(process.geteuid?.() === 0 && { uid: account.uid, gid: account.gid }),
  })
  shell.on('error', () => {})
  shell.unref()
  const pipe = shell.stdin as unknown as { unref?(): void } | null
  pipe?.unref?.()
  return { stop: () => void shell.kill('SIGKILL') }
}

function findSetpriv(): string | undefined {
  // The variable lets a test on Linux go the way of a system without it.
  if (process.platform !== 'linux' || process.env['ANNALS_TEST_NO_SETPRIV']) return undefined
  const directories = [...(process.env['PATH'] ?? '').split(':'), ...systemDirectories]
  return directories
    .filter((directory) => directory.startsWith('/'))
    .map((directory) => join(directory, 'setpriv'))
    .find(
      (path) => existsSync(path) && spawnSync(path, ['--pdeathsig', 'INT', path, '--version']).status === 0,
    )
}
