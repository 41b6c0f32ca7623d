import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { password, people, teams } from '../../../../seed/story.ts'
import { world } from '../../../../seed/world.ts'
import {
  type IdentityProvider,
  providerBrowser,
  startIdentityProvider,
} from '../../../../test/identity-provider.ts'
import { codeOf, enrolTotp } from '../sign-in/world-steps.fixture.ts'
import { begin, comeBack, cookieOf, redirectUri, setUp, visit, type World } from './visit.fixture.ts'

let provider: IdentityProvider
beforeAll(async () => {
  provider = await startIdentityProvider({ redirectUri })
})
const nina = { preferred_username: 'nina', name: 'Nina New', email: 'nina@example.com', email_verified: true }
beforeEach(() => provider.set({ sub: 'nina-1', claims: nina }))
afterAll(() => provider[Symbol.asyncDispose]())

const refused = (code: string) => `/sign-in?refused=auth.single_sign_on_${code}`
const failures = async (w: World) =>
  (await w.recorded()).flatMap(({ kind, data }) =>
    kind === 'auth.single-sign-on-failed' ? [data['why']] : [],
  )
const kinds = async (w: World) => (await w.recorded()).map(({ kind }) => kind)
const roleOf = async (w: World, username: string) =>
  (await w.db.selectFrom('person').select('role').where('username', '=', username).executeTakeFirst())?.role
const groupsOf = async (w: World, username: string) =>
  (
    await w.db
      .selectFrom('team_member')
      .innerJoin('team', 'team.id', 'team_member.team_id')
      .innerJoin('person', 'person.id', 'team_member.person_id')
      .select('team.name')
      .where('username', '=', username)
      .orderBy('team.name')
      .execute()
  ).map(({ name }) => name)
const setEmail = (w: World, username: string, email: string | null, more: object = {}) =>
  w.db
    .updateTable('person')
    .set({ email, ...more })
    .where('username', '=', username)
    .execute()

describe('a first sign-in', () => {
  test('makes the person, opens a session and goes on to the page that was wanted', async () => {
    await using w = await world()
    await setUp(w, provider)

    const { answer, to, session, me } = await visit(w, 'nina-1', { to: '/commands?status=Failed' })

    expect(answer.status).toBe(303)
    expect(to).toBe('/commands?status=Failed')
    expect(session).toMatchObject({ httpOnly: true, sameSite: 'Strict', path: '/' })
    const known = await me.ask('auth.me')
    expect(known.body).toMatchObject({
      username: 'nina',
      name: 'Nina New',
      role: 'member',
      email: nina.email,
    })
    const recorded = (await w.recorded()).filter(({ kind }) => kind !== 'single-sign-on.updated')
    expect(recorded).toMatchObject([
      {
        kind: 'person.created',
        actor: { name: 'Single sign-on' },
        data: { username: 'nina', role: 'member' },
      },
      { kind: 'single-sign-on.linked', data: { username: 'nina', by: 'first sign-in' } },
      { kind: 'auth.signed-in', actor: { name: 'Nina New' }, data: { method: 'single-sign-on' } },
    ])
  })

  test('takes what the ID token says where the provider says it there', async () => {
    await using other = await startIdentityProvider({ redirectUri, inIdToken: true })
    other.set({ sub: 'nina-1', claims: { ...nina, preferred_username: 'nina@example.com' } })
    await using w = await world()
    await setUp(w, other)
    expect((await (await visit(w, 'nina-1')).me.ask('auth.me')).body).toMatchObject({ username: 'nina' })
  })

  test('is refused where nobody is made that way, and the record says why', async () => {
    await using w = await world()
    await setUp(w, provider, { createsPeople: false })
    const { to, session } = await visit(w, 'nina-1')
    expect({ to, session }).toEqual({ to: refused('refused'), session: undefined })
    expect((await w.recorded()).at(-1)).toMatchObject({
      kind: 'auth.single-sign-on-failed',
      data: { issuer: provider.issuer, why: 'unknown person' },
    })
  })

  test('never takes the name of somebody who is here, nor their account', async () => {
    await using w = await world()
    provider.set({ sub: 'x', claims: { ...nina, preferred_username: 'mina' } })
    await setUp(w, provider)
    expect((await visit(w, 'x')).to).toBe(refused('name_taken'))
    const made = w.db.selectFrom('person_identity').select('subject').where('issuer', '=', provider.issuer)
    expect(await made.execute()).toEqual([])
  })

  test('without a usable username, or without a role meant for them, makes nobody', async () => {
    await using w = await world()
    provider.set({ sub: 'x', claims: { preferred_username: '<script>' } })
    await setUp(w, provider)
    expect((await visit(w, 'x')).to).toBe(refused('failed'))
    await setUp(w, provider, { rolesClaim: 'groups', defaultRole: null })
    expect((await visit(w, 'nina-1')).to).toBe(refused('refused'))
    expect(await failures(w)).toEqual(['no username', 'no role'])
    expect(await roleOf(w, 'nina')).toBeUndefined()
  })
})

