import { describe, expect, test } from 'vitest'
import { people } from '../../../../seed/story.ts'
import { world } from '../../../../seed/world.ts'
import {
  codeOf,
  cookieIn,
  enrolPasskey,
  enrolTotp,
  firstStep,
  page,
  type World,
} from './world-steps.fixture.ts'

const kinds = async (w: World) => (await w.recorded()).map(({ kind }) => kind)
const wrongOf = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, '0')

describe('an authenticator app', () => {
  test('counts only after a code of it, and then every sign-in asks for one', async () => {
    await using w = await world()
    const started = await w.as('mina').tell('auth.start-totp')
    expect(started.body.address).toMatch(/^otpauth:\/\/totp\/Annals:mina\?secret=[A-Z2-7]{32}/)
    expect((await firstStep(w, 'mina')).body).toHaveProperty('person')

    const code = codeOf(started.body.secret, w)
    const wrong = await w.as('mina').tell('auth.confirm-totp', { code: wrongOf(code) })
    expect(wrong).toMatchObject({ status: 403, body: { code: 'auth.wrong_code' } })
    const confirmed = await w
      .as('mina')
      .tell('auth.confirm-totp', { code: `${code.slice(0, 3)} ${code.slice(3)}` })
    expect(confirmed.status).toBe(200)
    expect(new Set(confirmed.body.recoveryCodes).size).toBe(10)
    w.pass(60)

    const first = await firstStep(w, 'mina')
    expect(first.body).toEqual({ next: 'totp', methods: ['totp', 'recovery-code'], expiresInSeconds: 300 })
    expect((await first.go.ask('auth.session')).body).toEqual({ signedIn: false })
    expect((await first.go.ask('auth.me')).status).toBe(401)

    const done = await first.go.tell('auth.second-factor', { code: codeOf(started.body.secret, w) })
    expect(done.body).toMatchObject({ person: { username: 'mina' }, mustChangePassword: false })
    const cookie = cookieIn(done)!.value
    expect(cookie).not.toBe(first.cookie)
    expect((await w.withCookie(cookie).ask('auth.me')).body.username).toBe('mina')
    expect((await first.go.ask('auth.me')).status).toBe(401)
    expect(await kinds(w)).toEqual([
      'auth.factor-started',
      'auth.signed-in',
      'auth.factor-refused',
      'auth.factor-added',
      'auth.recovery-codes-made',
      'auth.second-factor-asked',
      'request.failed',
      'auth.signed-in',
      'request.failed',
    ])
  })

  test('takes the code before and the code after, no older one, and none twice', async () => {
    await using w = await world()
    const { secret } = await enrolTotp(w, 'mina')
    const tried = async (steps: number) => {
      const { go } = await firstStep(w, 'mina')
      return (await go.tell('auth.second-factor', { code: codeOf(secret, w, steps) })).status
    }
    w.pass(300)
    expect([await tried(-2), await tried(2)]).toEqual([401, 401])
    expect([await tried(-1), await tried(-1), await tried(0), await tried(0)]).toEqual([200, 401, 200, 401])
    expect([await tried(1), await tried(0), await tried(1)]).toEqual([200, 401, 401])
    const failed = (await w.recorded()).filter(({ kind }) => kind === 'auth.second-factor-failed')
    expect(failed.map(({ data }) => data['why'])).toEqual([
      ...['wrong', 'wrong', 'used before', 'used before', 'used before', 'used before'],
    ])
  })

  test('is replaced only by a code of the new one; until then the old one counts', async () => {
    await using w = await world()
    const { secret } = await enrolTotp(w, 'mina')
    const started = await w.as('mina').tell('auth.start-totp')
    const first = await firstStep(w, 'mina')
    expect((await first.go.tell('auth.second-factor', { code: codeOf(secret, w) })).status).toBe(200)
    const confirmed = await w.as('mina').tell('auth.confirm-totp', { code: codeOf(started.body.secret, w) })
    expect(confirmed.body).toEqual({ recoveryCodes: null })
    w.pass(60)
    const again = await firstStep(w, 'mina')
    expect((await again.go.tell('auth.second-factor', { code: codeOf(secret, w) })).status).toBe(401)
    expect((await again.go.tell('auth.second-factor', { code: codeOf(started.body.secret, w) })).status).toBe(
      200,
    )
  })

  test('that was begun and not confirmed in a quarter of an hour is forgotten', async () => {
    await using w = await world()
    const started = await w.as('mina').tell('auth.start-totp')
    w.pass(901)
    const late = await w.as('mina').tell('auth.confirm-totp', { code: codeOf(started.body.secret, w) })
    expect(late).toMatchObject({ status: 409, body: { code: 'auth.no_totp_started' } })
  })
})

