import type { z } from 'zod'

const ORIGINS: Readonly<Record<string, string>> = {
  array: 'item',
  set: 'item',
  map: 'item',
  string: 'character',
}
const TYPES: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
}
const FORMATS: Readonly<Record<string, string>> = {
  uuid: 'give an id, such as 01a1fd91-a66f-74af-9fb8-aa7848e7a143',
  datetime: 'give a time with its zone, such as 2026-11-21T10:05:43Z',
  date: 'give a day, such as 2026-11-21',
}

/**
 * What to do about a field that its schema refuses, where the schema has no words of its own; for zod's `error`.
 * What was sent is not repeated: it may be a secret in the wrong place.
 */
export function inputWords(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.input === undefined) return 'it is missing'
      return issue.expected in TYPES ? `give ${TYPES[issue.expected]}` : undefined
    case 'too_small':
      if (issue.origin === 'string' && Number(issue.minimum) === 1) return 'it is empty'
      return `give ${bound(issue.origin, issue.inclusive === false, 'at least', 'more than', issue.minimum)}`
    case 'too_big':
      return `give ${bound(issue.origin, issue.inclusive === false, 'at most', 'less than', issue.maximum)}`
    case 'invalid_format':
      return FORMATS[issue.format]
    case 'invalid_value':
      return oneOf(issue.values)
    case 'invalid_key':
      return issue.issues[0]?.message
    case 'invalid_union': {
      const values = issue.errors.map(([first]) => (first?.code === 'invalid_value' ? first.values : []))
      return values.length > 0 && values.every((of) => of.length > 0) ? oneOf(values.flat()) : undefined
    }
  }
  return undefined
}

function bound(
  origin: string,
  isOpen: boolean,
  closed: string,
  open: string,
  limit: number | bigint,
): string {
  const counted = ORIGINS[origin]
  const unit = counted === undefined ? '' : ` ${counted}${Number(limit) === 1 ? '' : 's'}`
  return `${isOpen ? open : closed} ${limit}${unit}`
}

const oneOf = (values: readonly unknown[]) =>
  values.length === 1 ? `use ${String(values[0])}` : `use one of ${[...new Set(values)].join(', ')}`
