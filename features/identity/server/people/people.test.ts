import { describe, expect, test } from 'vitest'
import { gone, password, people, teams } from '../../../../seed/story.ts'
import { world } from '../../../../seed/world.ts'

type World = Awaited<ReturnType<typeof world>>
const kinds = async (w: World) => (await w.recorded()).map(({ kind }) => kind)
const code = ({ status, body }: { status: number; body: { code?: string } }) => [status, body.code]

const nina = { username: 'nina', name: 'Nina New', role: 'member' }
const chosen = 'walrus lantern ninety'

async function invited(w: World, more: object = {}) {
  const { body } = await w.as('ada').tell('person.invite', { ...nina, ...more })
  return { id: body.person.id as string, secret: String(body.link).split('#')[1]!, body }
}

describe('an invitation', () => {
  test('brings a person in with a password nobody else knows, and the record says by whom and who took it', async () => {
    await using w = await world()
    const { id, secret, body } = await invited(w, { email: 'Nina@Example.com', groupIds: [teams.sea.id] })

    expect(body.link).toMatch(/^http:\/\/127\.0\.0\.1:7300\/accept#[\w-]{43}$/)
    expect(body.person).toMatchObject({ status: 'invited', email: 'nina@example.com', groupCount: 1 })
    expect(body.mail).toMatchObject({ to: null, subject: 'Your invitation to Annals' })
    expect(body.mail.text).toContain(body.link)
    const opened = await w.anonymous.tell('auth.open-link', { secret })
    expect(opened.body).toMatchObject({ purpose: 'invitation', username: 'nina', name: 'Nina New' })
    expect((await w.anonymous.tell('auth.sign-in', { username: 'nina', password: chosen })).status).toBe(401)

    const accepted = await w.anonymous.tell('auth.accept-link', { secret, password: chosen })
    expect(accepted.body).toEqual({ username: 'nina' })
    const signedIn = await w.anonymous.tell('auth.sign-in', { username: 'nina', password: chosen })
    expect(signedIn.body).toMatchObject({ person: { id }, mustChangePassword: false })
    const recorded = await w.recorded()
    expect(recorded.find(({ kind }) => kind === 'person.invited')).toMatchObject({
      actor: { id: people.ada.id },
      data: { username: 'nina', email: 'nina@example.com', groups: ['Sea'] },
    })
    expect(recorded.find(({ kind }) => kind === 'auth.link-accepted')).toMatchObject({
      actor: { id, name: 'Nina New' },
      data: { purpose: 'invitation', sessionsEnded: 0 },
    })
    const { rows } = await everyRow(w)
    expect(rows).not.toContain(secret)
  })

  test('accepts no password that is little more than a name, and stays open', async () => {
    await using w = await world()
    await w.db.updateTable('workspace').set({ name: 'Harbour' }).execute()
    const { secret } = await invited(w, { email: 'walrus.lantern@example.com' })
    for (const password of ['nina.new', 'NinaNew2026', 'Harbour2026!', 'walrus.lantern1']) {
      const refused = await w.anonymous.tell('auth.accept-link', { secret, password })
      expect(refused, password).toMatchObject({ status: 400, body: { code: 'auth.password_like_name' } })
    }
    expect((await w.anonymous.tell('auth.accept-link', { secret, password: chosen })).status).toBe(200)
  })

  test('works once; used, replaced, withdrawn, expired and never made answer alike', async () => {
    await using w = await world()
    const used = await invited(w)
    await w.anonymous.tell('auth.accept-link', { secret: used.secret, password: chosen })
    const replaced = await invited(w, { username: 'replaced' })
    const newer = await w.as('ada').tell('person.reset-link', { id: replaced.id })
    const withdrawn = await invited(w, { username: 'withdrawn' })
    const { body } = await w.as('ada').ask('person.read', { id: withdrawn.id })
    const left = await w.as('ada').tell('person.withdraw-link', { id: body.links[0].id })
    const removed = await invited(w, { username: 'removed' })
    await w.as('ada').tell('person.remove', { id: removed.id })
    const expired = await invited(w, { username: 'expired' })
    w.pass(7 * 24 * 3600 + 1)

    expect(left.body.links[0].state).toBe('withdrawn')
    expect(newer.body.link).toContain('/accept#')
    const bare = ({ status, body }: { status: number; body: object }) => ({ status, ...body, requestId: '' })
    const never = bare(await w.anonymous.tell('auth.accept-link', { secret: 'x', password: chosen }))
    expect(never).toMatchObject({ status: 404, code: 'auth.link_not_valid' })
    for (const { secret } of [used, replaced, withdrawn, removed, expired])
      for (const name of ['auth.accept-link', 'auth.open-link']) {
        const asked = name === 'auth.open-link' ? { secret } : { secret, password: chosen }
        expect(bare(await w.anonymous.tell(name, asked))).toEqual(never)
      }
  })

  test('taken by two at the same moment lets one of them in', async () => {
    await using w = await world()
    const { secret } = await invited(w)
    const answers = await Promise.all(
      ['first of two who race', 'second of two who race'].map((password) =>
        w.anonymous.tell('auth.accept-link', { secret, password }),
      ),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404])
  })

  test('asks for a password as good as any other, and stays open when it is not', async () => {
    await using w = await world()
    const { secret } = await invited(w)
    expect(code(await w.anonymous.tell('auth.accept-link', { secret, password: 'Password123' }))).toEqual([
      400,
      'auth.common_password',
    ])
    expect((await w.anonymous.tell('auth.accept-link', { secret, password: 'short' })).status).toBe(400)
    expect((await w.anonymous.tell('auth.accept-link', { secret, password: chosen })).status).toBe(200)
  })

  test('for a name that is taken, or into a group that is not there, makes nobody', async () => {
    await using w = await world()
    const cases: [object, (string | number)[]][] = [
      [{ username: 'mina' }, [409, 'person.username_taken']],
      [{ groupIds: [people.mina.id] }, [400, 'person.unknown_group']],
      [{ email: 'nobody' }, [400, 'request.invalid']],
    ]
    for (const [more, expected] of cases)
      expect(code(await w.as('ada').tell('person.invite', { ...nina, ...more }))).toEqual(expected)
    expect((await w.as('ada').ask('person.list', { text: 'nina' })).body.items).toEqual([])
  })
})

