import type { EventTable } from '../../../base/common/event.ts'
import type { Actor } from '../../../base/server/actor.ts'

interface Named {
  readonly id: string
  readonly name: string
}

/** An entry that was made within a request, as its body says. */
export interface RequestEntry {
  readonly at: string
  readonly kind: string
  readonly actor: Named & { readonly kind: Actor['kind']; readonly via?: Named }
  readonly server?: Named
  readonly subject?: { readonly kind: string; readonly id: string; readonly name?: string }
  readonly request: {
    readonly id: string
    readonly address: string
    readonly client?: string
    readonly action: string
    readonly status: number
  }
  readonly data: Readonly<Record<string, unknown>>
}

/** How SQL finds the bodies that may have a request: quotes inside texts are escaped, so this stands nowhere else. */
export const REQUEST_IN_BODY = ',"request":{'

/** Undefined where the entry tells of no request: a job's, an agent's report, or one made before requests had names. */
export function requestEntryOf(body: string): RequestEntry | undefined {
  const entry = JSON.parse(body) as Partial<RequestEntry>
  if (entry.request?.action === undefined || entry.request.status === undefined) return undefined
  const data = typeof entry.data === 'object' && entry.data !== null ? entry.data : {}
  return { ...(entry as RequestEntry), data }
}

/** A page that was refused is answered by the console and not by an endpoint; its visit is told with a request that succeeds. */
export const statusOf = ({ kind, request }: RequestEntry): number =>
  kind === 'page.denied' ? 403 : request.status

/** What the request was about: the subject, else the server, else the id that a refused request asked for. */
export function objectOf({ subject, server, request, data }: RequestEntry) {
  if (subject) return { kind: subject.kind, id: subject.id, name: subject.name ?? null }
  if (server) return { kind: 'server', ...server }
  const objectId = data['objectId']
  if (typeof objectId !== 'string') return null
  return { kind: request.action.split('.')[0]!, id: objectId, name: null }
}

/** The words of every kind of event there is; one that is no more is told by its name. */
export function sentences(events: EventTable) {
  return ({ kind, actor, data }: RequestEntry) => {
    const known = events[kind]
    const who = actor.via === undefined ? actor.name : `${actor.name} (${actor.via.name})`
    try {
      return {
        title: known?.title ?? kind,
        weight: known?.weight ?? ('routine' as const),
        sentence: known?.say(who, data) ?? `${who}: ${kind}`,
      }
    } catch {
      // Recorded by an older version, whose data this sentence does not know.
      return { title: known!.title, weight: known!.weight, sentence: `${who}: ${known!.title}` }
    }
  }
}
export type Sentences = ReturnType<typeof sentences>
