import { baseFaults } from '../../../../base/common/fault.ts'
import type { Ask } from '../../../../base/server/endpoint.ts'
import '../terminal/tables.ts'
import './tables.ts'

/** Asks of one replay follow each other: what one person asks of one recording within an hour is one viewing. */
const VIEWING_MILLISECONDS = 60 * 60_000
const VIEWINGS_MAX = 10_000

/**
 * That somebody opened another's recording is in the record: once for each person, recording and hour, however many screens, commands
 * and lines of it they see and in however many tabs. A token that acts for a person is told by itself. After a restart the
 * next ask is told again: better twice than not at all.
 */
export class Viewings {
  /** When a viewing was last told. */
  readonly #seen = new Map<string, number>()

  /**
   * @param exported in what form it leaves the house: that is recorded each time, also of one's own
   * @returns the terminal as the actor sees it @throws request.not_found, alike for hidden and absent
   */
  async admit(
    {
      actor,
      input,
      read,
      now,
      viewed,
    }: Pick<Ask<{ id: string }>, 'actor' | 'input' | 'read' | 'now' | 'viewed'>,
    exported?: string,
  ) {
    const terminal = await read
      .selectFrom('recording')
      // Whoever sees a recording sees its terminal; the other way round it is not so.
      .innerJoin('terminal', 'terminal.id', 'recording.terminal_id')
      .select(['terminal.id', 'terminal.operator_id', 'operator_name', 'terminal.server_id', 'server_name'])
      .where('recording.terminal_id', '=', input.id)
      .executeTakeFirst()
    if (terminal === undefined) throw baseFaults['request.not_found']('recording')
    const of = {
      subject: { kind: 'terminal', id: terminal.id },
      ...(terminal.server_id && { server: { id: terminal.server_id, name: terminal.server_name } }),
    }
    if (exported) {
      viewed({
        what: `${exported} the recording of ${terminal.operator_name} on ${terminal.server_name}`,
        ...of,
      })
      return terminal
    }
    if (terminal.operator_id === actor.id) return terminal
    const key = `${actor.id} ${actor.via?.id ?? ''} ${terminal.id}`
    const last = this.#seen.get(key)
    if (last !== undefined && now.getTime() - last < VIEWING_MILLISECONDS) return terminal
    this.#seen.delete(key)
    this.#seen.set(key, now.getTime())
    if (this.#seen.size > VIEWINGS_MAX) this.#seen.delete(this.#seen.keys().next().value!)
    viewed({ what: `the recording of ${terminal.operator_name} on ${terminal.server_name}`, ...of })
    return terminal
  }
}