describe('a reset link', () => {
  test('sets a new password and ends every session; the old password is over', async () => {
    await using w = await world()
    const { body } = await w.as('ada').tell('person.reset-link', { id: people.mina.id })
    expect(body.mail.subject).toBe('A new password for Annals')
    const secret = String(body.link).split('#')[1]!
    expect((await w.as('mina').ask('auth.me')).status).toBe(200)

    await w.anonymous.tell('auth.accept-link', { secret, password: chosen })

    expect((await w.as('mina').ask('auth.me')).status).toBe(401)
    expect((await w.anonymous.tell('auth.sign-in', { username: 'mina', password })).status).toBe(401)
    expect((await w.anonymous.tell('auth.sign-in', { username: 'mina', password: chosen })).status).toBe(200)
    expect(await kinds(w)).toContain('person.link-made')
  })

  test('is made by somebody who has just proved who they are, for somebody who may come in', async () => {
    await using w = await world()
    const ask = (id: string) => w.as('ada').tell('person.reset-link', { id })
    expect(code(await ask(gone.sven.id))).toEqual([409, 'person.wrong_status'])
    w.pass(901)
    expect(code(await ask(people.mina.id))).toEqual([403, 'request.step_up_due'])
    const { links } = (await w.as('ada').ask('person.read', { id: people.mina.id })).body
    expect(links).toEqual([])
  })

  test('of someone suspended before it was used does not let them back in', async () => {
    await using w = await world()
    const { body } = await w.as('ada').tell('person.reset-link', { id: people.mina.id })
    await w.as('ada').tell('person.suspend', { id: people.mina.id })
    await w.as('ada').tell('person.resume', { id: people.mina.id })
    const secret = String(body.link).split('#')[1]!
    expect((await w.anonymous.tell('auth.accept-link', { secret, password: chosen })).status).toBe(404)
  })
})

describe('someone suspended', () => {
  test('is nobody from the next request on, and with the sessions they had for good', async () => {
    await using w = await world()
    const { body } = await w.as('ada').tell('person.suspend', { id: people.mina.id })
    expect(body.status).toBe('suspended')
    expect((await w.as('mina').ask('auth.me')).status).toBe(401)
    expect((await w.anonymous.tell('auth.sign-in', { username: 'mina', password })).status).toBe(401)

    await w.as('ada').tell('person.resume', { id: people.mina.id })
    expect((await w.as('mina').ask('auth.me')).status).toBe(401)
    expect((await w.anonymous.tell('auth.sign-in', { username: 'mina', password })).status).toBe(200)
    expect(await w.recorded()).toMatchObject([
      { kind: 'person.suspended', data: { username: 'mina', sessionsEnded: 1 } },
      { kind: 'request.failed' },
      { kind: 'auth.sign-in-failed' },
      { kind: 'person.resumed' },
      { kind: 'request.failed' },
      { kind: 'auth.signed-in' },
    ])
  })

  test('is nobody even with a session that is still there', async () => {
    await using w = await world()
    expect((await w.as('sven').ask('auth.me')).status).toBe(401)
    expect((await w.as('rhea').ask('auth.me')).status).toBe(401)
  })
})