describe('the step between', () => {
  test('ends after five wrong codes, and after five minutes', async () => {
    await using w = await world()
    const { secret } = await enrolTotp(w, 'mina')
    const first = await firstStep(w, 'mina')
    const left: string[] = []
    for (let n = 0; n < 5; n++) {
      const { status, body } = await first.go.tell('auth.second-factor', { code: wrongOf(codeOf(secret, w)) })
      expect(status).toBe(401)
      left.push(body.message)
    }
    expect(left[0]).toContain('4 tries are left')
    expect(left[4]).toContain('last try')
    expect(await first.go.tell('auth.second-factor', { code: codeOf(secret, w) })).toMatchObject({
      status: 401,
      body: { code: 'auth.sign_in_again' },
    })
    const second = await firstStep(w, 'mina')
    w.pass(301)
    expect((await second.go.tell('auth.second-factor', { code: codeOf(secret, w) })).status).toBe(401)
  })

  test('cannot be guessed through by signing in again and again', async () => {
    await using w = await world()
    const { secret } = await enrolTotp(w, 'mina')
    for (let n = 0; n < 2; n++) {
      const { go } = await firstStep(w, 'mina')
      for (let m = 0; m < 5; m++) await go.tell('auth.second-factor', { code: wrongOf(codeOf(secret, w)) })
    }
    const { go } = await firstStep(w, 'mina')
    expect(await go.tell('auth.second-factor', { code: codeOf(secret, w) })).toMatchObject({
      status: 429,
      body: { code: 'auth.too_many_attempts' },
    })
    w.pass(10)
    expect((await go.tell('auth.second-factor', { code: codeOf(secret, w) })).status).toBe(200)
  })

  test('opens nothing but itself, and ends with the person', async () => {
    await using w = await world()
    await enrolTotp(w, 'mina')
    const { go } = await firstStep(w, 'mina')
    for (const name of ['auth.me', 'command.list', 'auth.sessions', 'auth.factors'])
      expect((await go.ask(name)).status, name).toBe(401)
    for (const name of ['auth.step-up', 'auth.start-totp', 'auth.remove-totp', 'auth.sign-out'])
      expect((await go.tell(name, name === 'auth.step-up' ? { password: 'x' } : {})).status, name).toBe(401)
    await w.db.updateTable('person').set({ status: 'suspended' }).where('id', '=', people.mina.id).execute()
    expect((await go.tell('auth.second-factor', { code: '123456' })).body.code).toBe('auth.sign_in_again')
  })
})

describe('recovery codes', () => {
  test('stand in for the second factor, each once; how many are left is said', async () => {
    await using w = await world()
    const { recoveryCodes } = await enrolTotp(w, 'mina')
    const [code] = recoveryCodes
    const first = await firstStep(w, 'mina')
    const done = await first.go.tell('auth.second-factor', { recoveryCode: ` ${code!.toUpperCase()} ` })
    expect(done).toMatchObject({ status: 200, body: { recoveryCodesLeft: 9 } })
    const again = await firstStep(w, 'mina')
    expect((await again.go.tell('auth.second-factor', { recoveryCode: code })).status).toBe(401)
    expect((await w.as('mina').ask('auth.factors')).body.recoveryCodes).toMatchObject({ left: 9 })
  })

  test('are nobody else’s, and end when new ones are made', async () => {
    await using w = await world()
    const { recoveryCodes } = await enrolTotp(w, 'mina')
    await enrolTotp(w, 'theo')
    const theo = await firstStep(w, 'theo')
    expect((await theo.go.tell('auth.second-factor', { recoveryCode: recoveryCodes[0] })).status).toBe(401)
    const renewed = await w.as('mina').tell('auth.renew-recovery-codes')
    const { go } = await firstStep(w, 'mina')
    expect((await go.tell('auth.second-factor', { recoveryCode: recoveryCodes[1] })).status).toBe(401)
    const fresh = renewed.body.recoveryCodes[0]
    expect((await go.tell('auth.second-factor', { recoveryCode: fresh })).status).toBe(200)
  })
})

