import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { people } from '../../../../seed/story.ts'
import { world } from '../../../../seed/world.ts'
import {
  type IdentityProvider,
  providerBrowser,
  startIdentityProvider,
} from '../../../../test/identity-provider.ts'
import { begin, comeBack, cookieOf, redirectUri, setUp, visit } from './test-visit.ts'

let provider: IdentityProvider
beforeAll(async () => {
  provider = await startIdentityProvider({ redirectUri })
})
beforeEach(() => {
  provider.set({
    sub: 'nina-1',
    claims: { preferred_username: 'nina', name: 'Nina New', email: 'nina@example.com', email_verified: true },
  })
})
afterAll(() => provider[Symbol.asyncDispose]())

describe('a first sign-in', () => {
  test('makes the person, opens a session and goes on to the page that was wanted', async () => {
    await using w = await world()
    await setUp(w, provider)

    const { answer, to, session, me } = await visit(w, 'nina-1', { to: '/commands?status=Failed' })

    expect(answer.status).toBe(303)
    expect(to).toBe('/commands?status=Failed')
    expect(session).toMatchObject({ httpOnly: true, sameSite: 'Strict', path: '/' })
    expect((await me.ask('auth.me')).body).toMatchObject({
      username: 'nina',
      name: 'Nina New',
      role: 'member',
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

  test('is refused where nobody is made that way, and the record says why', async () => {
    await using w = await world()
    await setUp(w, provider, { createsPeople: false })
    const { to, session } = await visit(w, 'nina-1')
    expect({ to, session }).toEqual({
      to: '/sign-in?refused=auth.single_sign_on_refused',
      session: undefined,
    })
    expect((await w.recorded()).at(-1)).toMatchObject({
      kind: 'auth.single-sign-on-failed',
      data: { issuer: provider.issuer, why: 'unknown person' },
    })
  })

  test('never takes the name of somebody who is here', async () => {
    await using w = await world()
    provider.set({
      sub: 'x',
      claims: { preferred_username: 'mina', email: 'mina@example.com', email_verified: true },
    })
    await setUp(w, provider)
    expect((await visit(w, 'x')).to).toBe('/sign-in?refused=auth.single_sign_on_name_taken')
  })
})
