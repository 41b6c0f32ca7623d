import { useSyncExternalStore } from 'react'

export type Density = 'compact' | 'standard' | 'comfortable'

/** How one person likes this console in this browser. */
export interface Preferences {
  readonly density: Density
  /** An IANA zone, or null for the workspace's. */
  readonly timeZone: string | null
  readonly follow: boolean
  readonly wrap: boolean
  /** Hidden column ids by list. */
  readonly hidden: Readonly<Record<string, readonly string[]>>
}

const KEY = 'annals.preferences'
const plain: Preferences = { density: 'standard', timeZone: null, follow: false, wrap: true, hidden: {} }
const listeners = new Set<() => void>()

function load(): Preferences {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? '{}')
    return { ...plain, ...(typeof kept === 'object' ? kept : {}) }
  } catch {
    return plain
  }
}

let current = load()

export const preferences = (): Preferences => current

export function prefer(change: Partial<Preferences>): void {
  current = { ...current, ...change }
  try {
    localStorage.setItem(KEY, JSON.stringify(current))
  } catch {
    // A browser that keeps nothing still follows the choice until the page is closed.
  }
  for (const listener of listeners) listener()
}

function listen(listener: () => void) {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export const usePreferences = (): Preferences => useSyncExternalStore(listen, preferences)

export const rowHeights: Record<Density, number> = { compact: 26, standard: 32, comfortable: 40 }
