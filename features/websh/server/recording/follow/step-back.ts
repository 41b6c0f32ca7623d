import { readlinkSync } from 'node:fs'
import { setPriority } from 'node:os'

const NICENESS = 10

/**
 * To be called first on a thread that works behind terminals: where the machine has no more to give, those who type go
 * first. On Linux a thread has a priority of its own; elsewhere nothing happens.
 */
export function stepBack(): void {
  try {
    setPriority(Number(readlinkSync('/proc/thread-self').split('/').at(-1)), NICENESS)
  } catch {
    // It only takes longer for others.
  }
}