describe('someone removed', () => {
  test('leaves their row and their name behind, and the username to whoever comes next', async () => {
    await using w = await world({ machines: true })
    const removed = await w.as('ada').tell('person.remove', { id: people.mina.id })
    expect(removed.body).toMatchObject({ status: 'removed', name: 'Mina Park', groups: [], email: null })
    expect((await w.as('mina').ask('auth.me')).status).toBe(401)

    const second = await w.as('ada').tell('person.create', { ...nina, username: 'mina', password: chosen })
    expect(second.status).toBe(200)
    const signedIn = await w.anonymous.tell('auth.sign-in', { username: 'mina', password: chosen })
    expect(signedIn.body.person).toMatchObject({ id: second.body.id, name: 'Nina New' })
    expect((await w.anonymous.tell('auth.sign-in', { username: 'mina', password })).status).toBe(401)

    const commands = await w.as('olga').ask('command.list', { personId: people.mina.id })
    expect(commands.body.items[0].operator.name).toBe('Mina Park')
    const list = async (status?: string) =>
      (await w.as('olga').ask('person.list', { text: 'mina', ...(status && { status }) })).body.items.map(
        ({ name }: { name: string }) => name,
      )
    expect(await list()).toEqual(['Nina New'])
    expect(await list('removed')).toEqual(['Mina Park'])
    expect(await list('any')).toEqual(['Mina Park', 'Nina New'])
    const team = (await w.as('theo').ask('group.list')).body.items[0]
    expect(team.members.map(({ username }: { username: string }) => username)).toEqual(['theo'])
  })

  test('leaves nothing that could let anybody in', async () => {
    await using w = await world()
    await w.as('mina').tell('token.create', { name: 'mine', scopes: ['person:read'] })
    await w.as('mina').tell('auth.renew-recovery-codes')
    await w.as('ada').tell('person.reset-link', { id: people.mina.id })
    await w.as('ada').tell('person.remove', { id: people.mina.id })
    const { body } = await w.as('ada').ask('person.read', { id: people.mina.id })
    expect(body.links.map(({ state }: { state: string }) => state)).toEqual(['withdrawn'])
    for (const table of ['session', 'totp', 'passkey', 'recovery_code', 'known_place'] as const)
      expect(
        await w.db.selectFrom(table).select('person_id').where('person_id', '=', people.mina.id).execute(),
        table,
      ).toEqual([])
    const tokens = await w.db
      .selectFrom('token')
      .select('disabled_by_name')
      .where('person_id', '=', people.mina.id)
      .execute()
    expect(new Set(tokens.map(({ disabled_by_name }) => disabled_by_name))).toEqual(new Set(['Ada Lovelace']))
    const removed = (await w.recorded()).find(({ kind }) => kind === 'person.removed')
    expect(removed?.data).toMatchObject({ sessionsEnded: 1, tokensDisabled: tokens.length })
  })

  test('cannot be changed, given a role or a group, or removed again', async () => {
    await using w = await world()
    const { id } = gone.rhea
    const acts: [string, object][] = [
      ['person.set-role', { id, role: 'member' }],
      ['person.update', { id, name: 'x' }],
      ['person.suspend', { id }],
      ['person.resume', { id }],
      ['person.remove', { id }],
      ['person.reset-link', { id }],
    ]
    for (const [name, body] of acts)
      expect(code(await w.as('ada').tell(name, body)), name).toEqual([409, 'person.wrong_status'])
    expect(code(await w.as('ada').tell('group.set-members', { id: teams.sea.id, personIds: [id] }))).toEqual([
      400,
      'group.unknown_person',
    ])
  })
})

