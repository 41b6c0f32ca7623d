import { inputWords } from '../../../base/common/input-words.ts'
import type { AskOf } from '../../../base/web/client/client.ts'
import { sentence } from '../../../base/web/parts/field-faults.ts'
import { offset } from '../../../base/web/time.ts'
import { commandsApi } from '../common/api.ts'

export interface Variable {
  readonly key: number
  readonly name: string
  readonly value: string
}

/** The form of a run, as it stands on the page. */
export interface Run {
  readonly serverIds: readonly string[]
  readonly line: string
  readonly account: string
  readonly group: string
  readonly env: readonly Variable[]
  readonly stdin: string
  readonly timeoutSeconds: number | ''
  readonly when: 'now' | 'at' | 'after'
  /** As `<input type="datetime-local">` gives it, in the reader's zone. */
  readonly at: string
  readonly runAfter: string | null
}

export const runFields = [
  'serverIds',
  'line',
  'account',
  'group',
  'env',
  'stdin',
  'timeoutSeconds',
  'scheduledAt',
  'runAfter',
]

export const emptyRun = (url: Readonly<Record<string, string | undefined>>): Run => ({
  serverIds: url['serverId'] === undefined ? [] : [url['serverId']],
  line: url['line'] ?? '',
  account: url['account'] ?? '',
  group: url['group'] ?? '',
  env: [],
  stdin: '',
  timeoutSeconds: '',
  when: 'now',
  at: '',
  runAfter: null,
})

/** What is sent; fields left empty are left out. */
export function submission(run: Run, zone: string): AskOf<typeof commandsApi, 'command.submit'> {
  const env = run.env.filter(({ name }) => name !== '')
  return {
    serverIds: [...run.serverIds],
    line: run.line,
    ...(run.account === '' ? {} : { account: run.account }),
    ...(run.group === '' ? {} : { group: run.group }),
    ...(env.length === 0 ? {} : { env: Object.fromEntries(env.map(({ name, value }) => [name, value])) }),
    ...(run.stdin === '' ? {} : { stdin: run.stdin }),
    ...(run.timeoutSeconds === '' ? {} : { timeoutSeconds: run.timeoutSeconds }),
    ...(run.when === 'at' ? { scheduledAt: instantOf(run.at, zone) } : {}),
    ...(run.when === 'after' && run.runAfter !== null ? { runAfter: run.runAfter } : {}),
  }
}

/** A wall-clock time of a zone with its offset; where a clock change makes it doubtful, the offset before it counts. */
export function instantOf(local: string, zone: string): string {
  const whole = local.length === 16 ? `${local}:00` : local.slice(0, 19)
  const at = Date.parse(`${whole}Z`)
  if (Number.isNaN(at)) return local
  // The offset is that of the moment itself, which is found by assuming the offset of the same digits in UTC.
  const first = offset(at, zone)
  return `${whole}${offset(Date.parse(`${whole}${first}`), zone)}`
}

/** The first thing the contract would refuse, at its field; null when nothing. */
export function checkRun(run: Run, zone: string): { field: string; words: string } | null {
  if (run.serverIds.length === 0) return { field: 'serverIds', words: 'Choose at least one server' }
  if (run.when === 'at' && run.at === '') return { field: 'scheduledAt', words: 'Choose a time' }
  if (run.when === 'after' && run.runAfter === null)
    return { field: 'runAfter', words: 'Choose the command to wait for' }
  const read = commandsApi['command.submit'].in.safeParse(submission(run, zone), { error: inputWords })
  if (read.success) return null
  const issue = read.error.issues[0]!
  const field = String(issue.path[0] ?? 'line')
  const words =
    field === 'env'
      ? 'A name has letters, digits and underscores and does not begin with a digit'
      : issue.message
  return { field, words: sentence(words) }
}
