import type { z } from 'zod'
import { mayRunAnyLine, mayUseServer } from '../../../../base/common/bounds.ts'
import { baseFaults, type Fault } from '../../../../base/common/fault.ts'
import { idTime, newId } from '../../../../base/common/id.ts'
import type { Act } from '../../../../base/server/endpoint.ts'
import type { terminalApi } from '../../common/terminal-api.ts'
import type { terminalEvents } from '../../common/terminal-events.ts'
import { terminalFaults } from '../../common/terminal-faults.ts'
import { browserName } from './browser-name.ts'
import type { LiveTerminals } from './live-terminals.ts'
import { ANY_TERMINAL, type TerminalParts } from './parts.ts'
import { readPolicy } from './policy.ts'

type Open = Act<z.output<(typeof terminalApi)['terminal.open']['in']>, typeof terminalEvents>

/** Open terminals of one person at a time. */
const OPEN_MAX = 50

export const open = (parts: TerminalParts, live: LiveTerminals) => async (act: Open) => {
  const { input, tx, read, now, actor, request, record, announce, afterCommit } = act
  const server = await read
    .selectFrom('server')
    .select(['id', 'name'])
    .where('id', '=', input.serverId)
    .where('removed_at', 'is', null)
    .executeTakeFirst()
  if (server === undefined) throw baseFaults['request.not_found']('server')
  const account = input.account ?? (await ownAccount(act))
  const refuse = (fault: Fault) =>
    act.refuse(fault, (_tx, record) =>
      record('terminal.refused', { server, data: { account, code: fault.code } }),
    )
  if (actor.bounds && !mayUseServer(actor.bounds, server.id))
    refuse(baseFaults['request.not_found']('server'))
  if (actor.bounds && !mayRunAnyLine(actor.bounds)) refuse(terminalFaults['terminal.lines_bounded']())
  const link = parts.links.of(server.id)
  if (link === undefined) refuse(terminalFaults['terminal.server_offline'](server.name))
  else if (!link.holdsTerminals) refuse(terminalFaults['terminal.agent_too_old'](server.name))
  if ((await openOnes(act)) >= OPEN_MAX) refuse(terminalFaults['terminal.too_many'](OPEN_MAX))

  const policy = await readPolicy(tx)
  const id = newId(now.getTime())
  const row = await tx
    .insertInto('terminal')
    .values({
      id,
      server_id: server.id,
      server_name: server.name,
      operator_id: actor.id,
      operator_name: actor.name,
      operator_kind: actor.kind === 'token' ? 'token' : 'person',
      via_id: actor.via?.id ?? null,
      via_name: actor.via?.name ?? null,
      account,
      client_type: actor.bounds ? 'token' : 'web',
      address: request.address,
      client: request.client,
      browser: browserName(request.client),
      cols: input.cols,
      rows: input.rows,
      status: 'opening',
      /** The time is the id's own: sorted by either, a list is the same. */
      opened_at: new Date(idTime(id)),
      strict: policy.strict,
      idle_minutes: policy.idleMinutes,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  await record('terminal.opened', {
    server,
    subject: { kind: 'terminal', id },
    data: { account, cols: input.cols, rows: input.rows, strict: policy.strict },
  })
  announce(ANY_TERMINAL, id)
  const { cols, rows } = input
  const { idleMinutes, shellIntegration, inputMasks } = policy
  afterCommit(() => {
    void live.begin(row, { account, cols, rows, idleMinutes, shellIntegration, inputMasks })
  })
  return { id }
}

/** The account this person uses where nothing else is said. */
const ownAccount = async ({ read, actor }: Open): Promise<string | null> =>
  (await read.selectFrom('person').select('account').where('id', '=', actor.id).executeTakeFirst())
    ?.account ?? null

async function openOnes({ tx, actor }: Open): Promise<number> {
  const { count } = await tx
    .selectFrom('terminal')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('operator_id', '=', actor.id)
    .where('status', 'in', ['opening', 'live'])
    .executeTakeFirstOrThrow()
  return Number(count)
}
