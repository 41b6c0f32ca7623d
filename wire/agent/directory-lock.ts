import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { AgentRefusal, EXIT_LOCKED } from './agent-refusal.ts'

const BUSY = 5
// A lock that nobody refers to any more must not be collected, for that would release it.
const held = new Set<DatabaseSync>()

/**
 * One agent for one directory. The lock is the kernel's (by way of SQLite, the only one Node offers): it goes with its
 * process, whatever ended that, so it is never stale.
 * @returns what releases it. @throws AgentRefusal naming the process that holds it.
 */
export function lockDirectory(directory: string): () => void {
  const holderFile = join(directory, 'agent.pid')
  let lock: DatabaseSync | undefined
  try {
    lock = new DatabaseSync(join(directory, 'agent.lock'), { timeout: 0 })
    lock.exec('pragma journal_mode = memory; begin exclusive')
  } catch (cause) {
    lock?.close()
    if ((cause as { errcode?: number }).errcode !== BUSY) {
      throw new AgentRefusal(
        `${directory} cannot be locked (${(cause as Error).message}). Name a directory this user can write with --data.`,
        { cause },
      )
    }
    throw new AgentRefusal(
      `Another agent${readHolder(holderFile)} already runs on ${directory}. Stop it first, or give this one its own --data.`,
      { cause, exitCode: EXIT_LOCKED },
    )
  }
  const taken = lock
  held.add(taken)
  writeFileSync(holderFile, `${process.pid}\n`, { mode: 0o600 })
  return () => {
    if (held.delete(taken)) taken.close()
  }
}

function readHolder(path: string): string {
  try {
    return ` (pid ${Number.parseInt(readFileSync(path, 'utf8'), 10)})`
  } catch {
    return ''
  }
}