describe('a later sign-in', () => {
  test('finds the person by issuer and subject, whatever their name and address are by then', async () => {
    await using w = await world()
    await setUp(w, provider)
    const first = (await (await visit(w, 'nina-1')).me.ask('auth.me')).body
    provider.set({ sub: 'nina-1', claims: { preferred_username: 'mina', email: 'ada@example.com' } })
    expect((await (await visit(w, 'nina-1')).me.ask('auth.me')).body.id).toBe(first.id)
    expect((await kinds(w)).filter((kind) => kind === 'person.created')).toHaveLength(1)
  })

  test.each(['suspended', 'removed'] as const)(
    'of somebody %s is refused without saying so',
    async (status) => {
      await using w = await world()
      await setUp(w, provider)
      await visit(w, 'nina-1')
      await w.db.updateTable('person').set({ status }).where('username', '=', 'nina').execute()
      const { to, session } = await visit(w, 'nina-1')
      expect({ to, session }).toEqual({ to: refused('refused'), session: undefined })
      expect((await w.recorded()).at(-1)).toMatchObject({
        actor: { name: 'Nina New' },
        data: { why: status },
      })
    },
  )

  test('ends the session it replaces, and its proof is as old as the provider says', async () => {
    await using w = await world()
    await setUp(w, provider)
    const first = await visit(w, 'nina-1')
    const { to, attempt } = await begin(w, {}, first.session!.value)
    const parameters = await providerBrowser().signIn(to, 'nina-1')
    await comeBack(w, parameters, attempt)
    expect((await first.me.ask('auth.me')).status).toBe(401)
  })
})

describe('somebody who is here already', () => {
  const link = { linksByEmail: true, createsPeople: false }

  test('is found by an address the provider verified, only where that is allowed', async () => {
    await using w = await world()
    provider.set({
      sub: 'm',
      claims: { preferred_username: 'm.park', email: 'Mina@Example.com', email_verified: true },
    })
    await setEmail(w, 'mina', 'mina@example.com')
    await setUp(w, provider, { createsPeople: false })
    expect((await visit(w, 'm')).to).toBe(refused('refused'))
    await setUp(w, provider, link)
    expect((await (await visit(w, 'm')).me.ask('auth.me')).body.username).toBe('mina')
    expect((await w.recorded()).at(-2)).toMatchObject({
      kind: 'single-sign-on.linked',
      data: { username: 'mina', by: 'verified e-mail' },
    })
  })

  test.each([undefined, false, 'true', 1])(
    'is not found by an address with email_verified %j',
    async (verified) => {
      await using w = await world()
      provider.set({ sub: 'm', claims: { email: 'mina@example.com', email_verified: verified } })
      await setEmail(w, 'mina', 'mina@example.com')
      await setUp(w, provider, link)
      expect((await visit(w, 'm')).to).toBe(refused('refused'))
      expect(await failures(w)).toEqual(['unknown person'])
    },
  )

  test('is not found by an address that two have, or that had another owner at this provider', async () => {
    await using w = await world()
    const claims = { email: 'shared@example.com', email_verified: true }
    provider.set({ sub: 'one', claims })
    provider.set({ sub: 'two', claims })
    await setEmail(w, 'mina', 'shared@example.com')
    await setEmail(w, 'theo', 'shared@example.com')
    await setUp(w, provider, link)
    expect((await visit(w, 'one')).to).toBe(refused('refused'))
    await setEmail(w, 'theo', null)
    expect((await visit(w, 'one')).to).toBe('/')
    expect((await visit(w, 'two')).to).toBe(refused('refused'))
    expect(await failures(w)).toEqual(['e-mail belongs to several people', 'linked to another identity'])
  })

  test('is not found by an address they wrote into their own profile', async () => {
    await using w = await world()
    await w.as('mina').tell('person.update-profile', { email: 'nina@example.com' })
    await setUp(w, provider, link)
    expect((await visit(w, 'nina-1')).to).toBe(refused('refused'))
    await w.as('ada').tell('person.update', { id: people.mina.id, email: 'nina@example.com' })
    expect((await (await visit(w, 'nina-1')).me.ask('auth.me')).body.username).toBe('mina')
  })

  test('and was invited takes the invitation up; its link ends', async () => {
    await using w = await world()
    await w.as('ada').tell('person.invite', {
      ...{ username: 'nina', name: 'Nina', role: 'auditor', email: 'nina@example.com' },
    })
    await setUp(w, provider, link)
    const { me } = await visit(w, 'nina-1')
    expect((await me.ask('auth.me')).body).toMatchObject({ username: 'nina', role: 'auditor' })
    const open = w.db.selectFrom('person_link').select('id').where('withdrawn_at', 'is', null)
    expect(await open.where('purpose', '=', 'invitation').execute()).toEqual([])
  })
})

