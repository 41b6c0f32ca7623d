import { baseFaults } from '../../../../base/common/fault.ts'
import type { Act } from '../../../../base/server/endpoint.ts'
import { isOpen, terminalWords } from '../../common/terminal.ts'
import type { terminalEvents } from '../../common/terminal-events.ts'
import { terminalFaults } from '../../common/terminal-faults.ts'
import { mayAttach, mayClose, mayWatch } from './may.ts'
import { ANY_TERMINAL, oneTerminal } from './parts.ts'
import { type RowParts, seenTerminal, terminalDetail } from './rows.ts'
import { aboutRow, type Row } from './terminal-row.ts'
import type { Tickets } from './tickets.ts'

type ById<I extends { id: string } = { id: string }> = Act<I, typeof terminalEvents>

interface ActParts extends RowParts {
  readonly tickets: Tickets
}

/** @throws terminal.not_open */
export function mustBeOpen(row: Row): void {
  if (!isOpen(row.status)) throw terminalFaults['terminal.not_open'](terminalWords[row.status].toLowerCase())
}

/** A terminal of one's own that is open. @throws request.not_found, terminal.not_yours, terminal.not_open */
export async function ownOpen({ read, actor, input }: ById): Promise<Row> {
  const row = await seenTerminal(read, input.id)
  if (!mayAttach(actor, row)) throw terminalFaults['terminal.not_yours']()
  mustBeOpen(row)
  return row
}

export const close = (parts: ActParts) => async (act: ById) => {
  const { read, actor, input, tx, now, record, announce, afterCommit } = act
  const row = await seenTerminal(read, input.id)
  if (!mayClose(actor, row)) throw terminalFaults['terminal.not_yours']()
  mustBeOpen(row)
  const forced = row.operator_id !== actor.id
  await tx
    .updateTable('terminal')
    .set({ close_requested_at: now })
    .where('id', '=', row.id)
    .where('close_requested_at', 'is', null)
    .execute()
  await record('terminal.close-requested', {
    ...aboutRow(row),
    data: { ownerName: row.operator_name, forced },
  })
  announce(ANY_TERMINAL, row.id)
  announce(oneTerminal(row.id))
  afterCommit(() => void parts.live.close(row, `Closed by ${actor.name}.`))
  return terminalDetail(parts, actor, read, row.id)
}

export const ticket = (parts: ActParts) => async (act: ById) => {
  const row = await ownOpen(act)
  return parts.tickets.give(
    { terminalId: row.id, mode: 'owner', identify: act.identify ?? (async () => act.actor) },
    act.now,
  )
}

export const watch = (parts: ActParts) => async (act: ById) => {
  const { read, actor, input, now, record } = act
  const row = await seenTerminal(read, input.id)
  if (row.operator_id === actor.id) throw terminalFaults['terminal.is_yours']()
  // Who may read the record of a terminal may not always look at it while it happens.
  if (!mayWatch(actor, row)) throw baseFaults['request.forbidden']()
  mustBeOpen(row)
  await record('terminal.watch-asked', { ...aboutRow(row), data: { ownerName: row.operator_name } })
  return parts.tickets.give(
    { terminalId: row.id, mode: 'watch', identify: act.identify ?? (async () => actor) },
    now,
  )
}