describe('a passkey', () => {
  test('completes a sign-in at the host name it was made for', async () => {
    await using w = await world()
    const { passkey, recoveryCodes } = await enrolPasskey(w, 'mina')
    expect(recoveryCodes).toHaveLength(10)
    const { body, go } = await firstStep(w, 'mina')
    expect(body).toMatchObject({ next: 'passkey', methods: ['passkey', 'recovery-code'] })
    const { options } = (await go.tell('auth.passkey-challenge', {}, page)).body
    expect(options).toMatchObject({ rpId: 'localhost', userVerification: 'required' })
    expect(options.allowCredentials).toHaveLength(1)
    const done = await go.tell('auth.second-factor', { passkey: passkey.answer(options, page.origin) }, page)
    expect(done.status).toBe(200)
    const { passkeys } = (await w.as('mina').ask('auth.factors')).body
    expect(passkeys).toMatchObject([{ name: 'Laptop', host: 'localhost', lastUsedAt: w.now().toISOString() }])
    expect((await kinds(w)).at(-1)).toBe('auth.signed-in')
  })

  test('is not believed with an old challenge, from another page, unverified, of another person, or copied', async () => {
    await using w = await world()
    const { passkey } = await enrolPasskey(w, 'mina')
    const other = await enrolPasskey(w, 'theo')
    const { go } = await firstStep(w, 'mina')
    const challenge = async () => (await go.tell('auth.passkey-challenge', {}, page)).body.options
    const tell = async (answer: object) => {
      const { status, body } = await go.tell('auth.second-factor', { passkey: answer }, page)
      return [status, body.code]
    }
    const wrong = [401, 'auth.wrong_second_factor']

    const old = await challenge()
    const fresh = await challenge()
    expect(await tell(passkey.answer(old, page.origin))).toEqual(wrong)
    expect(await tell(passkey.answer(fresh, page.origin)), 'a challenge is good for one answer').toEqual([
      409,
      'auth.no_challenge',
    ])
    expect(await tell(passkey.answer(await challenge(), 'http://evil.example', 'localhost'))).toEqual(wrong)
    expect(await tell(other.passkey.answer(await challenge(), page.origin))).toEqual(wrong)
    passkey.isUserVerified = false
    expect(await tell(passkey.answer(await challenge(), page.origin))).toEqual(wrong)
    passkey.isUserVerified = true

    const again = await firstStep(w, 'mina')
    const sign = async () =>
      again.go.tell(
        'auth.second-factor',
        {
          passkey: passkey.answer(
            (await again.go.tell('auth.passkey-challenge', {}, page)).body.options,
            page.origin,
          ),
        },
        page,
      )
    expect((await sign()).status).toBe(200)
    const copied = await firstStep(w, 'mina')
    passkey.counter = 2
    const { options } = (await copied.go.tell('auth.passkey-challenge', {}, page)).body
    const answer = { passkey: passkey.answer(options, page.origin) }
    expect((await copied.go.tell('auth.second-factor', answer, page)).status).toBe(401)
  })

  test('is not made where browsers would not keep it, and a refused one is recorded', async () => {
    await using w = await world()
    const byNumber = { origin: 'http://127.0.0.1:7300', host: '127.0.0.1:7300' }
    expect(await w.as('mina').tell('auth.start-passkey', {}, byNumber)).toMatchObject({
      status: 409,
      body: { code: 'auth.passkey_needs_name' },
    })
    const { passkey } = await enrolPasskey(w, 'mina')
    const { options } = (await w.as('mina').tell('auth.start-passkey', {}, page)).body
    expect(options.excludeCredentials).toHaveLength(1)
    const elsewhere = { name: 'x', passkey: passkey.make(options, 'http://elsewhere.example') }
    expect((await w.as('mina').tell('auth.add-passkey', elsewhere, page)).body.code).toBe(
      'auth.passkey_refused',
    )
    expect(await kinds(w)).toContain('auth.factor-refused')
  })

  test('has a name, can be renamed and removed by its owner only; the other answers as if there were none', async () => {
    await using w = await world()
    const { id } = await enrolPasskey(w, 'mina')
    const absent = '01900000-0000-7000-8000-00000000dead'
    const strip = ({ status, body }: { status: number; body: { code: string; message: string } }) => [
      ...[status, body.code, body.message],
    ]
    for (const [name, input] of [
      ['auth.rename-passkey', { name: 'Mine now' }],
      ['auth.remove-passkey', {}],
    ] as const) {
      const others = await w.as('ada').tell(name, { ...input, id })
      expect(strip(others)).toEqual(strip(await w.as('ada').tell(name, { ...input, id: absent })))
      expect(others.status).toBe(404)
    }
    expect((await w.as('mina').tell('auth.rename-passkey', { id, name: 'Old laptop' })).status).toBe(200)
    expect((await w.as('mina').tell('auth.remove-passkey', { id })).status).toBe(200)
    expect((await firstStep(w, 'mina')).body).toHaveProperty('person')
  })
})

