import { signInActions } from '../common/activity.ts'
import { objectOf, type RequestEntry, type Sentences, statusOf } from './entry-text.ts'

export interface SealedEntry {
  readonly seq: number
  readonly entry: RequestEntry
}

/** One row of the log before it is written. */
export interface Projected {
  readonly seq: number
  readonly entry: RequestEntry
  readonly status: number
  lastSeq: number
  entries: number
  readonly serverIds: string[]
  /** The entry of a session that began; a request begins one at most. */
  signedIn: RequestEntry | undefined
}

export const rowKey = (requestId: string, status: number) => `${requestId} ${status}`

/**
 * One row for each request and outcome, told by its first entry. A request has two outcomes where its answer had begun
 * before it went wrong: a download that was cut short.
 */
export function projectEntries(sealed: readonly SealedEntry[]): Projected[] {
  const rows = new Map<string, Projected>()
  for (const { seq, entry } of sealed) {
    const status = statusOf(entry)
    const key = rowKey(entry.request.id, status)
    const row = rows.get(key) ?? {
      seq,
      entry,
      status,
      lastSeq: seq,
      entries: 0,
      serverIds: [],
      signedIn: undefined,
    }
    rows.set(key, row)
    row.lastSeq = seq
    row.entries++
    if (entry.kind === 'auth.signed-in') row.signedIn = entry
    if (entry.server && !row.serverIds.includes(entry.server.id)) row.serverIds.push(entry.server.id)
  }
  return [...rows.values()]
}

export const timesOf = ({ data }: RequestEntry): number => {
  const times = data['times']
  return typeof times === 'number' && Number.isSafeInteger(times) && times > 0
    ? Math.min(times, 2 ** 31 - 1)
    : 1
}

/** A try to sign in that was refused. What succeeded is counted by the entry of the session that began, not by a step to it. */
export const isFailedSignIn = ({ entry, status }: Projected): boolean =>
  status >= 400 && (signInActions as readonly string[]).includes(entry.request.action)

/** As the database takes it: it cannot hold NUL, nor half of a character. */
export const storable = (text: string): string => text.replaceAll('\0', '').toWellFormed()

const WORDS_MAX = 600

/** What text is looked for in. */
export function wordsOf(entry: RequestEntry, sentencesOf: Sentences): string {
  const { actor, server, request } = entry
  const { title, sentence } = sentencesOf(entry)
  const object = objectOf(entry)
  const words = [
    sentence,
    title,
    actor.name,
    actor.via?.name,
    object?.name,
    server?.name,
    request.address,
    request.action,
  ]
    .filter((word) => word !== undefined && word !== null)
    .join(' \n')
  return storable(words.slice(0, WORDS_MAX))
}