test('nobody suspends or removes themselves, and the last administrator stays one', async () => {
  await using w = await world()
  const { ada, olga } = people
  for (const act of ['person.suspend', 'person.remove'])
    expect(code(await w.as('ada').tell(act, { id: ada.id }))).toEqual([409, 'person.not_oneself'])
  expect(code(await w.as('ada').tell('person.set-role', { id: ada.id, role: 'member' }))).toEqual([
    409,
    'person.last_admin',
  ])
  await w.as('ada').tell('person.set-role', { id: olga.id, role: 'admin' })
  expect((await w.as('olga').tell('person.suspend', { id: ada.id })).status).toBe(200)
  // Ada is still an administrator by role, but not one who could come in.
  expect(code(await w.as('olga').tell('person.set-role', { id: olga.id, role: 'member' }))).toEqual([
    409,
    'person.last_admin',
  ])
})

describe('what is known of a person', () => {
  test('is changed by an administrator, and the record says from what to what', async () => {
    await using w = await world()
    const { body } = await w
      .as('ada')
      .tell('person.update', { id: people.mina.id, name: 'Mina Lee', account: 'mina', email: null })
    expect(body).toMatchObject({ name: 'Mina Lee', account: 'mina', email: null, username: 'mina' })
    expect(await w.recorded()).toMatchObject([
      {
        kind: 'person.updated',
        data: {
          changed: {
            name: { before: 'Mina Park', after: 'Mina Lee' },
            account: { before: null, after: 'mina' },
            email: { before: 'mina@example.com', after: null },
          },
        },
      },
    ])
    expect(code(await w.as('ada').tell('person.update', { id: people.mina.id, username: 'theo' }))).toEqual([
      409,
      'person.username_taken',
    ])
  })

  test('is changed by the person where it is theirs to say, and stays the same elsewhere', async () => {
    await using w = await world()
    await w.as('mina').tell('person.update-profile', { preferences: { theme: 'dark', density: 'compact' } })
    const second = await w.as('mina').tell('person.update-profile', {
      email: 'mina@elsewhere.example',
      preferences: { density: 'standard', timeZone: 'Asia/Seoul' },
    })
    expect(second.status).toBe(200)
    expect((await w.as('mina').ask('auth.me')).body).toMatchObject({
      name: 'Mina Park',
      email: 'mina@elsewhere.example',
      preferences: { theme: 'dark', density: 'standard', timeZone: 'Asia/Seoul' },
    })
    for (const wrong of [{ role: 'admin' }, { account: 'root' }, { preferences: { timeZone: 'Mars/Base' } }])
      expect((await w.as('mina').tell('person.update-profile', wrong)).status).toBe(400)
  })

  test('includes the address only for those who need it', async () => {
    await using w = await world()
    const emails = async (persona: 'theo' | 'olga') =>
      Object.fromEntries(
        (await w.as(persona).ask('person.list', { limit: 200 })).body.items.map(
          ({ username, email }: { username: string; email: string | null }) => [username, email],
        ),
      )
    expect(await emails('theo')).toEqual({ mina: null, theo: 'theo@example.com' })
    expect(await emails('olga')).toMatchObject({ mina: 'mina@example.com', sven: 'sven@example.com' })
    expect((await w.as('theo').ask('person.read', { id: people.mina.id })).body).toMatchObject({
      email: null,
      links: [],
      groups: [{ name: 'Sea', role: 'manager' }],
    })
    expect((await w.as('theo').ask('person.read', { id: people.juno.id })).status).toBe(404)
  })
})

test('the list goes on where it stopped, also between two of one username', async () => {
  await using w = await world()
  await w.as('ada').tell('person.remove', { id: people.mina.id })
  await w.as('ada').tell('person.create', { ...nina, username: 'mina', password: chosen })
  const seen: string[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const { body } = await w
      .as('olga')
      .ask('person.list', { status: 'any', limit: 2, ...(cursor && { cursor }) })
    seen.push(...body.items.map(({ username }: { username: string }) => username))
    cursor = body.next
  }
  expect(seen).toEqual(['ada', 'gus', 'juno', 'mina', 'mina', 'olga', 'remy', 'rhea', 'sven', 'theo'])
  expect((await w.as('olga').ask('person.list', { cursor: 'mina' })).status).toBe(400)
  expect((await w.as('olga').ask('person.list', { role: 'auditor' })).body.items).toHaveLength(1)
})

async function everyRow(w: World) {
  const { sql } = await import('kysely')
  const found = await sql<{ text: string }>`
    select query_to_xml('select * from ' || quote_ident(table_name), false, true, '')::text as text
    from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`.execute(w.db)
  return { rows: found.rows.map(({ text }) => text).join('\n') }
}
