import { sql } from 'kysely'
import { afterAll, expect, test } from 'vitest'
import { scopes } from '../../apps/server/scopes.ts'
import { ROLES, type Role } from '../../base/common/api.ts'
import { readAs, type Scopes } from '../../base/server/scope.ts'
import { type Persona, people } from '../../seed/story.ts'
import { world } from '../../seed/world.ts'
import { glances, personas, tellOfActivity } from './seen.ts'

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
  recording_removal: 'read by the id of a recording that was seen',
  recording_leftover: 'what is still to be deleted',
  recording_text_block: 'says which texts to look into; those are read as the actor',
  journal_identity: 'read through the journal',
  journal_kind: 'read through the journal',
  journal_pending: 'nobody reads what has no number',
  journal_ref: 'read through the journal',
  journal_tile: 'hashes',
  job: "the server's own queue",
  read_hour: 'no chart yet',
  activity_mark: 'how far the log is',
  single_sign_on_state: 'only found by the state itself',
  agent_position: 'the link reads it, by agent',
  command_turn: 'read by the id of a command that was seen',
  command_output: 'read by the id of a command that was seen',
  command_secret: 'goes to the agent and nowhere else',
}

const known = Object.keys(scopes) as (keyof Scopes)[]
const rules = known
  .filter((table) => unseen[table] === undefined)
  .flatMap((table) => ROLES.map((role) => ({ table, role, rule: scopes[table][role] })))

/**
 * Tables that endpoints only read joined to another with the same rule, or for one's own id: there one fence hides that the
 * other fell, so their rows are counted as well.
 */
const fencedTwice = [
  ...(['activity_name', 'team_member', 'server', 'server_link', 'server_team'] as const),
  ...(['recording', 'terminal_viewer', 'terminal_policy', 'terminal_share', 'terminal_guest'] as const),
  ...(['session', 'totp', 'passkey', 'recovery_code', 'known_place', 'sign_in_failure'] as const),
] as const

type Rules = Record<keyof Scopes, Record<Role, unknown>>

/** The rules as they are, but for those that are broken at the moment, and a note of whose rows were asked for. */
function breakable() {
  const broken: { table?: string; role?: Role; rule?: unknown } = {}
  const asked = new Set<string>()
  const rulesNow = new Proxy(scopes as unknown as Rules, {
    get: (all, table: keyof Scopes) => {
      asked.add(table)
      return broken.table === table ? { ...all[table], [broken.role!]: broken.rule } : all[table]
    },
  })
  return { broken, asked, scopes: rulesNow as unknown as Scopes }
}

const stack = new AsyncDisposableStack()
afterAll(() => stack.disposeAsync())

/** What everybody sees in one world whose rules can be broken, look by look, with the tables each look reads. */
async function lookedAround() {
  const { broken, asked, scopes } = breakable()
  const w = stack.use(await world({ machines: true, scopes }))
  await tellOfActivity(w)
  // Looking leaves rows of its own behind, which are not to be in the hours that the charts are asked for.
  w.pass(4 * 3600)
  const looks = [
    ...glances.map(
      ({ see }) =>
        (persona: Persona) =>
          see(w, persona),
    ),
    ...fencedTwice.map((table) => async (persona: Persona) => {
      const read = readAs(w.db, scopes, await w.actor(persona))
      return read.selectFrom(table).select(sql<number>`count(*)`.as('n')).executeTakeFirst()
    }),
  ]
  const seen: {
    persona: Persona
    look: () => Promise<string>
    tables: ReadonlySet<string>
    whole: string
  }[] = []
  for (const persona of personas)
    for (const look of looks) {
      asked.clear()
      const again = async () => JSON.stringify(await look(persona)) ?? 'nothing'
      const whole = await again()
      seen.push({ persona, look: again, tables: new Set(asked), whole })
    }
  return { broken, seen }
}

let around: ReturnType<typeof lookedAround> | undefined

test('what is seen is the same when it is looked at again', async () => {
  const { seen } = await (around ??= lookedAround())
  for (const { look, whole } of seen) expect(await look()).toBe(whole)
})

test.each(rules)('breaking the rule of $role for $table is noticed', async ({ table, role, rule }) => {
  const { broken, seen } = await (around ??= lookedAround())
  const isLookedAt = (one: (typeof seen)[number]) =>
    people[one.persona].role === role && one.tables.has(table)
  Object.assign(broken, { table, role, rule: rule === 'every row' ? 'no row' : 'every row' })
  let isNoticed = false
  for (const { look, whole } of seen.filter(isLookedAt)) {
    isNoticed = (await look()) !== whole
    if (isNoticed) break
  }
  Object.assign(broken, { table: undefined })
  const isSeenBySome = !(role === 'member' && neverSeenByMembers.has(table))
  expect(isNoticed, `${role} with the opposite of their rule for ${table}`).toBe(isSeenBySome)
})

/** What no member's endpoint reads: the endpoint itself refuses them. */
const neverSeenByMembers = new Set<string>([
  ...['single_sign_on', 'single_sign_on_group', 'person_identity'],
  ...['server_token', 'server_token_team', 'token_team'],
])
