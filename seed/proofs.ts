import { createHash } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { Database } from '../base/server/database.ts'
import { terminals } from './machines.ts'
import { gone, people } from './story.ts'

const id = (n: number) => `01900000-0000-7000-8000-${String(n).padStart(12, '0')}`
const hash = (text: string) => createHash('sha256').update(text).digest()

/**
 * What proves who somebody is, which nobody else may read. Sven has all of it: he is suspended, so nobody signs in as him and is
 * asked for a second factor. Mina has been somewhere new. On each team's open terminal a guest was let in by a share that has ended.
 */
export async function tellOfProofs(db: Kysely<Database>, now: Date) {
  await db
    .insertInto('totp')
    .values({
      ...{ person_id: gone.sven.id, seed: hash('a seed that nothing opens'), pending_seed: null },
      ...{ confirmed_at: now, last_used_at: now, pending_at: null },
    })
    .execute()
  await db
    .insertInto('passkey')
    .values({
      ...{
        id: id(121),
        person_id: gone.sven.id,
        credential_id: 'credential-of-sven',
        name: 'Laptop of Sven',
      },
      ...{ public_key: Buffer.alloc(32), counter: 0, transports: '[]', host: 'localhost' },
      ...{ is_backed_up: false, created_at: now, last_used_at: null },
    })
    .execute()
  await db
    .insertInto('recovery_code')
    .values({
      ...{ id: id(122), person_id: gone.sven.id, code_mark: hash('a code of Sven') },
      ...{ made_at: now, used_at: null },
    })
    .execute()
  await db
    .insertInto('known_place')
    .values(
      [gone.sven, people.mina].map((person, n) => ({
        ...{ id: id(123 + n), person_id: person.id, address: `10.0.61.${n}`, client: 'elsewhere' },
        ...{ device_hash: hash(`a device of ${person.name}`), first_session_id: id(125 + n) },
        ...{ first_seen_at: now, last_seen_at: now, is_noticed: false },
      })),
    )
    .execute()
  await db
    .insertInto('sign_in_failure')
    .values({ mark: hash('a name that nobody has'), failures: 1, last_at: now, wait_until: null })
    .execute()
  const shared = [terminals.theoSea, terminals.junoSky]
  await db
    .insertInto('terminal_share')
    .values(
      shared.map((terminal, n) => ({
        ...{ id: id(131 + n), terminal_id: terminal.id, secret_hash: hash(`a share of ${terminal.id}`) },
        ...{ password_hash: null, read_only: true, created_by: people[terminal.by].id, created_at: now },
        ...{ expires_at: now, ended_at: now, end_why: 'withdrawn' as const },
      })),
    )
    .execute()
  await db
    .insertInto('terminal_guest')
    .values(
      shared.map((terminal, n) => ({
        ...{
          id: id(141 + n),
          share_id: id(131 + n),
          name: 'Kim',
          secret_hash: hash(`Kim at ${terminal.id}`),
        },
        ...{ address: '10.0.62.1', client: 'a guest', admitted_at: now },
      })),
    )
    .execute()
}
