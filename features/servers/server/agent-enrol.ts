import { type Kysely, sql, type Transaction } from 'kysely'
import { baseFaults, type Fault } from '../../../base/common/fault.ts'
import { newId } from '../../../base/common/id.ts'
import type { Database } from '../../../base/server/database.ts'
import type { Act } from '../../../base/server/endpoint.ts'
import type { Facts } from '../../../wire/common/facts.ts'
import type { serverEvents } from '../common/events.ts'
import { serverFaults } from '../common/faults.ts'
import { findToken } from './server-token.ts'

interface EnrolAsk {
  readonly token: string
  readonly signingKey: string
  readonly sealingKey: string
  readonly name: string
  readonly agentVersion: string
  readonly facts?: Facts | undefined
}

/** What a new agent learns of the journal, to keep outside of it. */
export interface JournalMemory {
  /** Verifier key, signed-note form. */
  readonly key: () => string | Promise<string>
  /** The newest signed note; null in an empty journal. */
  readonly checkpoint: () => string | null | Promise<string | null>
}

/** Refusals that one address may write into the record each minute; further ones are only answered. */
const REFUSALS_PER_MINUTE = 20

/** A registration token and two public keys for an identity. Asking again with the same keys gives the same one. */
export function enrol(journal: JournalMemory) {
  const refusals = new Map<string, { minute: number; count: number }>()
  return async (act: Act<EnrolAsk, typeof serverEvents>) => {
    const { tx, input, now, request, record, announce } = act
    const minute = Math.floor(now.getTime() / 60_000)
    const refused = refusals.get(request.address)
    if (refused?.minute === minute && refused.count >= REFUSALS_PER_MINUTE)
      throw baseFaults['request.too_many'](60 - now.getUTCSeconds())
    const refuse = (fault: Fault, why: Why, tokenName: string | null) => {
      if (refusals.size > 10_000) refusals.clear()
      refusals.set(request.address, {
        minute,
        count: refused?.minute === minute ? refused.count + 1 : 1,
      })
      return act.refuse(fault, (_tx, keep) =>
        keep('server.enrolment_refused', { data: { askedName: input.name, tokenName, why } }),
      )
    }

    const token = await findToken(tx, input.token, now)
    if (!token) return refuse(serverFaults['server-token.invalid'](), 'unknown token', null)
    if (!isKey(input.signingKey) || !isKey(input.sealingKey))
      return refuse(serverFaults['agent.bad_keys'](), 'keys are not valid', token.name)
    const before = await tx
      .selectFrom('server')
      .select(['id', 'name', 'agent_id', 'sealing_key', 'token_id', 'removed_at'])
      .where('signing_key', '=', input.signingKey)
      .executeTakeFirst()
    const isRepeated =
      before?.token_id === token.id && before.removed_at === null && before.sealing_key === input.sealingKey
    if (before && !isRepeated)
      return refuse(serverFaults['agent.keys_in_use'](), 'keys are in use', token.name)
    if (!before && token.state !== 'active')
      return refuse(serverFaults['server-token.invalid'](), token.state, token.name)

    const server = before ?? (await add(tx, token.id, input, now))
    const groups = await tx
      .selectFrom('server_token_team')
      .innerJoin('team', 'team.id', 'server_token_team.team_id')
      .select(['team.id', 'team.name'])
      .where('token_id', '=', token.id)
      .orderBy('team.name')
      .execute()
    if (!before && groups.length > 0)
      await tx
        .insertInto('server_team')
        .values(groups.map((group) => ({ server_id: server.id, team_id: group.id })))
        .execute()
    await record('server.enrolled', {
      actor: { id: server.agent_id, name: server.name, kind: 'agent' },
      server: { id: server.id, name: server.name },
      subject: { kind: 'server', id: server.id, name: server.name },
      data: {
        name: server.name,
        askedName: input.name,
        tokenId: token.id,
        tokenName: token.name,
        groups: groups.map(({ name }) => name),
        agentVersion: input.agentVersion,
        signingKey: input.signingKey,
      },
    })
    announce('server', server.id)
    // Members whose groups gained a server see it at once, also on pages that are open.
    announce('actor', 'everything')
    return {
      agentId: server.agent_id,
      serverId: server.id,
      name: server.name,
      journalKey: await journal.key(),
      checkpoint: await journal.checkpoint(),
    }
  }
}

type Why = 'unknown token' | 'expired' | 'used up' | 'revoked' | 'keys are in use' | 'keys are not valid'

const isKey = (text: string) => {
  const bytes = Buffer.from(text, 'base64')
  return bytes.length === 32 && bytes.toString('base64') === text
}

async function add(tx: Transaction<Database>, tokenId: string, input: EnrolAsk, now: Date) {
  const { facts } = input
  const server = {
    id: newId(now.getTime()),
    agent_id: newId(now.getTime()),
    name: await freeName(tx, input.name),
  }
  await tx
    .insertInto('server')
    .values({
      ...server,
      signing_key: input.signingKey,
      sealing_key: input.sealingKey,
      token_id: tokenId,
      enrolled_at: now,
      removed_at: null,
      facts: facts ? JSON.stringify(facts) : null,
      facts_at: facts ? now : null,
      os: facts ? `${facts.os.name} ${facts.os.version}`.trim() : null,
      runs_as: facts?.runsAs.name ?? null,
      agent_version: input.agentVersion,
    })
    .execute()
  await sql`insert into server_link (server_id) values (${server.id})`.execute(tx)
  await sql`insert into agent_position (agent_id, server_id) values (${server.agent_id}, ${server.id})`.execute(
    tx,
  )
  await tx
    .updateTable('server_token')
    .set((eb) => ({ used_count: eb('used_count', '+', 1) }))
    .where('id', '=', tokenId)
    .execute()
  return server
}

/** The name asked for, or with `-2`, `-3` … behind it where that is taken. */
async function freeName(tx: Kysely<Database>, asked: string): Promise<string> {
  // Two machines of one name enrolling at once wait for each other here.
  await sql`select pg_advisory_xact_lock(7300, 3)`.execute(tx)
  const name = asked.slice(0, 110)
  const { rows } = await sql<{ name: string }>`
    select lower(name) as name from server where removed_at is null
      and (lower(name) = lower(${name}) or starts_with(lower(name), lower(${`${name}-`})))`.execute(tx)
  const taken = new Set(rows.map((row) => row.name))
  let free = name
  for (let suffix = 2; taken.has(free.toLowerCase()); suffix++) free = `${name}-${suffix}`
  return free
}
