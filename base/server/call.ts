import type { Kysely, Transaction } from 'kysely'
import { z } from 'zod'
import type { Command, Endpoint, Query, Redirect } from '../common/api.ts'
import { isInScope } from '../common/bounds.ts'
import type { EventTable } from '../common/event.ts'
import { baseEvents } from '../common/events.ts'
import { baseFaults, Fault } from '../common/fault.ts'
import { inputWords } from '../common/input-words.ts'
import type { Actor } from './actor.ts'
import type { Bus } from './bus.ts'
import type { Database } from './database.ts'
import type {
  About,
  Act,
  Ask,
  Feature,
  Record_,
  RecordAll_,
  RequestFacts,
  Viewed,
  WriteEntries,
  WriteEntry,
} from './endpoint.ts'
import type { Failures } from './failures.ts'
import type { ReadCounts } from './read-counts.ts'
import { readAs, type Scopes } from './scope.ts'

/** What every call stands on. */
export interface Kernel {
  readonly db: Kysely<Database>
  readonly scopes: Scopes
  readonly bus: Bus
  readonly writeEntry: WriteEntry
  readonly writeEntries: WriteEntries
  readonly sealSoon: () => void
  /** Keeps what was refused or went wrong. */
  readonly failures: Failures
  /** Counts reads, which leave no entry. */
  readonly reads: ReadCounts
  readonly now: () => Date
}

export interface Caller {
  readonly actor: Actor
  readonly request: RequestFacts
  /** The same credentials, looked at again: who they belong to then. */
  readonly identify?: () => Promise<Actor>
}

/**
 * Checks who may call at all.
 * @throws request.unauthenticated, or a fault of status 403 that says what is missing
 */
export function admit(name: string, endpoint: Endpoint, actor: Actor, now: Date) {
  if (actor.bounds) {
    // What asks for proof of who is there cannot be had by what nobody has to be there for.
    if (endpoint.peopleOnly || endpoint.stepUp || name.startsWith('auth.'))
      throw baseFaults['request.people_only']()
    if (!isInScope(actor.bounds.scopes, name, endpoint.kind))
      throw baseFaults['request.out_of_scope'](name.replace('.', ':'))
  }
  if (endpoint.allow === 'anyone') return
  if (actor.kind === 'anonymous') throw baseFaults['request.unauthenticated']()
  if (!(endpoint.allow as readonly string[]).includes(actor.role)) throw baseFaults['request.forbidden']()
  if (actor.due && !name.startsWith('auth.'))
    throw baseFaults[
      actor.due === 'new-password' ? 'request.new_password_due' : 'request.second_factor_due'
    ]()
  if (endpoint.stepUp && !(actor.confirmedUntil && actor.confirmedUntil > now))
    throw baseFaults['request.step_up_due']()
}

/** What some fields of an input ask for. @throws request.step_up_due */
function admitFields(endpoint: Command | Redirect, input: unknown, { confirmedUntil }: Actor, now: Date) {
  const given = input as Readonly<Record<string, unknown>>
  const asking = ('stepUpFor' in endpoint && endpoint.stepUpFor) || []
  if (asking.every((field) => given[field] === undefined)) return
  if (!(confirmedUntil && confirmedUntil > now)) throw baseFaults['request.step_up_due']()
}

/** @throws request.invalid naming the first thing that is wrong */
export function readInput<I extends z.ZodType>(schema: I, raw: unknown): z.output<I> {
  const read = schema.safeParse(raw, { error: inputWords })
  if (read.success) return read.data
  const issue = read.error.issues[0]!
  const path = issue.path.join('.')
  const field =
    schema instanceof z.ZodObject
      ? Object.keys(schema.shape).find((name) => name === issue.path[0])
      : undefined
  // What somebody called a field may be a secret that slipped: it is not repeated, also not to them.
  const wrong =
    issue.code === 'unrecognized_keys' ? unknownField(path === '' ? schema : undefined) : issue.message
  const { code, status, message } = baseFaults['request.invalid'](path === '' ? wrong : `${path}: ${wrong}`)
  // Of the input only the name of a field that the schema knows: anything else may be a secret in the wrong place.
  throw new Fault(code, status, message, {
    kept: `That request does not make sense: ${field === undefined ? '' : `${field}: `}${issue.code.replaceAll('_', ' ')}`,
  })
}

function unknownField(schema: z.ZodType | undefined): string {
  const known = schema instanceof z.ZodObject ? Object.keys(schema.shape) : []
  if (known.length > 0) return `there is a field that is not known here; known are ${known.join(', ')}`
  return schema === undefined
    ? 'there is a field that is not known here'
    : 'nothing is asked for here, but a field was sent'
}

/** @param viewed what the handler says must be in the record; `keepViewed` writes it */
export function askFor<I>(kernel: Kernel, caller: Caller, input: I, viewed: Viewed[] = []): Ask<I> {
  return {
    ...caller,
    input,
    now: kernel.now(),
    read: readAs(kernel.db, kernel.scopes, caller.actor),
    viewed: (one) => void viewed.push(one),
  }
}

