import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { scopes } from '../../apps/server/scopes.ts'
import { ROLES } from '../../base/common/api.ts'
import { readAs, type Scopes } from '../../base/server/scope.ts'
import { world } from '../../seed/world.ts'
import { everythingSeenBy, personas } from './seen.ts'

/** Tables that no reading endpoint shows to anybody, so that a rule of theirs cannot be seen to be broken. */
const unseen: Readonly<Record<string, string>> = {
  journal: 'read through the journal, which asks by actor',
  journal_checkpoint: 'read through the journal',
  journal_counted: 'how far the counts go',
  journal_day_actor: 'no chart yet',
  journal_day_kind: 'no chart yet',
  journal_day_server: 'no chart yet',
  journal_hour_actor: 'no chart yet',
  journal_hour_kind: 'no chart yet',
  journal_hour_server: 'no chart yet',
  recording_segment: 'read by the id of a recording that was seen',
  recording_chunk: 'read by the id of a recording that was seen',
  recording_snapshot: 'read by the id of a recording that was seen',
  journal_identity: 'read through the journal',
  journal_kind: 'read through the journal',
  journal_pending: 'nobody reads what has no number',
  journal_ref: 'read through the journal',
  journal_tile: 'hashes',
  job: "the server's own queue",
  read_hour: 'no chart yet',
  activity_mark: 'how far the log is',
  session: 'only found by the secret itself',
  single_sign_on_state: 'only found by the state itself',
  agent_position: 'the link reads it, by agent',
  totp: 'nobody in the story has one; see second-factor.test.ts',
  passkey: 'nobody in the story has one; see second-factor.test.ts',
  recovery_code: 'nobody in the story has one; see second-factor.test.ts',
  known_place: 'nobody in the story has one; see sessions.test.ts',
  sign_in_failure: 'counted by lock-out, shown to nobody',
  terminal_share: 'found by its secret, and by the id of a terminal that was seen',
  terminal_guest: 'found by its secret',
  command_turn: 'read by the id of a command that was seen',
  command_output: 'read by the id of a command that was seen',
  command_secret: 'goes to the agent and nowhere else',
}

const known = Object.keys(scopes) as (keyof Scopes)[]
const rules = known
  .filter((table) => unseen[table] === undefined)
  .flatMap((table) => ROLES.map((role) => ({ table, role, rule: scopes[table][role] })))

/**
 * Tables that endpoints only read joined to another with the same rule: there one fence hides that the other fell,
 * so their rows are counted as well.
 */
const fencedTwice = [
  ...(['activity_name', 'team_member', 'server', 'server_link', 'server_team'] as const),
  ...(['recording', 'terminal_viewer', 'terminal_policy'] as const),
] as const

async function seenByAll(broken?: Scopes) {
  await using w = await world({ machines: true, ...(broken && { scopes: broken }) })
  const seen: Record<string, unknown> = {}
  for (const persona of personas) {
    const read = readAs(w.db, broken ?? scopes, await w.actor(persona))
    const counts = fencedTwice.map((table) =>
      read.selectFrom(table).select(sql<number>`count(*)`.as('n')).executeTakeFirst(),
    )
    seen[persona] = [await everythingSeenBy(w, persona), await Promise.all(counts)]
  }
  return JSON.stringify(seen)
}

let whole: Promise<string> | undefined

test.each(rules)('breaking the rule of $role for $table is noticed', async ({ table, role, rule }) => {
  const before = await (whole ??= seenByAll())
  const opposite = rule === 'every row' ? 'no row' : 'every row'
  const broken = { ...scopes, [table]: { ...scopes[table], [role]: opposite } } as Scopes
  const isNoticed = (await seenByAll(broken)) !== before
  const isSeenBySome = !(role === 'member' && neverSeenByMembers.has(table))
  expect(isNoticed, `${role} with ${opposite} of ${table}`).toBe(isSeenBySome)
})

/** What no member's endpoint reads: the endpoint itself refuses them. */
const neverSeenByMembers = new Set<string>([
  ...['single_sign_on', 'single_sign_on_group', 'person_identity'],
  ...['server_token', 'server_token_team', 'token_team'],
])