describe('groups and roles', () => {
  const mapping = {
    groupsClaim: 'groups',
    groups: [
      { value: 'sailors', groupId: teams.sea.id },
      { value: 'pilots', groupId: teams.sky.id },
    ],
    rolesClaim: 'realm_access.roles',
    roles: [
      { value: 'annals-admin', role: 'admin' },
      { value: 'annals-auditor', role: 'auditor' },
    ],
  }
  const say = (groups: unknown, roles: unknown) =>
    provider.set({ sub: 'nina-1', claims: { ...nina, groups, realm_access: { roles } } })

  test('follow the claims at every sign-in; what is taken away there is taken away here', async () => {
    await using w = await world()
    await setUp(w, provider, mapping)
    say(['sailors', 'strangers'], ['annals-auditor', 'annals-admin'])
    await visit(w, 'nina-1')
    expect([await roleOf(w, 'nina'), await groupsOf(w, 'nina')]).toEqual(['admin', ['Sea']])

    say(['pilots'], ['annals-auditor'])
    await visit(w, 'nina-1')
    expect([await roleOf(w, 'nina'), await groupsOf(w, 'nina')]).toEqual(['auditor', ['Sky']])

    say(undefined, [])
    await visit(w, 'nina-1')
    expect([await roleOf(w, 'nina'), await groupsOf(w, 'nina')]).toEqual(['member', []])
    const changes = (await w.recorded()).filter(({ kind }) => /role-set|members-set/.test(kind))
    expect(changes.map(({ actor, kind, data }) => [actor.name, kind, data['after'] ?? data['name']])).toEqual(
      [
        ['Single sign-on', 'group.members-set', 'Sea'],
        ['Single sign-on', 'person.role-set', 'auditor'],
        ['Single sign-on', 'group.members-set', 'Sky'],
        ['Single sign-on', 'group.members-set', 'Sea'],
        ['Single sign-on', 'person.role-set', 'member'],
        ['Single sign-on', 'group.members-set', 'Sky'],
      ],
    )
  })

  test('reach the pages that are open at once', async () => {
    await using w = await world()
    await setUp(w, provider, mapping)
    say(['sailors'], ['annals-admin'])
    const { me } = await visit(w, 'nina-1')
    expect((await me.ask('single-sign-on.read')).status).toBe(200)
    say([], [])
    await visit(w, 'nina-1')
    expect((await me.ask('single-sign-on.read')).status).toBe(403)
  })

  test('that nobody maps, and who is owner of a group, stay as they are', async () => {
    await using w = await world()
    await setEmail(w, 'juno', 'nina@example.com')
    await setEmail(w, 'mina', 'other@example.com')
    await setUp(w, provider, {
      ...{ ...mapping, groups: [{ value: 'pilots', groupId: teams.sky.id }] },
      ...{ linksByEmail: true, createsPeople: false },
    })
    await w.db
      .insertInto('team_member')
      .values({ team_id: teams.sea.id, person_id: people.juno.id, role: 'manager' })
      .execute()
    say(['pilots'], [])
    await visit(w, 'nina-1')
    const rows = await w.db
      .selectFrom('team_member')
      .select('role')
      .where('person_id', '=', people.juno.id)
      .orderBy('role')
      .execute()
    expect(rows).toEqual([{ role: 'manager' }, { role: 'owner' }])
  })

  test('are set only at the first sign-in where they are not to follow', async () => {
    await using w = await world()
    await setUp(w, provider, { ...mapping, synchronizes: false })
    say(['sailors'], ['annals-auditor'])
    await visit(w, 'nina-1')
    say(['pilots'], ['annals-admin'])
    await visit(w, 'nina-1')
    expect([await roleOf(w, 'nina'), await groupsOf(w, 'nina')]).toEqual(['auditor', ['Sea']])
  })

  test('never leave the workspace without an administrator, and the record says so', async () => {
    await using w = await world()
    await setEmail(w, 'ada', 'nina@example.com')
    await setUp(w, provider, { ...mapping, linksByEmail: true })
    say([], [])
    await visit(w, 'nina-1')
    expect(await roleOf(w, 'ada')).toBe('admin')
    expect((await w.recorded()).find(({ kind }) => kind === 'single-sign-on.role-kept')?.data).toEqual({
      ...{ username: 'ada', kept: 'admin', said: 'member' },
    })
  })
})

