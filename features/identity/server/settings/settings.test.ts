import { describe, expect, test } from 'vitest'
import { people } from '../../../../seed/story.ts'
import { world } from '../../../../seed/world.ts'

describe('the settings', () => {
  test('are read by all as far as they concern them', async () => {
    await using w = await world()
    const workspace = { name: 'Annals', timeZone: 'UTC' }
    expect((await w.as('mina').ask('settings.read')).body).toEqual({
      workspace,
      policy: null,
      mailFrom: null,
    })
    for (const persona of ['ada', 'olga'] as const)
      expect((await w.as(persona).ask('settings.read')).body).toMatchObject({
        workspace,
        policy: { secondFactor: 'optional', stepUpSeconds: 900, groupRecord: false },
      })
    expect((await w.anonymous.ask('settings.read')).status).toBe(401)
  })

  test('are changed by administrators only, and the record says from what to what', async () => {
    await using w = await world()
    const wanted = { name: 'Harbour', timeZone: 'Asia/Seoul', lockOutFailures: 5, groupRecord: false }
    for (const persona of ['mina', 'olga'] as const)
      expect((await w.as(persona).tell('settings.update', wanted)).status).toBe(403)
    expect((await w.as('ada').tell('settings.update', wanted)).body).toMatchObject({
      workspace: { name: 'Harbour', timeZone: 'Asia/Seoul' },
      policy: { lockOutFailures: 5 },
    })
    expect((await w.as('mina').ask('auth.me')).body.workspace.name).toBe('Harbour')
    const recorded = await w.recorded()
    expect(recorded.at(-1)).toMatchObject({
      kind: 'settings.updated',
      actor: { id: people.ada.id },
      data: {
        changed: {
          name: { before: 'Annals', after: 'Harbour' },
          timeZone: { before: 'UTC', after: 'Asia/Seoul' },
          lockOutFailures: { before: 10, after: 5 },
        },
      },
    })
  })

  test('of security ask for a recent proof; the name of the workspace does not', async () => {
    await using w = await world()
    w.pass(901)
    expect((await w.as('ada').tell('settings.update', { name: 'Harbour' })).status).toBe(200)
    const refused = await w.as('ada').tell('settings.update', { name: 'Bay', secondFactor: 'everyone' })
    expect(refused).toMatchObject({ status: 403, body: { code: 'request.step_up_due' } })
    expect((await w.as('ada').ask('settings.read')).body).toMatchObject({
      workspace: { name: 'Harbour' },
      policy: { secondFactor: 'optional' },
    })
  })

  test.each([
    [{ stepUpSeconds: 59 }, 'stepUpSeconds: use 60 seconds to 24 hours'],
    [{ stepUpSeconds: 86_401 }, 'use 60 seconds to 24 hours'],
    [{ sessionSeconds: 899 }, 'use 15 minutes to 90 days'],
    [{ sessionIdleSeconds: 299 }, 'use 5 minutes to 90 days'],
    [{ lockOutFailures: 2 }, 'use 3 to 100 failures'],
    [{ lockOutFailures: 3.5 }, 'lockOutFailures'],
    [{ lockOutSecondsMax: 29 }, 'use 30 seconds to 24 hours'],
    [{ secondFactor: 'nobody' }, 'secondFactor'],
    [{ timeZone: '+09:00' }, 'use a time zone by its name'],
    [{ timeZone: 'Mars/Base' }, 'use a time zone by its name'],
    [{ name: '   ' }, 'write a name'],
    [{ sessionSeconds: 3600, sessionIdleSeconds: 3601 }, 'cannot be idle for longer than it lives'],
    [{ sessionSeconds: 900 }, 'cannot be idle for longer than it lives'],
    [{ ownPassword: 'x' }, 'a field that is not known here'],
  ])('refuse %o with a sentence, and stay as they were', async (wrong, sentence) => {
    await using w = await world()
    const before = (await w.as('ada').ask('settings.read')).body
    const { status, body } = await w.as('ada').tell('settings.update', wrong)
    expect(status).toBe(400)
    expect(body.message).toContain(sentence)
    expect((await w.as('ada').ask('settings.read')).body).toEqual(before)
  })

  test('that shorten sessions end those that are idle for longer, at the next request', async () => {
    await using w = await world()
    w.pass(600)
    expect((await w.as('ada').tell('settings.update', { sessionIdleSeconds: 300 })).status).toBe(200)
    expect((await w.as('mina').ask('auth.me')).status).toBe(401)
    expect((await w.as('ada').ask('auth.me')).status).toBe(200)
  })
})
