import { createHash } from 'node:crypto'
import { people } from '../../seed/story.ts'
import { bearers, type Side, type Sides, type World } from './sides.ts'

/** Somebody who asks: with a cookie, with a token, or with nothing. */
export interface Caller {
  readonly name: string
  readonly cookie?: string
  readonly bearer?: string
  /** Whose things are one's own; the other side's are another's. */
  readonly side: keyof Pick<Sides, 'sea' | 'sky'>
  /** The column of docs/access.md that says what they may. */
  readonly column: 'nobody' | 'admin' | 'auditor' | 'member'
  readonly isStale?: true
  /** Sees every row: what is hidden from nobody cannot be told from what is absent. */
  readonly seesAll?: true
}

const session = (name: string) => `session-of-${name}`

/** Everybody there is. What one may not see must look to them like what is not there. */
export const callers: readonly Caller[] = [
  { name: 'anonymous', side: 'sea', column: 'nobody' },
  { name: 'expired', cookie: 'an expired session of Theo', side: 'sea', column: 'nobody' },
  { name: 'suspended', cookie: session('sven'), side: 'sky', column: 'nobody' },
  { name: 'removed', cookie: session('rhea'), side: 'sea', column: 'nobody' },
  { name: 'agent', bearer: 'the registration token', side: 'sea', column: 'nobody' },
  { name: 'member', cookie: session('theo'), side: 'sea', column: 'member' },
  { name: 'other-team', cookie: session('juno'), side: 'sky', column: 'member' },
  { name: 'manager', cookie: session('gus'), side: 'sky', column: 'member' },
  { name: 'demoted', cookie: session('remy'), side: 'sea', column: 'member' },
  { name: 'auditor', cookie: session('olga'), side: 'sea', column: 'auditor', seesAll: true },
  { name: 'admin', cookie: session('ada'), side: 'sea', column: 'admin', seesAll: true },
  {
    ...{ name: 'admin-unproven', cookie: 'an old session of Ada', side: 'sea', column: 'admin' },
    ...{ isStale: true, seesAll: true },
  },
  { name: 'token', bearer: bearers.personal, side: 'sea', column: 'member' },
  { name: 'token-foreign', bearer: bearers.foreign, side: 'sea', column: 'member' },
  { name: 'token-service', bearer: bearers.service, side: 'sea', column: 'member' },
  { name: 'token-admin', bearer: bearers.ofAdmin, side: 'sea', column: 'admin', seesAll: true },
]

export const isToken = ({ name }: Caller) => name.startsWith('token')

/** How a caller proves who they are. An agent has only what it enrolled with. */
export function headersOf({ cookie, bearer, name }: Caller, { sea }: Sides): Record<string, string> {
  if (cookie !== undefined) return { cookie: `annals=${cookie}` }
  if (name === 'agent') return { authorization: `Bearer ${sea.registration}` }
  return bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }
}

/** The three things one can ask for. */
export function targetsOf({ side }: Caller, sides: Sides): Record<'own' | 'other' | 'absent', Side> {
  return { own: sides[side], other: sides[side === 'sea' ? 'sky' : 'sea'], absent: sides.absent }
}

/** Sessions of callers that the story has not; and that of Remy, who was an administrator until just now. */
export async function tellSessions({ db, now, as }: World, promoted: () => Promise<void>) {
  const row = (n: number, secret: string, personId: string) => ({
    ...{
      id: `01900000-0000-7000-8000-0000000009${n}0`,
      person_id: personId,
      created_at: now(),
      seen_at: now(),
    },
    secret_hash: createHash('sha256').update(secret).digest(),
    ...{ expires_at: new Date(now().getTime() + 7 * 24 * 3_600_000), address: '127.0.0.1', client: 'test' },
    confirmed_at: now(),
  })
  await db
    .insertInto('session')
    .values([
      {
        ...row(1, 'an expired session of Theo', people.theo.id),
        expires_at: new Date(now().getTime() - 1000),
      },
      { ...row(2, 'an old session of Ada', people.ada.id), confirmed_at: null },
    ])
    .execute()
  await as('ada').tell('person.set-role', { id: people.remy.id, role: 'admin' })
  await promoted()
  await as('ada').tell('person.set-role', { id: people.remy.id, role: 'member' })
}
