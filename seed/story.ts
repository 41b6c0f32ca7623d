import { createHash } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { Database } from '../base/server/database.ts'
import { hashPassword } from '../features/identity/server/index.ts'

const id = (n: number) => `01900000-0000-7000-8000-${String(n).padStart(12, '0')}`

/**
 * Ada runs the place, Olga audits it. Sea and sky are two teams; Mina and Theo share one, Juno and Gus the other, Remy is in
 * none. Mina and Gus manage theirs.
 */
export const people = {
  ada: { id: id(1), username: 'ada', name: 'Ada Lovelace', role: 'admin' },
  olga: { id: id(2), username: 'olga', name: 'Olga Audit', role: 'auditor' },
  mina: { id: id(3), username: 'mina', name: 'Mina Park', role: 'member' },
  theo: { id: id(4), username: 'theo', name: 'Theo Sea', role: 'member' },
  juno: { id: id(5), username: 'juno', name: 'Juno Sky', role: 'member' },
  remy: { id: id(6), username: 'remy', name: 'Remy Alone', role: 'member' },
  gus: { id: id(7), username: 'gus', name: 'Gus Manager', role: 'member' },
} as const
export type Persona = keyof typeof people

/** Who may not come in any more: Sven of sky is suspended, Rhea was removed. Each still has the cookie of a session. */
export const gone = {
  sven: { id: id(8), username: 'sven', name: 'Sven Suspended', role: 'member', status: 'suspended' },
  rhea: { id: id(9), username: 'rhea', name: 'Rhea Removed', role: 'admin', status: 'removed' },
} as const
export type Gone = keyof typeof gone

export const teams = { sea: { id: id(11), name: 'Sea' }, sky: { id: id(12), name: 'Sky' } } as const

/** A reset link of Theo's that nobody used yet. */
export const links = { theo: { id: id(76), secret: 'what stands behind the # for Theo' } } as const

/** Theo signed in at a provider once, when there was one. */
export const identities = { theo: { issuer: 'https://login.story.example', subject: 'theo-1' } } as const

/** The same for everyone: known to tests, and never used outside them. */
export const password = 'a password for stories'

let passwordHash: Promise<string> | undefined

/** Puts the people and their groups in place, each with an open session. */
export async function tellTheStory(db: Kysely<Database>, now: Date) {
  const everybody = { ...people, ...gone }
  const password_hash = await (passwordHash ??= hashPassword(password))
  await db
    .insertInto('person')
    .values(
      Object.values(everybody).map((person) => ({
        ...person,
        account: null,
        email: `${person.username}@example.com`,
        password_hash,
        created_at: now,
        last_sign_in_at: null,
      })),
    )
    .execute()
  await db
    .insertInto('team')
    .values(Object.values(teams).map((team) => ({ ...team, created_at: now })))
    .execute()
  await db
    .insertInto('team_member')
    .values([
      { team_id: teams.sea.id, person_id: people.mina.id, role: 'manager' },
      { team_id: teams.sea.id, person_id: people.theo.id, role: 'member' },
      { team_id: teams.sky.id, person_id: people.juno.id, role: 'owner' },
      { team_id: teams.sky.id, person_id: people.gus.id, role: 'manager' },
      { team_id: teams.sky.id, person_id: gone.sven.id, role: 'member' },
    ])
    .execute()
  await db
    .insertInto('person_link')
    .values({
      id: links.theo.id,
      person_id: people.theo.id,
      purpose: 'password-reset',
      secret_hash: createHash('sha256').update(links.theo.secret).digest(),
      created_at: now,
      expires_at: new Date(now.getTime() + 24 * 3_600_000),
      created_by: people.ada.name,
      used_at: null,
      withdrawn_at: null,
      mail_to: null,
      mail_state: null,
      mail_at: null,
      mail_problem: null,
    })
    .execute()
  await db
    .insertInto('person_identity')
    .values({ ...identities.theo, person_id: people.theo.id, linked_at: now })
    .execute()
  await db
    .insertInto('single_sign_on_group')
    .values({ claim_value: 'sea-people', team_id: teams.sea.id })
    .execute()
  const cookies = Object.fromEntries(
    Object.keys(everybody).map((name) => [name, `session-of-${name}`]),
  ) as Record<Persona | Gone, string>
  await db
    .insertInto('session')
    .values(
      Object.entries(everybody).map(([name, person], index) => ({
        id: id(100 + index),
        person_id: person.id,
        secret_hash: createHash('sha256')
          .update(cookies[name as Persona | Gone])
          .digest(),
        created_at: now,
        seen_at: now,
        expires_at: new Date(now.getTime() + 7 * 24 * 3_600_000),
        address: '127.0.0.1',
        client: 'test',
        confirmed_at: now,
      })),
    )
    .execute()
  return { cookies }
}