describe('where the workspace demands a second factor', () => {
  test('whoever has none sets one up before anything else', async () => {
    await using w = await world()
    await w.db.updateTable('workspace').set({ second_factor: 'admins' }).execute()
    expect(await w.as('ada').ask('person.list')).toMatchObject({
      status: 403,
      body: { code: 'request.second_factor_due' },
    })
    expect((await w.as('ada').ask('auth.me')).body.mustEnrolFactor).toBe(true)
    expect((await w.as('mina').ask('person.list')).status).toBe(200)
    await enrolTotp(w, 'ada')
    expect((await w.as('ada').ask('person.list')).status).toBe(200)
    await w.db.updateTable('workspace').set({ second_factor: 'everyone' }).execute()
    expect((await w.as('mina').ask('person.list')).status).toBe(403)
    expect((await w.as('olga').ask('person.list')).status).toBe(403)
  })
})

describe('second factors that were lost', () => {
  test('are removed by an administrator who has just proven who they are, with the sessions, and it is recorded', async () => {
    await using w = await world()
    const remove = (who: 'ada' | 'mina' | 'olga', id: string) =>
      w.as(who).tell('person.remove-factors', { id })
    await enrolTotp(w, 'mina')
    await enrolPasskey(w, 'mina')
    expect((await remove('mina', people.mina.id)).status).toBe(403)
    expect((await remove('olga', people.mina.id)).status).toBe(403)
    expect((await remove('ada', people.theo.id)).body.code).toBe('person.no_factors')
    expect((await remove('ada', people.mina.id)).body).toEqual({ sessionsEnded: 1 })
    expect((await w.as('mina').ask('auth.me')).status).toBe(401)
    expect((await firstStep(w, 'mina')).body).toHaveProperty('person')
    const removed = (await w.recorded()).filter(({ kind }) => kind === 'person.factors-removed')
    expect(removed).toMatchObject([
      { data: { username: 'mina', totp: true, passkeys: 1, recoveryCodes: 10 } },
    ])
    w.pass(901)
    expect((await remove('ada', people.mina.id)).body.code).toBe('request.step_up_due')
  })
})

test('no seed, code or recovery code is kept in clear or enters the record', async () => {
  await using w = await world()
  const { secret, recoveryCodes } = await enrolTotp(w, 'mina')
  const { go } = await firstStep(w, 'mina')
  await go.tell('auth.second-factor', { recoveryCode: recoveryCodes[0] })
  const tables = await Promise.all(
    (['totp', 'recovery_code', 'session', 'sign_in_failure'] as const).map((table) =>
      w.db.selectFrom(table).selectAll().execute(),
    ),
  )
  const kept = JSON.stringify([tables, await w.recorded()])
  const bytes = tables.flat().flatMap((row) => Object.values(row).filter((value) => Buffer.isBuffer(value)))
  for (const text of [secret, ...recoveryCodes, recoveryCodes[0]!.replaceAll('-', '')]) {
    expect(kept).not.toContain(text)
    for (const each of bytes) expect(each.toString('latin1')).not.toContain(text)
  }
})
