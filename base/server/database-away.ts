/** SQLSTATE classes of a database that cannot be reached, is short of something, or is ending: 08, 53, 57. */
const AWAY_CLASSES = /^(08|53|57)/
/** A statement that took too long was understood and given up: it will take as long again. */
const CANCELED = '57014'

/**
 * Whether the database was away, or went away before it answered: what was asked may work soon, and a commit may have been
 * carried out although nothing was heard of it. What the disk refuses is no such thing.
 */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { code, syscall } = error as { code?: unknown; syscall?: unknown }
  if (typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && /\d/.test(code))
    return AWAY_CLASSES.test(code) && code !== CANCELED
  if (typeof code === 'string') return syscall === 'connect' || /^(ECONN|EPIPE|ETIMEDOUT)/.test(code)
  return /^Connection terminated|^Client has encountered a connection error|^timeout exceeded when trying to connect/.test(
    error.message,
  )
}
