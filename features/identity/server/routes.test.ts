import { describe, expect, test } from 'vitest'
import { password, people, teams } from '../../../seed/story.ts'
import { world } from '../../../seed/world.ts'

describe('auth.sign-in', () => {
  test('a person gets a session that says who they are, and the record keeps it', async () => {
    await using w = await world()

    const answer = await w.anonymous.tell('auth.sign-in', { username: 'Mina', password })
    const [cookie] = answer.cookies as { name: string; value: string; httpOnly: boolean; sameSite: string }[]
    const me = await w.withCookie(cookie!.value).ask('auth.me')

    expect(answer.status).toBe(200)
    expect(cookie).toMatchObject({ name: 'annals', httpOnly: true, sameSite: 'Strict' })
    expect(me.body).toMatchObject({
      username: 'mina',
      role: 'member',
      groups: [{ name: 'Sea', role: 'manager' }],
      mustChangePassword: false,
    })
    expect(await w.recorded()).toMatchObject([
      { kind: 'auth.signed-in', actor: { id: people.mina.id, name: 'Mina Park' } },
    ])
  })

  test('a wrong password and a person who does not exist answer alike; both are recorded, the name only where it is one', async () => {
    await using w = await world()

    const wrong = await w.anonymous.tell('auth.sign-in', { username: 'mina', password: 'not hers at all' })
    const nobody = await w.anonymous.tell('auth.sign-in', { username: 'my-secret-password', password: 'x' })

    const bare = ({ status, body }: typeof wrong) => ({ status, code: body.code, message: body.message })
    expect(bare(wrong)).toEqual(bare(nobody))
    expect(wrong.status).toBe(401)
    const recorded = await w.recorded()
    expect(recorded.map(({ kind, data }) => ({ kind, data }))).toEqual([
      { kind: 'auth.sign-in-failed', data: { username: 'mina', why: 'wrong password' } },
      { kind: 'auth.sign-in-failed', data: { username: null, why: 'unknown person' } },
    ])
  })

  test('after ten failures the next attempt has to wait, whether the person exists or not', async () => {
    await using w = await world()
    for (const username of ['mina', 'nobody-here']) {
      for (let n = 0; n < 10; n++)
        await w.anonymous.tell('auth.sign-in', { username, password: 'wrong again' })
      const next = await w.anonymous.tell('auth.sign-in', { username, password })
      expect(next).toMatchObject({ status: 429, body: { code: 'auth.too_many_attempts' } })
    }
    w.pass(1000)
    expect((await w.anonymous.tell('auth.sign-in', { username: 'mina', password })).status).toBe(200)
  })
})

describe('sessions', () => {
  test('signing out ends the session at once', async () => {
    await using w = await world()
    expect((await w.as('mina').tell('auth.sign-out')).status).toBe(200)
    expect(await w.as('mina').ask('auth.me')).toMatchObject({
      status: 401,
      body: { code: 'request.unauthenticated' },
    })
  })

  test('an idle session ends after twelve hours and a used one after seven days', async () => {
    await using w = await world()
    for (let hour = 0; hour < 7 * 24 - 6; hour += 6) {
      expect((await w.as('mina').ask('auth.me')).status, `after ${hour} hours`).toBe(200)
      w.pass(6 * 3600)
    }
    w.pass(6 * 3600)
    expect((await w.as('mina').ask('auth.me')).status).toBe(401)
    expect((await w.as('theo').ask('auth.me')).status).toBe(401)
  })

  test('a new password ends every other session, and the old one no longer signs in', async () => {
    await using w = await world()
    const other = await w.anonymous.tell('auth.sign-in', { username: 'mina', password })
    const cookie = (other.cookies[0] as { value: string }).value

    const changed = await w
      .as('mina')
      .tell('auth.change-password', { current: password, password: 'walrus lantern ninety' })

    expect(changed.status).toBe(200)
    expect((await w.withCookie(cookie).ask('auth.me')).status).toBe(401)
    expect((await w.as('mina').ask('auth.me')).status).toBe(200)
    expect((await w.anonymous.tell('auth.sign-in', { username: 'mina', password })).status).toBe(401)
  })

  test('until a one-time password is replaced, nothing else can be done', async () => {
    await using w = await world()
    await w.db
      .updateTable('person')
      .set({ must_change_password: true })
      .where('id', '=', people.ada.id)
      .execute()

    expect(await w.as('ada').ask('person.list')).toMatchObject({
      status: 403,
      body: { code: 'request.new_password_due' },
    })
    await w.as('ada').tell('auth.change-password', { current: password, password: 'walrus lantern ninety' })
    expect((await w.as('ada').ask('person.list')).status).toBe(200)
  })
})

