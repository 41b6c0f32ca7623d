import type { z } from 'zod'
import type { Store } from '../../../wire/agent/store.ts'
import type { Order } from '../../../wire/common/messages.ts'
import type { CommandReports } from '../common/wire.ts'
import type { ProcessMark } from './process-group.ts'

export type FinishedReport = z.infer<(typeof CommandReports)['command.finished']>

/** How a command ended, before it is known how much of its output the server has. */
export interface Ending extends Omit<FinishedReport, 'streamBytes' | 'commandId'> {
  /** ISO 8601. */
  readonly at: string
}

/** A command on this machine that is not reported as finished yet. */
export type StoredRun = { readonly id: string } & (
  | { readonly state: 'waiting'; readonly order: Order }
  | { readonly state: 'running'; readonly mark: ProcessMark; readonly startedAt: string }
  | { readonly state: 'ended'; readonly ending: Ending }
)

interface Row {
  id: string
  state: StoredRun['state']
  detail: string
}

/** Every method but `all` belongs inside a `write` of the store. */
export class RunStore {
  readonly #statements

  constructor({ database }: Store) {
    database.exec(`create table if not exists command_runs (
      sequence integer primary key autoincrement, id text not null unique, state text not null, detail text not null)`)
    this.#statements = {
      insert: database.prepare(
        `insert into command_runs (id, state, detail) values (?, ?, ?)
         on conflict (id) do update set state = excluded.state, detail = excluded.detail`,
      ),
      remove: database.prepare('delete from command_runs where id = ?'),
      all: database.prepare('select id, state, detail from command_runs order by sequence'),
    }
  }

  waiting(order: Order): void {
    this.#statements.insert.run(order.id, 'waiting', JSON.stringify({ order }))
  }

  /** From here on the order's text and what is sealed in it are gone from the disk. */
  running(id: string, mark: ProcessMark, startedAt: string): void {
    this.#statements.insert.run(id, 'running', JSON.stringify({ mark, startedAt }))
  }

  ended(id: string, ending: Ending): void {
    this.#statements.insert.run(id, 'ended', JSON.stringify({ ending }))
  }

  remove(id: string): void {
    this.#statements.remove.run(id)
  }

  all(): StoredRun[] {
    return (this.#statements.all.all() as unknown as Row[]).map(
      ({ id, state, detail }) => ({ id, state, ...JSON.parse(detail) }) as StoredRun,
    )
  }
}
