import { sql } from 'kysely'
import type { Entry } from '../../../base/server/journal/entry.ts'
import type { Parts } from '../../../base/server/parts.ts'
import { Facts } from '../../../wire/common/facts.ts'
import type { AgentLink, AgentLinks, LinkAlarm } from '../../../wire/server/agent-link.ts'
import { serverEvents } from '../common/events.ts'

/** A change is written at most this late; beats alone are written much more rarely. */
const FLUSH_MILLISECONDS = 50
const BEAT_SECONDS = 60

/** While the database is away, this many entries wait for it. */
const ENTRIES_MAX = 100_000

interface FactsSaid {
  readonly facts: Facts
  readonly at: Date
}

interface Change {
  readonly link: AgentLink
  readonly isConnected: boolean
}

/**
 * Writes what the links say about themselves: who is connected, last heard, how much waits, which facts. Gathered and
 * written together, so that ten thousand agents that come back at once cost a few statements.
 */
export class LinkRecord {
  readonly #parts: Parts
  readonly #links: AgentLinks
  readonly #changes = new Map<string, Change>()
  readonly #facts = new Map<string, FactsSaid>()
  readonly #writtenAt = new WeakMap<AgentLink, number>()
  #entries: Entry[] = []
  #timer: NodeJS.Timeout | undefined
  #writing: Promise<void> = Promise.resolve()

  constructor(parts: Parts, links: AgentLinks) {
    this.#parts = parts
    this.#links = links
  }

  linked(link: AgentLink): void {
    const { address, agentVersion, protocolVersion } = link
    this.#enter('server.connected', link, link.connectedAt, { address, agentVersion, protocolVersion })
    this.#change(link, true)
  }

  unlinked(link: AgentLink, at: Date, why: string): void {
    this.#enter('server.disconnected', link, at, { why: why.slice(0, 400) })
    // Another link of the same server may be open by now.
    this.#change(link, this.#links.of(link.serverId) !== undefined)
  }

  beat(link: AgentLink, at: Date): void {
    const sinceSeconds = (at.getTime() - (this.#writtenAt.get(link) ?? 0)) / 1000
    if (sinceSeconds >= BEAT_SECONDS) this.#change(link, true)
    this.#parts.bus.publish('server', link.serverId)
  }

  facts(link: AgentLink, facts: Facts, at: Date): void {
    this.#facts.set(link.serverId, { facts: Facts.parse(facts), at })
    this.#schedule()
  }

  readonly #alarms = new Map<string, string>()

  alarm(link: AgentLink, { kind, why }: LinkAlarm, at: Date): void {
    if (kind === 'reports_rewound') this.#enter('server.reports_rewound', link, at, { why })
    else {
      this.#enter('server.checkpoint_refused', link, at, { why, kept: '', offered: '' })
      this.#alarms.set(link.serverId, why)
    }
    this.#schedule()
  }

  /** Resolves when everything said so far is written. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#writing = this.#writing
      .then(() => this.#write())
      .catch((error) => {
        this.#parts.log.error({ err: error }, 'the state of links could not be written; trying again')
        this.#schedule(1000)
      })
    await this.#writing
  }

  #enter(kind: keyof typeof serverEvents, link: AgentLink, at: Date, data: unknown): void {
    const { agentId, serverId, serverName } = link
    this.#entries.push({
      kind,
      at,
      actor: { id: agentId, name: serverName, kind: 'agent' },
      server: { id: serverId, name: serverName },
      subject: { kind: 'server', id: serverId, name: serverName },
      data: serverEvents[kind].data.parse(data),
    })
  }

  #change(link: AgentLink, isConnected: boolean): void {
    this.#changes.set(link.serverId, { link, isConnected })
    this.#schedule()
  }

  #schedule(afterMilliseconds = FLUSH_MILLISECONDS): void {
    this.#timer ??= setTimeout(() => void this.flush(), afterMilliseconds)
  }

  async #write(): Promise<void> {
    const changes = [...this.#changes.values()]
    const facts = [...this.#facts]
    const alarms = [...this.#alarms]
    const entries = this.#entries
    this.#entries = []
    if (changes.length + facts.length + entries.length + alarms.length === 0) return
    try {
      await this.#store(changes, facts, alarms, entries)
    } catch (error) {
      this.#entries = [...entries, ...this.#entries].slice(0, ENTRIES_MAX)
      throw error
    }
    for (const change of changes) {
      this.#writtenAt.set(change.link, this.#parts.now().getTime())
      if (this.#changes.get(change.link.serverId) === change) this.#changes.delete(change.link.serverId)
    }
    for (const [id, said] of facts) if (this.#facts.get(id) === said) this.#facts.delete(id)
    for (const [id, why] of alarms) if (this.#alarms.get(id) === why) this.#alarms.delete(id)
    if (entries.length > 0) this.#parts.sealSoon()
    for (const id of new Set([...changes.map(({ link }) => link.serverId), ...facts.map(([id]) => id)]))
      this.#parts.bus.publish('server', id)
  }

  async #store(
    changes: Change[],
    facts: [string, FactsSaid][],
    alarms: [string, string][],
    entries: Entry[],
  ) {
    await this.#parts.db.transaction().execute(async (tx) => {
      if (changes.length > 0) await sql`${this.#linkUpdate(changes)}`.execute(tx)
      if (alarms.length > 0)
        await sql`update server_link l set checkpoint_alarm = v.why
          from unnest(${alarms.map(([id]) => id)}::uuid[], ${alarms.map(([, why]) => why)}::text[]) as v (id, why)
          where l.server_id = v.id`.execute(tx)
      for (const [serverId, { facts: said, at }] of facts)
        await tx
          .updateTable('server')
          .set({
            facts: JSON.stringify(said),
            facts_at: at,
            os: `${said.os.name} ${said.os.version}`.trim(),
            runs_as: said.runsAs.name,
          })
          .where('id', '=', serverId)
          .execute()
      await this.#parts.writeEntries(tx, entries)
    })
  }

  #linkUpdate(changes: readonly Change[]) {
    const rows = changes.map(({ link, isConnected }) => ({
      id: link.serverId,
      is_connected: isConnected,
      connected_at: link.connectedAt,
      heard_at: link.heardAt,
      agent_version: link.agentVersion,
      protocol_version: link.protocolVersion,
      address: link.address,
      clock_offset_ms: link.clockOffsetMilliseconds,
      queue_reports: link.queue.reports,
      queue_oldest_at: link.queue.oldestAt,
      complete_to: link.completeTo.getTime() === 0 ? null : link.completeTo,
      checkpoint_size: link.checkpointSize,
    }))
    return sql`
      with v as (
        select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as v (id uuid, is_connected boolean,
          connected_at timestamptz, heard_at timestamptz, agent_version text, protocol_version int, address text,
          clock_offset_ms float8, queue_reports int, queue_oldest_at timestamptz, complete_to timestamptz, checkpoint_size bigint)
      ), versions as (
        update server s set agent_version = v.agent_version from v
        where s.id = v.id and s.agent_version is distinct from v.agent_version
      )
      update server_link l set is_connected = v.is_connected, connected_at = v.connected_at, heard_at = v.heard_at,
        protocol_version = v.protocol_version, address = v.address, clock_offset_ms = v.clock_offset_ms,
        queue_reports = v.queue_reports, queue_oldest_at = v.queue_oldest_at,
        complete_to = coalesce(v.complete_to, l.complete_to), checkpoint_size = v.checkpoint_size
      from v where l.server_id = v.id`
  }
}
