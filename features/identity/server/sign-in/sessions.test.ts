import { describe, expect, test } from 'vitest'
import { password, people } from '../../../../seed/story.ts'
import { world } from '../../../../seed/world.ts'
import { cookieIn, enrolPasskey, page, type World } from './world-steps.fixture.ts'

const signInFrom = async (w: World, client: string, username = 'mina') => {
  const answer = await w.anonymous.tell('auth.sign-in', { username, password }, { 'user-agent': client })
  return w.withCookie(cookieIn(answer)!.value)
}

describe('one’s own sessions', () => {
  test('are listed newest first, this one marked, nobody else’s among them', async () => {
    await using w = await world()
    w.pass(60)
    const phone = await signInFrom(w, 'phone')
    await signInFrom(w, 'laptop', 'theo')
    const { items } = (await phone.ask('auth.sessions')).body
    expect(items).toMatchObject([
      { client: 'phone', isThis: true, method: 'password', address: '127.0.0.1' },
      { client: 'test', isThis: false },
    ])
    const first = (await phone.ask('auth.sessions', { limit: 1 })).body
    expect(first.items).toHaveLength(1)
    const second = (await phone.ask('auth.sessions', { limit: 1, cursor: first.next })).body
    expect(second).toMatchObject({ items: [{ client: 'test' }], next: null })
  })

  test('end one at a time or all but this one, at once', async () => {
    await using w = await world()
    const phone = await signInFrom(w, 'phone')
    const tablet = await signInFrom(w, 'tablet')
    const { items } = (await phone.ask('auth.sessions')).body
    const other = items.find(({ client }: { client: string }) => client === 'tablet')
    expect((await phone.tell('auth.end-session', { id: other.id })).status).toBe(200)
    expect((await tablet.ask('auth.me')).status).toBe(401)
    expect((await phone.tell('auth.end-other-sessions')).body).toEqual({ ended: 1 })
    expect((await w.as('mina').ask('auth.me')).status).toBe(401)
    expect((await phone.ask('auth.me')).status).toBe(200)
    expect((await w.recorded()).slice(-2).map(({ kind }) => kind)).toEqual([
      'auth.other-sessions-ended',
      'request.failed',
    ])
  })

  test('of somebody else and of nobody answer alike', async () => {
    await using w = await world()
    const theirs = await w.db
      .selectFrom('session')
      .select('id')
      .where('person_id', '=', people.theo.id)
      .executeTakeFirstOrThrow()
    const bare = async (id: string) => {
      const { status, body } = await w.as('ada').tell('auth.end-session', { id })
      return [status, body.code, body.message]
    }
    expect(await bare(theirs.id)).toEqual(await bare('01900000-0000-7000-8000-00000000dead'))
    expect((await w.as('theo').ask('auth.me')).status).toBe(200)
  })
})

describe('a sign-in from somewhere new', () => {
  test('is recorded and told on the other sessions until it is dismissed there, never on its own', async () => {
    await using w = await world()
    await signInFrom(w, 'laptop')
    expect((await w.as('mina').ask('auth.notices')).body.items, 'the very first place is no news').toEqual([])
    w.pass(60)
    const stranger = await signInFrom(w, 'somebody else’s')
    await signInFrom(w, 'laptop')
    const { items } = (await w.as('mina').ask('auth.notices')).body
    expect(items).toMatchObject([{ client: 'somebody else’s', address: '127.0.0.1' }])
    expect((await stranger.ask('auth.notices')).body.items).toEqual([])
    expect((await stranger.tell('auth.dismiss-notices', { ids: [items[0].id] })).status).toBe(404)
    const listed = (await w.as('mina').ask('auth.sessions')).body.items
    expect(listed.filter(({ isNewPlace }: { isNewPlace: boolean }) => isNewPlace)).toMatchObject([
      { client: 'somebody else’s' },
    ])
    expect((await w.as('mina').tell('auth.dismiss-notices', { ids: [items[0].id] })).status).toBe(200)
    expect((await w.as('mina').ask('auth.notices')).body.items).toEqual([])
    const recorded = (await w.recorded()).filter(({ kind }) => kind === 'auth.new-place')
    expect(recorded).toMatchObject([{ data: { client: 'somebody else’s', isKnownDevice: false } }])
  })
})

describe('proving anew', () => {
  const stale = async (w: World) => {
    w.pass(901)
    expect(await w.as('mina').tell('auth.start-totp')).toMatchObject({
      status: 403,
      body: { code: 'request.step_up_due' },
    })
  }

  test('is asked when the last proof is too old, and a password or a code is one', async () => {
    await using w = await world()
    await stale(w)
    const proven = await w.as('mina').tell('auth.step-up', { password })
    expect(proven.body).toEqual({ confirmedUntil: new Date(w.now().getTime() + 900_000).toISOString() })
    expect((await w.as('mina').tell('auth.start-totp')).status).toBe(200)
    await w.db.updateTable('workspace').set({ step_up_seconds: 60 }).execute()
    w.pass(61)
    expect((await w.as('mina').tell('auth.start-totp')).status).toBe(403)
  })

  test('with a passkey takes one answer to each challenge', async () => {
    await using w = await world()
    const { passkey } = await enrolPasskey(w, 'mina')
    await stale(w)
    const { options } = (await w.as('mina').tell('auth.passkey-challenge', {}, page)).body
    const first = await w
      .as('mina')
      .tell('auth.step-up', { passkey: passkey.answer(options, page.origin) }, page)
    expect(first.status).toBe(200)
    const again = await w
      .as('mina')
      .tell('auth.step-up', { passkey: passkey.answer(options, page.origin) }, page)
    expect(again).toMatchObject({ status: 409, body: { code: 'auth.no_challenge' } })
  })

  test('with what is wrong is refused, recorded, and not to be guessed', async () => {
    await using w = await world()
    await stale(w)
    for (let n = 0; n < 10; n++)
      expect(await w.as('mina').tell('auth.step-up', { password: 'wrong' })).toMatchObject({
        status: 403,
        body: { code: 'auth.wrong_proof', message: 'That is not your password. Try again.' },
      })
    expect((await w.as('mina').tell('auth.step-up', { password })).status).toBe(429)
    const change = { current: password, password: 'walrus lantern ninety' }
    expect((await w.as('mina').tell('auth.change-password', change)).status, 'it is the same secret').toBe(
      429,
    )
    w.pass(3)
    expect((await w.as('mina').tell('auth.step-up', { code: '123456' })).status).toBe(403)
    const failed = (await w.recorded()).filter(({ kind }) => kind === 'auth.step-up-failed')
    expect(failed.at(-1)).toMatchObject({ data: { method: 'totp', why: 'no such factor' } })
  })
})