describe('a second factor', () => {
  const linked = { linksByEmail: true, createsPeople: false }
  const asMina = (more: object = {}) =>
    provider.set({ sub: 'm', claims: { email: 'mina@example.com', email_verified: true }, ...more })

  test('that somebody has set up here is asked for; only then the session opens', async () => {
    await using w = await world()
    asMina()
    await setEmail(w, 'mina', 'mina@example.com')
    await setUp(w, provider, linked)
    const { secret } = await enrolTotp(w, 'mina')
    const { to, session, me } = await visit(w, 'm', { to: '/commands' })
    expect(to).toBe('/sign-in?step=second-factor&methods=totp%2Crecovery-code&to=%2Fcommands')
    expect((await me.ask('auth.me')).status).toBe(401)
    expect(session).toMatchObject({ maxAge: 300 })

    const done = await me.tell('auth.second-factor', { code: codeOf(secret, w) })
    expect((await w.withCookie(cookieOf(done, 'annals')!.value).ask('auth.me')).body.username).toBe('mina')
    const signing = (await w.recorded()).filter(({ kind }) => /signed-in|factor-asked/.test(kind))
    expect(signing).toMatchObject([
      { kind: 'auth.second-factor-asked', data: { after: 'single-sign-on' } },
      { kind: 'auth.signed-in', data: { method: 'single-sign-on', secondFactor: 'totp' } },
    ])
  })

  test.each([
    ['amr', { amr: ['pwd', 'mfa'] }],
    ['acr', { acr: 'https://refeds.org/profile/mfa' }],
  ])('the provider asked for, as %s says, counts only where its word is trusted', async (_claim, said) => {
    await using w = await world()
    asMina(said)
    await setEmail(w, 'mina', 'mina@example.com')
    await enrolTotp(w, 'mina')
    await setUp(w, provider, linked)
    expect((await visit(w, 'm')).to).toBe('/sign-in?step=second-factor&methods=totp%2Crecovery-code')
    await setUp(w, provider, { ...linked, trustsSecondFactor: true })
    expect((await visit(w, 'm')).to).toBe('/')
    asMina()
    expect((await visit(w, 'm')).to).toBe('/sign-in?step=second-factor&methods=totp%2Crecovery-code')
  })

  test('the workspace demands is to be set up, unless the provider asked for one and is trusted', async () => {
    await using w = await world()
    await w.db.updateTable('workspace').set({ second_factor: 'everyone' }).execute()
    await w.db.updateTable('session').set({ is_factor_trusted: true }).execute()
    await setUp(w, provider, { trustsSecondFactor: true })
    const without = await visit(w, 'nina-1')
    expect(await without.me.ask('person.list')).toMatchObject({ body: { code: 'request.second_factor_due' } })
    provider.set({ sub: 'nina-1', claims: nina, amr: ['mfa'] })
    const trusted = await visit(w, 'nina-1')
    expect((await trusted.me.ask('person.list')).status).toBe(200)
  })
})

describe('a password, where it is for administrators only', () => {
  test('signs in an administrator and nobody else, who hears what a wrong one hears', async () => {
    await using w = await world()
    await setUp(w, provider, { passwordFor: 'admins' })
    const attempt = (username: string, secret: string) =>
      w.anonymous.tell('auth.sign-in', { username, password: secret })
    const right = await attempt('mina', password)
    const wrong = await attempt('theo', 'not his at all')
    expect(right).toMatchObject({
      status: wrong.status,
      body: { code: wrong.body.code, message: wrong.body.message },
    })
    expect((await attempt('ada', password)).status).toBe(200)
    expect((await w.recorded()).find(({ kind }) => kind === 'auth.sign-in-failed')?.data).toEqual({
      ...{ username: 'mina', why: 'single sign-on only' },
    })
    await setUp(w, provider, { enabled: false })
    expect((await attempt('mina', password)).status).toBe(200)
  })
})
