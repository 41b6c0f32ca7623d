import { createHash, randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { password, people } from '../../../../seed/story.ts'
import { world } from '../../../../seed/world.ts'

type Status = 'invited' | 'active' | 'suspended' | 'removed'
interface Model {
  readonly id: string
  status: Status
  role: 'admin' | 'auditor' | 'member'
  secret: string | undefined
}

const acts = ['accept', 'suspend', 'resume', 'remove', 'admin', 'member'] as const
type Act = (typeof acts)[number]

/** Where an act leads; undefined where it is refused. */
const leads: Readonly<Record<Status, Partial<Record<Act, Status>>>> = {
  invited: { accept: 'active', remove: 'removed', admin: 'invited', member: 'invited' },
  active: { suspend: 'suspended', remove: 'removed', admin: 'active', member: 'active' },
  suspended: { resume: 'active', remove: 'removed', admin: 'suspended', member: 'suspended' },
  removed: {},
}

test('whatever administrators do to each other in whatever order, everyone is where the states lead, and one administrator can always come in', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ by: fc.nat(4), on: fc.nat(4), act: fc.constantFrom(...acts) }), {
        minLength: 5,
        maxLength: 30,
      }),
      async (steps) => {
        await using w = await world()
        const cast = await assemble(w)
        for (const { by, on, act } of steps) {
          const [actor, target] = [cast[by]!, cast[on]!]
          const status = await perform(w, actor, target, act)
          const isAdmin = actor.role === 'admin' && actor.status === 'active'
          const expected = expectedOf(cast, { actor, target, act, isAdmin })
          expect({ act, status }).toEqual({ act, status: expected.status })
          if (expected.status === 200) Object.assign(target, expected.becomes)
          const { rows } = await admins(w)
          expect(rows.length).toBeGreaterThan(0)
        }
        const rows = await w.db.selectFrom('person').select(['id', 'status', 'role']).execute()
        for (const { id, status, role } of cast)
          expect(rows.find((row) => row.id === id)).toEqual({ id, status, role })
      },
    ),
    { numRuns: 12 },
  )
})

test('two administrators who demote each other at the same moment leave one', async () => {
  for (const act of ['person.set-role', 'person.suspend', 'person.remove']) {
    await using w = await world()
    const { ada, olga } = people
    await w.as('ada').tell('person.set-role', { id: olga.id, role: 'admin' })
    const more = act === 'person.set-role' ? { role: 'member' } : {}
    const answers = await Promise.all([
      w.as('ada').tell(act, { id: olga.id, ...more }),
      w.as('olga').tell(act, { id: ada.id, ...more }),
    ])
    // The second finds itself the last one, or no administrator any more.
    expect(
      answers.filter(({ status }) => status === 200),
      act,
    ).toHaveLength(1)
    expect((await admins(w)).rows, act).toHaveLength(1)
  }
})

type World = Awaited<ReturnType<typeof world>>

const admins = async (w: World) => ({
  rows: await w.db
    .selectFrom('person')
    .select('id')
    .where('role', '=', 'admin')
    .where('status', '=', 'active')
    .execute(),
})

/** Ada, Olga, Mina, and two who are only invited. */
async function assemble(w: World): Promise<Model[]> {
  const known = (['ada', 'olga', 'mina'] as const).map((name) => ({
    id: people[name].id,
    status: 'active' as const,
    role: people[name].role,
    secret: undefined,
  }))
  const invited = await Promise.all(
    ['nina', 'nora'].map(async (username) => {
      const { body } = await w.as('ada').tell('person.invite', { username, name: username, role: 'member' })
      const secret = String(body.link).split('#')[1]
      return { id: body.person.id, status: 'invited' as const, role: 'member' as const, secret }
    }),
  )
  return [...known, ...invited]
}

/** As the actor, with a session that is opened for this act alone, so that only the act is tried. */
async function perform(w: World, actor: Model, target: Model, act: Act): Promise<number> {
  if (act === 'accept')
    return (await w.anonymous.tell('auth.accept-link', { secret: target.secret ?? 'none', password })).status
  const cookie = await sessionOf(w, actor.id)
  const body = act === 'admin' || act === 'member' ? { id: target.id, role: act } : { id: target.id }
  const name = act === 'admin' || act === 'member' ? 'person.set-role' : `person.${act}`
  return (await w.withCookie(cookie).tell(name, body)).status
}

let sessions = 0
async function sessionOf(w: World, personId: string): Promise<string> {
  const cookie = `session ${++sessions}`
  const now = new Date('2026-08-03T09:00:00.000Z')
  await w.db
    .insertInto('session')
    .values({
      id: randomUUID(),
      person_id: personId,
      secret_hash: createHash('sha256').update(cookie).digest(),
      created_at: now,
      seen_at: now,
      expires_at: new Date(now.getTime() + 3_600_000),
      address: '127.0.0.1',
      client: 'test',
      confirmed_at: now,
    })
    .execute()
  return cookie
}

interface Step {
  readonly actor: Model
  readonly target: Model
  readonly act: Act
  readonly isAdmin: boolean
}

function expectedOf(cast: readonly Model[], { actor, target, act, isAdmin }: Step) {
  const becomes = leads[target.status][act]
  if (act === 'accept')
    return target.secret !== undefined && becomes !== undefined
      ? { status: 200, becomes: { status: becomes, secret: undefined } }
      : { status: 404 }
  if (actor.status !== 'active') return { status: 401 }
  if (!isAdmin) return { status: 403 }
  if (becomes === undefined) return { status: 409 }
  const leaves = act === 'suspend' || act === 'remove'
  if (leaves && actor.id === target.id) return { status: 409 }
  const isLast =
    target.role === 'admin' &&
    target.status === 'active' &&
    cast.filter(({ role, status }) => role === 'admin' && status === 'active').length === 1
  if (isLast && (leaves || act === 'member')) return { status: 409 }
  const role = act === 'admin' || act === 'member' ? { role: act } : {}
  return { status: 200, becomes: { status: becomes, ...role } }
}
