import { readdirSync, readFileSync } from 'node:fs'

/** What tells a process from a later one with the same number. */
export interface ProcessMark {
  readonly pid: number
  /** Clock ticks since boot, from /proc; null where there is none. */
  readonly startedTicks: string | null
  readonly bootId: string | null
}

export function markOf(pid: number): ProcessMark {
  return { pid, startedTicks: statOf(pid)?.startedTicks ?? null, bootId: bootId() }
}

/** Whether the process that was marked still runs. False where that cannot be known for certain. */
export function isSameProcess(mark: ProcessMark): boolean {
  if (mark.startedTicks === null || mark.bootId === null || mark.bootId !== bootId()) return false
  return statOf(mark.pid)?.startedTicks === mark.startedTicks
}

/**
 * Signals everything a command has started: its process group, and groups that a shell with job control made inside
 * its session. The leader's number cannot be given to another while any of them lives.
 * @returns whether there was anything to signal.
 */
export function signalGroup(pid: number, signal: 'SIGTERM' | 'SIGKILL'): boolean {
  let any = trySignal(-pid, signal)
  for (const member of sessionMembers(pid)) any = trySignal(member, signal) || any
  return any
}

function sessionMembers(session: number): number[] {
  let names: string[]
  try {
    names = readdirSync('/proc')
  } catch {
    return []
  }
  return names
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      const stat = statOf(pid)
      return stat !== undefined && stat.session === session && stat.group !== session
    })
}

function trySignal(pid: number, signal: 'SIGTERM' | 'SIGKILL'): boolean {
  try {
    process.kill(pid, signal)
    return true
  } catch {
    return false
  }
}

function statOf(pid: number): { group: number; session: number; startedTicks: string } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The name is in parentheses and may hold anything; fields count from behind it.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    const [state, , group, session] = fields
    if (state === 'Z' || state === 'X') return undefined
    return { group: Number(group), session: Number(session), startedTicks: fields[19]! }
  } catch {
    return undefined
  }
}

let knownBootId: string | null | undefined

export function bootId(): string | null {
  if (knownBootId === undefined) {
    try {
      knownBootId = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()
    } catch {
      knownBootId = null
    }
  }
  return knownBootId
}
