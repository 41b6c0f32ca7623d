import { z } from 'zod'

const Value = z.union([z.string().max(320), z.number(), z.boolean(), z.null()])

/** Fields as they were and as they are; never a secret. */
export const Changed = z.record(z.string().max(60), z.object({ before: Value, after: Value }))
export type Changed = z.infer<typeof Changed>

/** What differs between two states of a thing, of the fields that were given. */
export function changedFields(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): Changed {
  return Object.fromEntries(
    Object.entries(after)
      .filter(([field, value]) => value !== undefined && value !== before[field])
      .map(([field, value]) => [
        field,
        { before: Value.parse(before[field] ?? null), after: Value.parse(value) },
      ]),
  )
}

/** "name, account", or "nothing". */
export const changedWords = (changed: Changed): string => Object.keys(changed).join(', ') || 'nothing'
