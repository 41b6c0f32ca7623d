/** SQLSTATE classes that blame the data: 22 data exception, 23 integrity violation. */
const POISON_CLASSES = /^2[23]/

/**
 * Whether an error will come again however often the same report is stored. A database that is away, busy, full, or
 * not migrated is none of the report's fault: nothing may be dropped for it.
 */
export function isPoison(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { code } = error as { code?: unknown }
  if (typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code)) return POISON_CLASSES.test(code)
  if (typeof code === 'string' && /^E[A-Z]+$/.test(code)) return false
  return !/connection|timeout|terminated|pool/i.test(error.message)
}