/** Commits the entries of a read that must be in the record. Called before the answer leaves. */
export async function keepViewed(kernel: Kernel, caller: Caller, viewed: readonly Viewed[]) {
  if (viewed.length === 0) return
  const endpoint = caller.request.action
  const entries = viewed.map(({ what, ...about }) =>
    entryOf(kernel, baseEvents, caller, 200, 'record.viewed', { ...about, data: { endpoint, what } }),
  )
  await kernel.db.transaction().execute((tx) => kernel.writeEntries(tx, entries))
  kernel.sealSoon()
}

/** Requests that recorded their refusal themselves. */
const refused = new WeakSet<RequestFacts>()
export const isRefusalKept = ({ request }: Caller) => refused.has(request)

export async function answerQuery(
  kernel: Kernel,
  endpoint: Query,
  handler: (ask: Ask<unknown>) => Promise<unknown>,
  caller: Caller,
  input: unknown,
) {
  const viewed: Viewed[] = []
  const answer = endpoint.out.parse(await handler(askFor(kernel, caller, input, viewed)))
  await keepViewed(kernel, caller, viewed)
  return answer
}

/** Thrown inside the command's transaction so that it rolls back; `keep` then writes what must stay. */
class Refusal extends Error {
  readonly fault: Fault
  readonly keep: (tx: Transaction<Database>, record: Record_<EventTable>) => Promise<void>
  readonly isCounted: boolean
  constructor(fault: Fault, keep: Refusal['keep'], isCounted: boolean) {
    super(fault.message)
    this.fault = fault
    this.keep = keep
    this.isCounted = isCounted
  }
}

/**
 * One command: one transaction that holds the change and its entries, then what waits for the commit.
 * A change nobody could find in the record must not happen: a command that records nothing rolls back.
 */
export async function carryOut(
  kernel: Kernel,
  feature: Feature,
  name: string,
  caller: Caller,
  input: unknown,
  session: Act<unknown, EventTable>['session'],
  upload?: AsyncIterable<Uint8Array>,
) {
  const endpoint = feature.api[name] as Command | Redirect
  admitFields(endpoint, input, caller.actor, kernel.now())
  const after: (() => void)[] = []
  let recorded = 0
  const viewed = ({ what }: Viewed) => {
    throw new Error(`${name} acts: what it showed (${what}) belongs into its own entry`)
  }
  const recordIn =
    (tx: Transaction<Database>, status = 200): Record_<EventTable> =>
    async (kind, about) => {
      await kernel.writeEntry(tx, entryOf(kernel, feature.events, caller, status, kind, about))
      recorded++
    }
  const recordAllIn =
    (tx: Transaction<Database>): RecordAll_<EventTable> =>
    async (kind, abouts) => {
      await kernel.writeEntries(
        tx,
        abouts.map((about) => entryOf(kernel, feature.events, caller, 200, kind, about)),
      )
      recorded += abouts.length
    }
  const handler = feature.handlers[name]
  const prepared = await handler.before?.({ ...askFor(kernel, caller, input), viewed, session, upload })
  try {
    const answer = await kernel.db.transaction().execute(async (tx) => {
      const act: Act<unknown, EventTable> = {
        ...caller,
        input,
        now: kernel.now(),
        read: readAs(tx, kernel.scopes, caller.actor),
        viewed,
        tx,
        record: recordIn(tx),
        recordAll: recordAllIn(tx),
        announce: (topic, id) => after.push(() => kernel.bus.publish(topic, id)),
        afterCommit: (react) => after.push(react),
        refuse: (fault, keep, isCounted = false) => {
          throw new Refusal(fault, keep, isCounted)
        },
        session,
        prepared,
      }
      const answered = await handler(act)
      if (recorded === 0 && !endpoint.quiet) throw new Error(`${name} changed something and recorded nothing`)
      return endpoint.out.parse(answered)
    })
    if (recorded > 0) kernel.sealSoon()
    for (const react of after) react()
    return answer
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    recorded = 0
    await kernel.db.transaction().execute(async (tx) => {
      await error.keep(tx, recordIn(tx, error.fault.status))
      if (recorded === 0 && !error.isCounted) throw new Error(`${name} refused and recorded nothing`)
    })
    refused.add(caller.request)
    if (recorded > 0) kernel.sealSoon()
    throw error.fault
  }
}

/** @param status what the request is answered with */
export function entryOf(
  kernel: Pick<Kernel, 'now'>,
  events: EventTable,
  caller: Caller,
  status: number,
  kind: string,
  { data, actor, ...about }: About & { readonly data: unknown },
) {
  const known = events[kind]
  if (known === undefined) throw new Error(`${kind} is not an event of this feature`)
  const { id, name, kind: actorKind, via } = caller.actor
  return {
    kind,
    at: kernel.now(),
    actor: actor ?? { id, name, kind: actorKind, ...(via && { via }) },
    request: { ...caller.request, status },
    ...about,
    data: known.data.parse(data),
  }
}
