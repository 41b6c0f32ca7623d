/** The newest head of the journal this browser has checked, and the key it was signed with. */
export interface Memory {
  readonly origin: string
  readonly size: number
  /** base64 */
  readonly root: string
  /** The signed note itself: a file of it is what `npm run verify -- --remembered` reads. */
  readonly note: string
  readonly key: string
  /** When this browser checked it; ISO 8601. */
  readonly checkedAt: string
}

const KEY = 'annals.checkpoint'

export function remembered(): Memory | null {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? 'null')
    return typeof kept === 'object' && kept !== null && 'note' in kept ? (kept as Memory) : null
  } catch {
    return null
  }
}

export function remember(memory: Memory): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(memory))
  } catch {
    // A browser that keeps nothing checks less the next time; what was checked now still holds.
  }
}

/** After a journal was replaced on purpose. */
export function forget(): void {
  localStorage.removeItem(KEY)
}
