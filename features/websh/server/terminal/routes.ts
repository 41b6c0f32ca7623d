import type { Transaction } from 'kysely'
import type { Database } from '../../../../base/server/database.ts'
import { serve } from '../../../../base/server/endpoint.ts'
import type { FeatureParts } from '../../../../base/server/parts.ts'
import type { LinkReactions } from '../../../../wire/server/agent-link.ts'
import type { WhenRemoved } from '../../../servers/server/index.ts'
import { terminalApi } from '../../common/terminal-api.ts'
import { terminalEvents } from '../../common/terminal-events.ts'
import { RECORD_PURPOSE } from '../../common/wire.ts'
import { close, ticket, watch } from './act-on.ts'
import { attach } from './attach.ts'
import { changes, listTerminals } from './list-terminals.ts'
import { LiveTerminals } from './live-terminals.ts'
import { open } from './open.ts'
import type { TerminalParts } from './parts.ts'
import { readPolicy, setPolicy } from './policy.ts'
import { terminalReports } from './reports.ts'
import { listViewers, terminalDetail } from './rows.ts'
import { Guests } from './share/guests.ts'
import { join, rejoin } from './share/join.ts'
import { share, unshare } from './share/share.ts'
import { Shares } from './share/shares.ts'
import { Tickets } from './tickets.ts'
import { Unheard } from './unheard.ts'
import { recordLeftOver } from './viewer-record.ts'
import { RightsWatch } from './watch-rights.ts'

export interface TerminalTopic extends FeatureParts {
  readonly reactions: LinkReactions<Transaction<Database>>
  readonly serverRemoved: WhenRemoved
}

export function terminalTopic(given: TerminalParts): TerminalTopic {
  const live = new LiveTerminals(given)
  const tickets = new Tickets()
  const guests = new Guests(given)
  const shares = new Shares(given, live)
  // Spread would take the getter's value once and for all; the address is only known after listening.
  const parts = Object.assign(Object.create(given) as TerminalParts, { live, tickets, guests })
  const feature = serve(terminalApi, terminalEvents, {
    'terminal.open': open(parts, live),
    'terminal.attach': attach(parts),
    'terminal.list': listTerminals(parts),
    'terminal.read': ({ actor, read, input }) => terminalDetail(parts, actor, read, input.id),
    'terminal.viewers': ({ read, input }) => listViewers(parts, read, input),
    'terminal.close': close(parts),
    'terminal.ticket': ticket(parts),
    'terminal.watch': watch(parts),
    'terminal.share': share(parts, shares),
    'terminal.unshare': unshare(shares),
    'terminal.join': join(parts),
    'terminal.rejoin': rejoin(parts),
    'terminal.changes': changes(parts),
    'terminal.policy': () => readPolicy(parts.db),
    'terminal.set-policy': setPolicy,
  })
  let rights: RightsWatch | undefined
  const unheard = new Unheard(given, live, shares)
  return {
    ...feature,
    serverRemoved: (tx, server, afterCommit) => live.serverRemoved(tx, server, afterCommit),
    reactions: {
      reports: terminalReports(parts, live),
      streams: { [RECORD_PURPOSE]: (serverId, id) => live.sink(serverId, id) },
      terminals: (link, held) => void live.linked(link, held),
      taken: (_link, id, bytes) => void live.taken(id, bytes),
      unlinked: (link) => void live.unlinked(link),
    },
    start: async () => {
      await recordLeftOver(parts)
      await live.start()
      await shares.start()
      rights = new RightsWatch(parts, live)
      unheard.start()
    },
    stop: async () => {
      await rights?.stop()
      await unheard.stop()
      shares.stop()
      await live.stop()
    },
  }
}
