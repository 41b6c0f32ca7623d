import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { StartupRefusal } from './startup-refusal.ts'

interface Process {
  readonly pid: number
  readonly parentPid: number
  /** Empty for a zombie. */
  readonly command: string
}

/** After how long, in milliseconds, a server that does not end by itself is asked to, and then told to. */
const askAfter = 3_000
const tellAfter = 30_000
const giveUpAfter = 60_000

/** Marks the processes of a cluster, in their arguments and titles: the same name whichever path leads to it. */
export function clusterNameFor(clusterDirectory: string): string {
  const { dev, ino } = statSync(clusterDirectory)
  return `annals-${dev.toString(36)}-${ino.toString(36)}`
}

/**
 * Waits until nothing of an earlier run works in the cluster. To be called by the holder of the data directory's lock:
 * whatever still runs then is without a master, on its way out or left over.
 * @throws StartupRefusal if somebody else's PostgreSQL runs on the cluster.
 */
export async function clearLeftovers(clusterDirectory: string, onLog: (line: string) => void): Promise<void> {
  const marker = clusterNameFor(clusterDirectory)
  const started = performance.now()
  let told: 'nobody' | 'operator' | 'SIGINT' | 'SIGQUIT' = 'nobody'
  for (;;) {
    const left = runningProcesses().filter(({ command }) => command.includes(marker))
    const server = left.find(({ parentPid }) => !left.some(({ pid }) => pid === parentPid))
    if (!server) break
    const waited = performance.now() - started
    if (told === 'nobody') {
      onLog(`Waiting for the previous database server (pid ${server.pid}) to finish.`)
      told = 'operator'
    } else if (told === 'operator' && waited > askAfter) {
      told = 'SIGINT'
      process.kill(server.pid, told)
    } else if (told === 'SIGINT' && waited > tellAfter) {
      told = 'SIGQUIT'
      process.kill(server.pid, told)
    } else if (waited > giveUpAfter) {
      throw new StartupRefusal(
        `The previous database server (pid ${server.pid}) on ${clusterDirectory} does not end. End it, then start again.`,
      )
    }
    await wait(25)
  }
  removeStalePidFile(clusterDirectory, onLog)
}

/**
 * PostgreSQL removes a stale postmaster.pid itself, unless the pid in it lives again as another program's, as it does
 * after each restart of a container, or is a zombie's. Those two we remove.
 */
function removeStalePidFile(clusterDirectory: string, onLog: (line: string) => void): void {
  const file = join(clusterDirectory, 'postmaster.pid')
  let pid: number
  try {
    pid = Number.parseInt(readFileSync(file, 'utf8'), 10)
  } catch {
    return
  }
  const holder = runningProcesses().find((each) => each.pid === pid)
  if (!holder) return
  if (/\bpostgres\b/.test(holder.command) && worksIn(pid, clusterDirectory)) {
    throw new StartupRefusal(
      `A PostgreSQL server that Annals did not start (pid ${pid}) is running on ${clusterDirectory}. Stop it first.`,
    )
  }
  onLog(`Removing ${file}: the server that wrote it is gone, and pid ${pid} is another program now.`)
  rmSync(file)
}

/** Whether a process has the directory as its working directory; true if that cannot be seen. */
function worksIn(pid: number, directory: string): boolean {
  try {
    const here = statSync(directory)
    const there = statSync(`/proc/${pid}/cwd`)
    return here.dev === there.dev && here.ino === there.ino
  } catch {
    return true
  }
}

function runningProcesses(): Process[] {
  return process.platform === 'linux' ? processesFromProc() : processesFromPs()
}

function processesFromProc(): Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ')
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
        // The name in parentheses may hold anything, also parentheses; what follows the last one is fixed.
        const parentPid = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
        return [{ pid: Number(name), parentPid, command }]
      } catch {
        return []
      }
    })
}

function processesFromPs(): Process[] {
  return execFileSync('ps', ['-axww', '-o', 'pid=,ppid=,command='], { encoding: 'utf8' })
    .split('\n')
    .flatMap((line) => {
      const match = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line)
      return match
        ? [{ pid: Number(match[1]), parentPid: Number(match[2]), command: match[3] as string }]
        : []
    })
}
