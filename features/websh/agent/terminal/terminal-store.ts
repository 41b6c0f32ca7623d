import type { z } from 'zod'
import type { Store } from '../../../../wire/agent/store.ts'
import type { ProcessMark } from '../../../commands/agent/index.ts'
import type { TerminalReports } from '../../common/wire.ts'

export type EndedReport = z.infer<(typeof TerminalReports)['terminal.ended']>

/** How a terminal ended, before it is known how much of its stream the server has. */
export interface Ending extends Omit<EndedReport, 'terminalId' | 'streamBytes'> {
  /** ISO 8601. */
  readonly at: string
}

/** A terminal of this machine that is not reported as ended yet. */
export type StoredTerminal = { readonly id: string } & (
  | { readonly state: 'running'; readonly mark: ProcessMark; readonly startedAt: string }
  | { readonly state: 'ended'; readonly ending: Ending }
)

interface Row {
  id: string
  state: StoredTerminal['state']
  detail: string
}

/** Every method but `all` belongs inside a `write` of the store. */
export class TerminalStore {
  readonly #statements

  constructor({ database }: Store) {
    database.exec(
      'create table if not exists terminals (id text primary key, state text not null, detail text not null)',
    )
    this.#statements = {
      insert: database.prepare('insert or replace into terminals (id, state, detail) values (?, ?, ?)'),
      remove: database.prepare('delete from terminals where id = ?'),
      all: database.prepare('select id, state, detail from terminals order by id'),
    }
  }

  running(id: string, mark: ProcessMark, startedAt: string): void {
    this.#statements.insert.run(id, 'running', JSON.stringify({ mark, startedAt }))
  }

  ended(id: string, ending: Ending): void {
    this.#statements.insert.run(id, 'ended', JSON.stringify({ ending }))
  }

  remove(id: string): void {
    this.#statements.remove.run(id)
  }

  all(): StoredTerminal[] {
    return (this.#statements.all.all() as unknown as Row[]).map(
      ({ id, state, detail }) => ({ id, state, ...JSON.parse(detail) }) as StoredTerminal,
    )
  }
}
