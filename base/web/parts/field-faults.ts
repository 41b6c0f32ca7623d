import type { Refused } from '../client/refused.ts'
import { visible } from './visible.ts'

export interface FieldFaults {
  /** What is wrong with one field, in a sentence. */
  readonly of: (field: string) => string | undefined
  /** What is wrong with none of them. */
  readonly rest: string | undefined
}

const INVALID = /^That request does not make sense: ([A-Za-z][\w.]*): (.*)$/s

/**
 * Where a refusal belongs in a form. `request.invalid` names the field itself; other codes are looked up.
 * @param fields the fields the form shows
 * @param codes fault code → field
 */
export function fieldFaults(
  refused: Refused | null,
  fields: readonly string[],
  codes: Readonly<Record<string, string>> = {},
): FieldFaults {
  if (refused === null) return { of: () => undefined, rest: undefined }
  const invalid = refused.code === 'request.invalid' ? INVALID.exec(refused.message) : null
  const field = invalid?.[1]?.split('.')[0] ?? codes[refused.code]
  const words = visible(invalid === null ? refused.message : sentence(invalid[2]!))
  if (field === undefined || !fields.includes(field))
    return { of: () => undefined, rest: visible(refused.message) }
  return { of: (name) => (name === field ? words : undefined), rest: undefined }
}

export const sentence = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1)
