import type { Kysely, Transaction } from 'kysely'
import type { z } from 'zod'
import type { Command, Endpoint, Query } from '../common/api.ts'
import { isInScope } from '../common/bounds.ts'
import type { EventTable } from '../common/event.ts'
import { baseFaults, type Fault } from '../common/fault.ts'
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
  WriteEntries,
  WriteEntry,
} from './endpoint.ts'
import { readAs, type Scopes } from './scope.ts'

/** What every call stands on. */
export interface Kernel {
  readonly db: Kysely<Database>
  readonly scopes: Scopes
  readonly bus: Bus
  readonly writeEntry: WriteEntry
  readonly writeEntries: WriteEntries
  readonly sealSoon: () => void
  readonly now: () => Date
}

export interface Caller {
  readonly actor: Actor
  readonly request: RequestFacts
}

/**
 * Checks who may call at all.
 * @throws request.unauthenticated, or a fault of status 403 that says what is missing
 */
export function admit(name: string, endpoint: Endpoint, actor: Actor, now: Date) {
  if (actor.bounds) {
    if (endpoint.peopleOnly || name.startsWith('auth.')) throw baseFaults['request.people_only']()
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

/** @throws request.invalid naming the first thing that is wrong */
export function readInput<I extends z.ZodType>(schema: I, raw: unknown): z.output<I> {
  const read = schema.safeParse(raw)
  if (read.success) return read.data
  const issue = read.error.issues[0]!
  const path = issue.path.join('.')
  throw baseFaults['request.invalid'](path === '' ? issue.message : `${path}: ${issue.message}`)
}

export function askFor<I>(kernel: Kernel, caller: Caller, input: I): Ask<I> {
  return { ...caller, input, now: kernel.now(), read: readAs(kernel.db, kernel.scopes, caller.actor) }
}

export async function answerQuery(
  kernel: Kernel,
  endpoint: Query,
  handler: (ask: Ask<unknown>) => Promise<unknown>,
  caller: Caller,
  input: unknown,
) {
  return endpoint.out.parse(await handler(askFor(kernel, caller, input)))
}

/** Thrown inside the command's transaction so that it rolls back; `keep` then writes what must stay. */
class Refusal extends Error {
  readonly fault: Fault
  readonly keep: (tx: Transaction<Database>, record: Record_<EventTable>) => Promise<void>
  constructor(fault: Fault, keep: Refusal['keep']) {
    super(fault.message)
    this.fault = fault
    this.keep = keep
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
) {
  const endpoint = feature.api[name] as Command
  const after: (() => void)[] = []
  let recorded = 0
  const recordIn =
    (tx: Transaction<Database>): Record_<EventTable> =>
    async (kind, about) => {
      await kernel.writeEntry(tx, entryOf(kernel, feature.events, caller, kind, about))
      recorded++
    }
  const recordAllIn =
    (tx: Transaction<Database>): RecordAll_<EventTable> =>
    async (kind, abouts) => {
      await kernel.writeEntries(
        tx,
        abouts.map((about) => entryOf(kernel, feature.events, caller, kind, about)),
      )
      recorded += abouts.length
    }
  const handler = feature.handlers[name]
  const prepared = await handler.before?.({ ...askFor(kernel, caller, input), session })
  try {
    const answer = await kernel.db.transaction().execute(async (tx) => {
      const act: Act<unknown, EventTable> = {
        ...caller,
        input,
        now: kernel.now(),
        read: readAs(tx, kernel.scopes, caller.actor),
        tx,
        record: recordIn(tx),
        recordAll: recordAllIn(tx),
        announce: (topic, id) => after.push(() => kernel.bus.publish(topic, id)),
        afterCommit: (react) => after.push(react),
        refuse: (fault, keep) => {
          throw new Refusal(fault, keep)
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
      await error.keep(tx, recordIn(tx))
      if (recorded === 0) throw new Error(`${name} refused and recorded nothing`)
    })
    kernel.sealSoon()
    throw error.fault
  }
}

function entryOf(
  kernel: Kernel,
  events: EventTable,
  caller: Caller,
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
    request: caller.request,
    ...about,
    data: known.data.parse(data),
  }
}
