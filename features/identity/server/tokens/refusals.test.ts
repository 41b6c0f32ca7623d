import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { people } from '../../../../seed/story.ts'
import { world } from '../../../../seed/world.ts'
import { newSecret } from './secret.ts'
import { tokenOf } from './token-of.fixture.ts'

describe('a token that does not work', () => {
  test('answers in the same words whatever is wrong; the record says what it was, once a minute', async () => {
    await using w = await world()
    const soon = new Date(Date.parse('2026-08-03T09:00:00.000Z') + 3_600_000).toISOString()
    const disabled = await tokenOf(w, 'mina')
    await w.as('mina').tell('token.disable', { id: disabled.id })
    const expired = await tokenOf(w, 'mina', { expiresAt: soon })
    const elsewhere = await tokenOf(w, 'mina', { addresses: ['10.0.0.0/8'] })
    const replaced = await tokenOf(w, 'mina')
    await w.as('mina').tell('token.rotate', { id: replaced.id })
    const ownerless = await tokenOf(w, 'theo')
    await w.db.updateTable('person').set({ status: 'suspended' }).where('id', '=', people.theo.id).execute()
    w.pass(3600)

    const unknown = { id: '', api: w.withToken(newSecret('personal')) }
    const shapeless = { id: '', api: w.withToken('annals_pat_nonsense') }
    const all = [unknown, shapeless, disabled, expired, elsewhere, replaced, ownerless]
    const answers: Awaited<ReturnType<typeof shapeless.api.ask>>[] = []
    for (const { api } of all) answers.push(await api.ask('person.list'))
    for (let n = 0; n < 5; n++) await elsewhere.api.ask('person.list')
    w.pass(61)
    await elsewhere.api.ask('person.list')

    const bare = ({ status, body, headers }: (typeof answers)[0]) => ({
      status,
      body: { ...body, requestId: '' },
      headers: Object.keys(headers).sort(),
    })
    for (const answer of answers) expect(bare(answer)).toEqual(bare(answers[0]!))
    expect(answers[0]!.status).toBe(401)
    const refused = (await w.recorded()).filter(({ kind }) => kind === 'token.refused')
    expect(refused.map(({ subject, data }) => [subject?.id, data['why'], data['alsoRefused']])).toEqual([
      [disabled.id, 'it is disabled', 0],
      [expired.id, 'it has expired', 0],
      [elsewhere.id, 'it is not for this address', 0],
      [replaced.id, 'this secret was replaced', 0],
      [ownerless.id, 'its person cannot sign in', 0],
      [elsewhere.id, 'it is not for this address', 5],
    ])
  })

  test('is not remembered as used', async () => {
    await using w = await world()
    const { id, api } = await tokenOf(w, 'mina', { addresses: ['192.0.2.1'] })
    await api.ask('person.list')
    expect((await w.as('mina').ask('token.read', { id })).body.lastUsedAt).toBeNull()
  })
})

test('addresses are those of the client, IPv4 and IPv6, ranges and single ones', async () => {
  await using w = await world()
  const { secret } = await tokenOf(w, 'mina', { addresses: ['10.0.0.0/8', '2001:db8::/32', '192.0.2.7'] })
  const from = async (remoteAddress: string) => {
    const headers = { authorization: `Bearer ${secret}`, 'x-forwarded-for': '10.0.0.1' }
    return (await w.app.inject({ url: '/api/person.list', remoteAddress, headers })).statusCode
  }
  for (const inside of ['10.1.2.3', '::ffff:10.1.2.3', '2001:db8:1::9', '192.0.2.7'])
    expect(await from(inside), inside).toBe(200)
  for (const outside of ['11.0.0.1', '127.0.0.1', '::1', '2001:db9::1', '192.0.2.8'])
    expect(await from(outside), outside).toBe(401)
})

test('when and from where it was last used is written once a minute at most', async () => {
  await using w = await world()
  const { id, secret, api } = await tokenOf(w, 'mina')
  const used = async () => {
    const { lastUsedAt, lastUsedAddress } = (await w.as('mina').ask('token.read', { id })).body
    return [lastUsedAt, lastUsedAddress]
  }
  expect(await used()).toEqual([null, null])
  await Promise.all(Array.from({ length: 10 }, () => api.ask('person.list')))
  expect(await used()).toEqual(['2026-08-03T09:00:00.000Z', '127.0.0.1'])
  w.pass(30)
  const headers = { authorization: `Bearer ${secret}` }
  const elsewhere = () => w.app.inject({ url: '/api/person.list', remoteAddress: '192.0.2.1', headers })
  await elsewhere()
  expect(await used()).toEqual(['2026-08-03T09:00:00.000Z', '127.0.0.1'])
  w.pass(30)
  await elsewhere()
  expect(await used()).toEqual(['2026-08-03T09:01:00.000Z', '192.0.2.1'])
})

describe('a request with a token', () => {
  test('and a cookie is refused, since nobody can say who asks', async () => {
    await using w = await world()
    const { secret } = await tokenOf(w, 'mina')
    for (const authorization of [`Bearer ${secret}`, 'Bearer x'])
      expect(await w.as('ada').ask('person.list', {}, { authorization })).toMatchObject({
        status: 400,
        body: { code: 'request.two_credentials' },
      })
    expect((await w.as('ada').ask('person.list', {}, { authorization: 'Basic YTpi' })).status).toBe(200)
  })

  test('needs no Origin, and a foreign one is refused all the same', async () => {
    await using w = await world()
    const { api } = await tokenOf(w, 'ada')
    expect((await api.tell('group.create', { name: 'Harbour' })).status).toBe(200)
    for (const origin of ['https://evil.example', 'null'])
      expect((await api.tell('group.create', { name: 'Quay' }, { origin })).body.code).toBe(
        'request.foreign_origin',
      )
  })
})

test('whatever is sent as a token is answered, lets nobody in and is not kept', async () => {
  await using w = await world()
  const { secret } = await tokenOf(w, 'mina')
  const printable = fc.string({ unit: 'grapheme-ascii', maxLength: 120 })
  const near = fc
    .tuple(fc.nat(secret.length), printable)
    .map(([at, noise]) => secret.slice(0, at) + noise + secret.slice(at + 1))
  const sent = fc.sample(fc.oneof(printable, near), { numRuns: 150, seed: 20261121 })
  for (const noise of sent.filter((text) => text.trim() !== secret)) {
    const { status, body } = await w.withToken(noise).ask('person.list')
    expect([status, body.code], noise).toEqual([401, 'request.unauthenticated'])
  }
  const entries = JSON.stringify(await w.recorded())
  expect(entries).not.toContain('token.refused')
  expect(entries).not.toContain('annals_pat_')
})
