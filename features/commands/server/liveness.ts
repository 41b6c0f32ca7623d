import { sql, type Transaction } from 'kysely'
import { system } from '../../../base/server/actor.ts'
import type { Database } from '../../../base/server/database.ts'
import type { JobKind } from '../../../base/server/jobs/jobs.ts'
import { shortLine } from '../common/events.ts'
import { ANY_COMMAND, type CommandsParts, oneCommand } from './parts.ts'

export const SWEEP_JOB = 'command.sweep'
const KEEP_ALIVE_MILLISECONDS = 5_000
/** A sign of life is written down when the last one is older than this. */
const HEARD_SECONDS = 20

interface Turned {
  readonly id: string
  readonly line: string
  readonly server_id: string
  readonly server_name: string
  readonly silent: number
}

/** Marks commands nobody heard of as unresponsive, and as running again once they are heard of. */
export class Liveness {
  readonly #parts: CommandsParts
  readonly #heard = new Map<string, string>()
  #timer: NodeJS.Timeout | undefined

  constructor(parts: CommandsParts) {
    this.#parts = parts
  }

  start(): void {
    this.#timer = setInterval(() => void this.#write(), KEEP_ALIVE_MILLISECONDS)
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  /** An agent's beat named these. Written down in one statement for all agents, every few seconds. */
  heard(serverId: string, running: readonly string[]): void {
    for (const id of running) this.#heard.set(id, serverId)
  }

  /** One statement for all that was heard, one for what that brings back. */
  async #write(): Promise<void> {
    const { db, now, log } = this.#parts
    const heard = [...this.#heard]
    this.#heard.clear()
    if (heard.length === 0) return
    try {
      await db.transaction().execute(async (tx) => {
        await sql`
          with locked as materialized (
            select id from command where id = any(${heard.map(([id]) => id)}::uuid[]) and state in ('delivered', 'running', 'stuck')
              and (heard_at is null or heard_at < ${new Date(now().getTime() - HEARD_SECONDS * 1000)})
            order by id for no key update)
          update command c set heard_at = ${now()} from locked, unnest(${heard.map(([id]) => id)}::uuid[], ${heard.map(([, server]) => server)}::uuid[]) as said (id, server_id)
          where c.id = locked.id and said.id = locked.id and c.server_id = said.server_id`.execute(tx)
        await this.#recover(tx)
      })
    } catch (error) {
      log.error({ err: error }, 'signs of life of commands could not be written down')
    }
  }

  /** Runs by itself again and again as a job, so that one server of several does it. */
  readonly job: JobKind = {
    run: async (tx, _job, now) => {
      const { unresponsiveSeconds, jobs } = this.#parts
      await this.#recover(tx)
      const silentSince = new Date(now.getTime() - unresponsiveSeconds * 1000)
      const { rows } = await sql<Turned>`
        update command set state = 'stuck' where state in ('delivered', 'running')
          and coalesce(heard_at, picked_up_at, delivered_at) < ${silentSince}
        returning id, line, server_id, server_name,
          extract(epoch from ${now}::timestamptz - coalesce(heard_at, picked_up_at, delivered_at))::int as silent`.execute(
        tx,
      )
      await this.#turn(tx, rows, 'unresponsive', now, (row) => ({
        line: shortLine(row.line),
        silentSeconds: row.silent,
      }))
      const waitSeconds = Math.min(30, Math.max(1, unresponsiveSeconds / 4))
      await jobs.schedule(tx, SWEEP_JOB, { key: 'all', dueAt: new Date(now.getTime() + waitSeconds * 1000) })
      return () => this.#announce(rows)
    },
  }

  async #recover(tx: Transaction<Database>): Promise<void> {
    const { now, unresponsiveSeconds } = this.#parts
    const { rows } = await sql<Turned>`
      update command set state = case when picked_up_at is null then 'delivered' else 'running' end
      where state = 'stuck' and heard_at >= ${new Date(now().getTime() - unresponsiveSeconds * 1000)}
      returning id, line, server_id, server_name, 0 as silent`.execute(tx)
    await this.#turn(tx, rows, 'recovered', now(), (row) => ({ line: shortLine(row.line) }))
    if (rows.length > 0) setImmediate(() => this.#announce(rows))
  }

  async #turn(
    tx: Transaction<Database>,
    rows: readonly Turned[],
    turn: 'unresponsive' | 'recovered',
    at: Date,
    data: (row: Turned) => object,
  ) {
    if (rows.length === 0) return
    await tx
      .insertInto('command_turn')
      .values(rows.map(({ id }) => ({ command_id: id, at, turn })))
      .execute()
    await this.#parts.writeEntries(
      tx,
      rows.map((row) => ({
        kind: `command.${turn}`,
        at,
        actor: system('Annals: command watch'),
        server: { id: row.server_id, name: row.server_name },
        subject: { kind: 'command', id: row.id },
        data: data(row),
      })),
    )
  }

  #announce(rows: readonly Turned[]): void {
    for (const { id } of rows) {
      this.#parts.bus.publish(ANY_COMMAND, id)
      this.#parts.bus.publish(oneCommand(id))
    }
    if (rows.length > 0) this.#parts.sealSoon()
  }
}
