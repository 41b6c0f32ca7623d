import type { Kysely } from 'kysely'
import type { Database } from '../../../base/server/database.ts'
import { RegularLook } from '../../../base/server/regular-look.ts'
import type { AgentLink } from '../../../wire/server/agent-link.ts'
import { type Dispatcher, orderOf } from './dispatch.ts'
import { followers } from './followers.ts'
import { ANY_COMMAND, type CommandsParts, oneCommand } from './parts.ts'
import { takeBack, withhold } from './withhold.ts'

type RedeliverParts = Pick<
  CommandsParts,
  'db' | 'bus' | 'now' | 'log' | 'links' | 'writeEntries' | 'sealSoon'
>

const PAGE = 500
/** Not together with those that look every five seconds: each would need a connection of its own. */
const LOOK_MILLISECONDS = 7_000
/** What is due for so long and went to no agent was passed over: sending takes milliseconds. */
const LATE_MILLISECONDS = 5_000

/**
 * Gives servers what they are owed: all of it to one that has just been linked; and to those that are linked, what nobody sent.
 * A database that breaks between carrying out a commit and saying so leaves a command due whose sender believes it is not there.
 */
export class Redelivery {
  readonly #parts: RedeliverParts
  readonly #dispatcher: Dispatcher
  /** Servers that were linked while what they are owed could not be read. */
  readonly #missed = new Set<string>()
  readonly #regular: RegularLook

  constructor(parts: RedeliverParts, dispatcher: Dispatcher) {
    this.#parts = parts
    this.#dispatcher = dispatcher
    this.#regular = new RegularLook(
      LOOK_MILLISECONDS,
      () => this.#look(),
      (error) =>
        parts.log.error(
          { err: error },
          'commands that nobody sent could not be looked for; the next look is soon',
        ),
    )
  }

  start(): void {
    this.#regular.start()
  }

  stop(): Promise<void> {
    return this.#regular.stop()
  }

  async linked(link: AgentLink): Promise<void> {
    this.#missed.delete(link.serverId)
    try {
      await redeliver(this.#parts, this.#dispatcher, link)
    } catch (error) {
      this.#missed.add(link.serverId)
      this.#parts.log.error(
        { err: error, serverId: link.serverId },
        'what a server is owed could not be sent; it is tried again in a few seconds',
      )
    }
  }

  async #look(): Promise<void> {
    const { db, links, now } = this.#parts
    const late = await servedLate(db, new Date(now().getTime() - LATE_MILLISECONDS))
    for (const serverId of new Set([...this.#missed, ...late])) {
      const link = links.of(serverId)
      // One that is away gets it when it comes back.
      if (link === undefined) this.#missed.delete(serverId)
      else await this.linked(link)
    }
  }
}

/** Servers that something is due on, or was to end on, since before a time. */
async function servedLate(db: Kysely<Database>, before: Date): Promise<string[]> {
  const rows = await db
    .selectFrom('command')
    .select('server_id')
    .distinct()
    .where('state', 'in', ['queued', 'delivered', 'running', 'stuck'])
    .where((eb) =>
      eb.or([
        eb.and([eb('state', '=', 'queued'), eb('due_at', '<', before)]),
        eb('stop_requested_at', '<', before),
        eb('cancel_requested_at', '<', before),
      ]),
    )
    .execute()
  return rows.map(({ server_id }) => server_id)
}

/** Everything a server is still owed, oldest first: queued, or sent and never confirmed. */
async function redeliver(parts: RedeliverParts, dispatcher: Dispatcher, link: AgentLink): Promise<void> {
  for (let after = '00000000-0000-0000-0000-000000000000'; ; ) {
    const rows = await owed(parts.db, link.serverId, after)
    const unended = rows.filter((row) => row.picked_up_at === null && !isEnding(row))
    const { withheldIds, takenBack } = await withholdOwed(
      parts,
      dispatcher,
      unended.map(({ id }) => id),
    )
    for (const row of rows) {
      const end = (kind: 'command.stop' | 'command.cancel', reason: string) =>
        dispatcher.end(link.serverId, kind, row.id, reason)
      const lapsed = takenBack.get(row.id)
      if (withheldIds.includes(row.id))
        // An earlier copy may have come through just before the link broke.
        end('command.cancel', 'whoever asked for it may not any more')
      else if (lapsed !== undefined) end('command.cancel', lapsed)
      else if (row.stop_requested_at) end('command.stop', 'a person asked for it')
      else if (row.cancel_requested_at) end('command.cancel', row.reason ?? 'a person asked for it')
      else if (row.picked_up_at === null)
        dispatcher.send([{ id: row.id, serverId: link.serverId, order: orderOf(row) }])
    }
    if (rows.length < PAGE) return
    after = rows.at(-1)!.id
  }
}

const isEnding = (row: { stop_requested_at: Date | null; cancel_requested_at: Date | null }) =>
  row.stop_requested_at !== null || row.cancel_requested_at !== null

/** What waited for the server to come back, or for its word, in the name of somebody who may not run it any more. */
async function withholdOwed(parts: RedeliverParts, dispatcher: Dispatcher, ids: readonly string[]) {
  const now = parts.now()
  if (ids.length === 0) return { withheldIds: [], takenBack: new Map<string, string>() }
  const { following, ...held } = await parts.db.transaction().execute(async (tx) => {
    const locked = await tx
      .selectFrom('command')
      .select(['id', 'state', 'cancel_requested_at', 'stop_requested_at'])
      .where('id', 'in', ids)
      .where('state', 'in', ['queued', 'delivered', 'stuck'])
      .where('picked_up_at', 'is', null)
      .orderBy('id')
      .forUpdate()
      .execute()
    const idsThat = (isSent: boolean) =>
      locked
        .filter((row) => !isEnding(row) && (row.state !== 'queued' || dispatcher.isSent(row.id)) === isSent)
        .map(({ id }) => id)
    const withheldIds = await withhold(parts, tx, idsThat(false), now)
    const takenBack = await takeBack(parts, tx, idsThat(true), now)
    return { withheldIds, takenBack, following: await followers(parts, tx, withheldIds, now) }
  })
  const changed = [...held.withheldIds, ...held.takenBack.keys()]
  if (changed.length === 0) return held
  following.afterCommit(dispatcher)
  parts.sealSoon()
  for (const id of changed) {
    parts.bus.publish(ANY_COMMAND, id)
    parts.bus.publish(oneCommand(id))
  }
  return held
}

const owed = (db: Kysely<Database>, serverId: string, after: string) =>
  db
    .selectFrom('command')
    .leftJoin('command_secret', 'command_secret.command_id', 'command.id')
    .select(['id', 'line', 'account', 'os_group', 'timeout_seconds', 'submitted_at', 'sealed'])
    .select(['state', 'picked_up_at', 'cancel_requested_at', 'stop_requested_at', 'reason'])
    .where('server_id', '=', serverId)
    .where('state', 'in', ['queued', 'delivered', 'running', 'stuck'])
    .where((eb) =>
      eb.or([
        eb('picked_up_at', 'is', null),
        eb('stop_requested_at', 'is not', null),
        eb('cancel_requested_at', 'is not', null),
      ]),
    )
    .where('id', '>', after)
    .orderBy('id')
    .limit(PAGE)
    .execute()
