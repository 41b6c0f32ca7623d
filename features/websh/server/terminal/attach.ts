import type { WebSocket } from 'ws'
import type { z } from 'zod'
import { baseFaults, type Fault } from '../../../../base/common/fault.ts'
import { newId } from '../../../../base/common/id.ts'
import type { Actor } from '../../../../base/server/actor.ts'
import { isDatabaseAway } from '../../../../base/server/database-away.ts'
import type { Knock, SocketHandler } from '../../../../base/server/endpoint.ts'
import { AttachClose } from '../../common/attach.ts'
import { isOpen } from '../../common/terminal.ts'
import type { terminalApi } from '../../common/terminal-api.ts'
import { terminalFaults } from '../../common/terminal-faults.ts'
import { browserName } from './browser-name.ts'
import type { LiveTerminal } from './live-terminal.ts'
import type { LiveTerminals } from './live-terminals.ts'
import { mayAttach, mayWatch } from './may.ts'
import type { TerminalParts } from './parts.ts'
import type { Guests } from './share/guests.ts'
import type { Row } from './terminal-row.ts'
import type { Admission, Tickets } from './tickets.ts'
import { Viewer, type ViewerFacts } from './viewer.ts'
import { recordJoin, recordLeave } from './viewer-record.ts'

type Ask = z.output<(typeof terminalApi)['terminal.attach']['in']>
type Who = Pick<
  ViewerFacts,
  'mode' | 'readOnly' | 'name' | 'personId' | 'guestId' | 'expiresAt' | 'stillAllowed'
>

const NOT_ALLOWED = {
  code: AttachClose.forbidden,
  message: 'You may not be at this terminal any more.',
}
const SIGNED_OUT = { code: AttachClose.signedOut, message: 'You are signed out.' }

export interface AttachParts extends TerminalParts {
  readonly live: LiveTerminals
  readonly tickets: Tickets
  readonly guests: Guests
}

/** Opens a terminal's own socket: for its owner by their session or token, for everybody else by a ticket. */
export const attach =
  (parts: AttachParts): SocketHandler<Ask> =>
  async (knock) => {
    const { input, now } = knock
    const admission = admissionOf(parts, knock)
    const row = await parts.db
      .selectFrom('terminal')
      .selectAll()
      .where('id', '=', input.id)
      .executeTakeFirst()
    const missing = () => baseFaults['request.not_found']('terminal')
    if (row === undefined) throw missing()
    const who = await whoComes(parts, row, admission, missing)
    return (socket) => {
      const facts: ViewerFacts = {
        ...who,
        id: newId(now.getTime()),
        address: knock.request.address,
        client: knock.request.client,
        browser: browserName(knock.request.client),
        joinedAt: now,
      }
      begin(parts, socket, row.id, facts, knock).catch((error) => {
        parts.log.error({ err: error }, 'somebody could not be attached to a terminal')
        socket.close(1011)
      })
    }
  }

function admissionOf({ tickets }: AttachParts, { input, actor, identify, now }: Knock<Ask>): Admission {
  if (input.ticket === undefined) {
    if (actor.kind === 'anonymous') throw baseFaults['request.unauthenticated']()
    return { terminalId: input.id, mode: 'owner', identify }
  }
  const admission = tickets.take(input.ticket, input.id, now)
  if (admission === undefined) throw terminalFaults['terminal.bad_ticket']()
  return admission
}

async function whoComes(
  parts: AttachParts,
  row: Row,
  admission: Admission,
  missing: () => Fault,
): Promise<Who> {
  if (admission.mode === 'guest') return parts.guests.who(admission.guestId)
  const { mode, identify } = admission
  const may = mode === 'owner' ? mayAttach : mayWatch
  const actor = await identify()
  // What is not theirs is not there.
  if (!may(actor, row)) throw missing()
  return {
    mode,
    readOnly: mode === 'watch',
    name: actor.name,
    personId: actor.id,
    guestId: null,
    expiresAt: null,
    stillAllowed: async () => {
      const now: Actor = await identify()
      if (now.kind === 'anonymous') return SIGNED_OUT
      return may(now, row) ? undefined : NOT_ALLOWED
    },
  }
}

async function begin(
  parts: AttachParts,
  socket: WebSocket,
  terminalId: string,
  facts: ViewerFacts,
  { input, request }: Knock<Ask>,
): Promise<void> {
  const viewer = new Viewer(socket, facts, { acknowledges: input.flow === 'ack' })
  // What is typed at once must not be lost while the entry is written.
  let live: LiveTerminal | undefined
  let isIn = false
  const early: Buffer[] = []
  viewer.listen({
    typed: (bytes) => (live && isIn ? live.type(bytes, viewer) : early.push(bytes)),
    resized: (cols, rows) => {
      if (facts.mode !== 'owner') return
      viewer.size = { cols, rows }
      live?.resize(cols, rows)
    },
    progress: () => live?.progress(),
    left: () => void left(parts, terminalId, live, viewer),
  })
  live = await parts.live.of(terminalId)
  const before = live?.row ?? (await rowOf(parts, terminalId))
  await recordJoin(parts, before, facts, request)
  // It may have started meanwhile, which whoever is not in yet is not told. From here to there nothing is waited for.
  const row = live?.row ?? before
  viewer.tell({
    type: 'attached',
    viewerId: facts.id,
    terminalId,
    mode: facts.mode,
    readOnly: facts.readOnly,
    serverName: row.server_name,
    account: row.account,
    operatorName: row.operator_name,
    status: row.status,
    cols: row.cols,
    rows: row.rows,
    strict: row.strict,
    linked: live?.isLinked ?? false,
    expiresAt: facts.expiresAt?.toISOString() ?? null,
  })
  if (live === undefined || !isOpen(live.row.status) || live.isOver) {
    const { status, exit_code: code, signal, end_reason: reason } = await rowOf(parts, terminalId)
    // It is open, and this server has not got to it yet.
    if (isOpen(status)) return viewer.close(AttachClose.stopping)
    viewer.tell({ type: 'exit', code, signal, reason })
    viewer.close(AttachClose.ended)
    return
  }
  if (!viewer.isOpen) return recordLeave(parts, row, facts, null)
  live.join(viewer)
  if (facts.mode === 'owner' && input.cols !== undefined && input.rows !== undefined) {
    viewer.size = { cols: input.cols, rows: input.rows }
    live.resize(input.cols, input.rows)
  }
  isIn = true
  for (const bytes of early) live.type(bytes, viewer)
}

async function left(
  parts: AttachParts,
  terminalId: string,
  live: LiveTerminal | undefined,
  viewer: Viewer,
): Promise<void> {
  live?.leave(viewer)
  const at = parts.now()
  const record = async () =>
    recordLeave(parts, live?.row ?? (await rowOf(parts, terminalId)), viewer.facts, viewer.leaveReason, at)
  try {
    await record()
  } catch (error) {
    parts.log.error({ err: error }, 'it could not be written down who left a terminal')
    // Who is still there by the rows takes a guest's place.
    if (isDatabaseAway(error)) parts.live.tryAgain(record)
  }
}

const rowOf = ({ db }: TerminalParts, id: string) =>
  db.selectFrom('terminal').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