describe('people and groups', () => {
  test('nobody is made with a password that is little more than their name or the workspace’s', async () => {
    await using w = await world()
    await w.db.updateTable('workspace').set({ name: 'Harbour' }).execute()
    const nina = { username: 'nina.new', name: 'Nina New', role: 'member' }
    for (const password of ['nina.new', '1ninanew!', 'NewNina99', 'harbour-2026']) {
      const refused = await w.as('ada').tell('person.create', { ...nina, password })
      expect(refused, password).toMatchObject({ status: 400, body: { code: 'auth.password_like_name' } })
    }
    const made = await w.as('ada').tell('person.create', { ...nina, password: 'nina keeps a walrus' })
    expect(made.status).toBe(200)
  })

  test('an administrator makes people and groups, and the record names both', async () => {
    await using w = await world()
    const created = await w.as('ada').tell('person.create', {
      username: 'nina',
      name: 'Nina New',
      role: 'member',
      password: 'a fine long one',
    })
    const group = await w.as('ada').tell('group.create', { name: 'Harbour' })
    const filled = await w.as('ada').tell('group.set-members', {
      id: group.body.id,
      members: [{ personId: created.body.id, role: 'owner' }, { personId: people.theo.id }],
    })

    expect(filled.body.members).toMatchObject([
      { username: 'nina', role: 'owner' },
      { username: 'theo', role: 'member' },
    ])
    expect((await w.recorded()).map(({ kind }) => kind)).toEqual([
      'person.created',
      'group.created',
      'group.members-set',
    ])
  })

  test('a member, an auditor and nobody at all may not; each refusal is recorded', async () => {
    await using w = await world()
    const body = { username: 'nina', name: 'Nina', role: 'admin', password: 'a fine long one' }
    expect((await w.as('mina').tell('person.create', body)).status).toBe(403)
    expect((await w.as('olga').tell('person.create', body)).status).toBe(403)
    expect((await w.anonymous.tell('person.create', body)).status).toBe(401)
    expect((await w.recorded()).map(({ kind, data }) => [kind, data['role']])).toEqual([
      ['request.denied', 'member'],
      ['request.denied', 'auditor'],
      ['request.failed', undefined],
    ])
  })

  test('members see team mates and their own groups, nobody else', async () => {
    await using w = await world()
    const seen = async (who: 'mina' | 'juno' | 'remy' | 'olga') => ({
      people: (await w.as(who).ask('person.list')).body.items.map(
        (person: { username: string }) => person.username,
      ),
      groups: (await w.as(who).ask('group.list')).body.items.map((group: { name: string }) => group.name),
    })
    expect(await seen('mina')).toEqual({ people: ['mina', 'theo'], groups: ['Sea'] })
    expect(await seen('juno')).toEqual({ people: ['gus', 'juno', 'sven'], groups: ['Sky'] })
    expect(await seen('remy')).toEqual({ people: ['remy'], groups: [] })
    expect((await seen('olga')).people).toHaveLength(8)
  })

  test('the last administrator stays one', async () => {
    await using w = await world()
    expect(await w.as('ada').tell('person.set-role', { id: people.ada.id, role: 'member' })).toMatchObject({
      status: 409,
      body: { code: 'person.last_admin' },
    })
  })

  test('what is wrong is said, and nothing is half done', async () => {
    await using w = await world()
    const ada = w.as('ada')
    const cases: [string, object, string][] = [
      [
        'person.create',
        { username: 'Bad Name', name: 'x', role: 'member', password: 'a fine long one' },
        'request.invalid',
      ],
      [
        'person.create',
        { username: 'okay', name: 'x', role: 'member', password: 'password1' },
        'auth.common_password',
      ],
      [
        'person.create',
        { username: 'mina', name: 'x', role: 'member', password: 'a fine long one' },
        'person.username_taken',
      ],
      [
        'person.create',
        { username: 'okay', name: 'x', role: 'member', password: 'a fine long one', admin: true },
        'request.invalid',
      ],
      ['group.create', { name: ' sea ' }, 'group.name_taken'],
      ['group.set-members', { id: teams.sea.id, personIds: [teams.sky.id] }, 'group.unknown_person'],
      ['group.set-members', { id: teams.sea.id }, 'request.invalid'],
    ]
    for (const [name, body, code] of cases)
      expect((await ada.tell(name, body)).body.code, `${name} ${JSON.stringify(body)}`).toBe(code)
    expect((await w.recorded()).map(({ kind, data }) => [kind, data['code']])).toEqual(
      cases.map(([, , code]) => ['request.failed', code]),
    )
  })
})

describe('a request from elsewhere', () => {
  test.each(['https://evil.example', 'null', 'http://127.0.0.1:1', 'http://localhost.evil.example'])(
    'with Origin %s is refused',
    async (origin) => {
      await using w = await world()
      const answer = await w.as('ada').tell('group.create', { name: 'x' }, { origin, host: '127.0.0.1:7300' })
      expect(answer).toMatchObject({ status: 403, body: { code: 'request.foreign_origin' } })
      expect(await w.recorded()).toMatchObject([
        { kind: 'request.denied', data: { endpoint: 'group.create', code: 'request.foreign_origin' } },
      ])
    },
  )

  test('as a form is not even read', async () => {
    await using w = await world()
    const answer = await w.app.inject({
      method: 'POST',
      url: '/api/group.create',
      payload: 'name=x',
      headers: { cookie: `annals=${w.cookies.ada}`, 'content-type': 'application/x-www-form-urlencoded' },
    })
    expect(answer.statusCode).toBe(415)
  })
})
