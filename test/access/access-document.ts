import { readFileSync } from 'node:fs'
import { type Caller, isToken } from './callers.ts'

interface Line {
  readonly may: Readonly<Record<Caller['column'], boolean>>
  readonly asksFor: string
}

const text = readFileSync(new URL('../../docs/access.md', import.meta.url), 'utf8')

/** What docs/access.md says, by endpoint. */
const lines: ReadonlyMap<string, Line> = new Map(
  text.split('\n').flatMap((row) => {
    const cells = row.split('|').map((cell) => cell.trim())
    const name = /^`([a-z.-]+)`$/.exec(cells[1] ?? '')?.[1]
    if (name === undefined) return []
    const may = (place: number) => cells[place] === 'yes'
    const line = { nobody: may(3), admin: may(4), auditor: may(5), member: may(6) }
    return [[name, { may: line, asksFor: cells[8] ?? '' }] as const]
  }),
)

const admissions = [
  ...['request.unauthenticated', 'request.forbidden', 'request.people_only', 'request.out_of_scope'],
  'request.step_up_due',
]

/** Where who may ask is decided by more than their role, and why. */
export const furtherRefusals: Readonly<Record<string, string>> = {
  'terminal.attach': 'without a ticket one has to be signed in',
  'terminal.watch':
    'a manager may see the record of a terminal without being its owner, and only owners watch',
}

/** Whether a refusal says that this caller may not ask at all, whatever for. */
export const isAdmission = (code: string | undefined) => admissions.includes(code ?? '')

/** The code of the refusal the document foretells a caller, or `yes`. */
export function documentedRefusal(endpoint: string, caller: Caller): string {
  const line = lines.get(endpoint)
  if (line === undefined) return `nothing: docs/access.md has no line for ${endpoint}; run npm run golden`
  const isPeopleOnly = line.asksFor.includes('a person') || /a recent proof(;|$)/.test(line.asksFor)
  if (isToken(caller) && isPeopleOnly) return 'request.people_only'
  if (caller.name === 'token-foreign') return 'request.out_of_scope'
  if (line.may.nobody) return 'yes'
  if (caller.column === 'nobody') return 'request.unauthenticated'
  if (!line.may[caller.column]) return 'request.forbidden'
  return caller.isStale && line.asksFor.includes('a recent proof') ? 'request.step_up_due' : 'yes'
}
