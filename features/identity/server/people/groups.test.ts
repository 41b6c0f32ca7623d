import { describe, expect, test } from 'vitest'
import { commands, servers } from '../../../../seed/machines.ts'
import { type Persona, people, teams } from '../../../../seed/story.ts'
import { world } from '../../../../seed/world.ts'

type World = Awaited<ReturnType<typeof world>>

describe('a group', () => {
  test('gets another name; what was recorded before keeps the one it had', async () => {
    await using w = await world()
    const { id } = teams.sea
    const renamed = await w.as('ada').tell('group.rename', { id, name: 'Ocean' })
    expect(renamed.body).toMatchObject({ id, name: 'Ocean' })
    expect((await w.as('ada').tell('group.rename', { id, name: 'sky' })).body.code).toBe('group.name_taken')
    // In another case it is still its own name.
    expect((await w.as('ada').tell('group.rename', { id, name: 'OCEAN' })).status).toBe(200)
    expect((await w.recorded())[0]).toMatchObject({
      kind: 'group.renamed',
      data: { changed: { name: { before: 'Sea', after: 'Ocean' } } },
    })
  })

  test('that is removed takes with it the servers only it gave, at once', async () => {
    await using w = await world({ machines: true })
    const names = async () =>
      (await w.as('mina').ask('server.list')).body.items.map(({ name }: { name: string }) => name)
    expect(await names()).toEqual(['both-web-1', 'sea-db-1'])
    await w.as('ada').tell('group.remove', { id: teams.sea.id })
    expect(await names()).toEqual([])
    expect((await w.as('mina').ask('person.list')).body.items).toHaveLength(1)
    expect((await w.as('ada').tell('group.remove', { id: teams.sea.id })).status).toBe(404)
    expect(await w.recorded()).toMatchObject([
      { kind: 'group.removed', data: { name: 'Sea', members: 2, servers: 2 } },
      { kind: 'request.failed' },
    ])
  })

  test('is changed by administrators only, also where one owns it', async () => {
    await using w = await world()
    const acts: [string, object][] = [
      ['group.rename', { id: teams.sky.id, name: 'x' }],
      ['group.remove', { id: teams.sky.id }],
      ['group.set-members', { id: teams.sky.id, personIds: [] }],
    ]
    for (const [name, body] of acts)
      for (const persona of ['juno', 'gus', 'olga'] as const)
        expect((await w.as(persona).tell(name, body)).status, `${persona} ${name}`).toBe(403)
  })
})

describe('owners and managers', () => {
  const seen = async (w: World, persona: Persona) =>
    (await w.as(persona).ask('command.list')).body.items.map(({ id }: { id: string }) => id).sort()
  const own = { juno: [commands.junoSky.id], gus: [], mina: minas(), theo: [commands.theoSea.id] }

  test('see their own commands and no more, unless the workspace grants it', async () => {
    await using w = await world({ machines: true })
    for (const persona of ['juno', 'gus', 'mina', 'theo'] as const)
      expect(await seen(w, persona), persona).toEqual(own[persona])
    expect((await w.as('gus').ask('auth.me')).body.seesGroupRecord).toBe(false)
  })

  test('see the record of the servers of their groups where it does, plain members do not, and it can be taken back', async () => {
    await using w = await world({ machines: true })
    const grant = (groupRecord: boolean) => w.as('ada').tell('settings.update', { groupRecord })
    expect((await grant(true)).status).toBe(200)

    const sky = [commands.junoSky.id, commands.minaBoth.id, commands.agentSky.id].sort()
    expect(await seen(w, 'juno')).toEqual(sky)
    expect(await seen(w, 'gus')).toEqual(sky)
    expect((await w.as('gus').ask('auth.me')).body.seesGroupRecord).toBe(true)
    expect((await w.as('theo').ask('auth.me')).body.seesGroupRecord).toBe(false)
    expect(await seen(w, 'mina')).toEqual([...minas(), commands.theoSea.id, commands.agentSea.id].sort())
    expect(await seen(w, 'theo')).toEqual(own.theo)
    const theos = { id: commands.theoSea.id }
    expect((await w.as('gus').ask('command.read', { id: commands.minaBoth.id })).status).toBe(200)
    expect((await w.as('gus').ask('command.output', { id: commands.minaBoth.id })).status).toBe(200)
    expect((await w.as('gus').ask('command.read', theos)).status).toBe(404)
    expect(new Set((await w.actor('gus')).recordServerIds)).toEqual(
      new Set([servers.sky.id, servers.both.id]),
    )

    // They see what others do; ending it is another matter.
    const { body } = await w.as('juno').tell('command.submit', { serverIds: [servers.sky.id], line: 'id' })
    const junos = { id: body.commands[0].id }
    for (const act of ['command.cancel', 'command.stop'])
      expect((await w.as('gus').tell(act, junos)).body.code).toBe('command.not_yours')

    await w.as('ada').tell('group.set-members', { id: teams.sky.id, personIds: [people.gus.id] })
    expect(await seen(w, 'gus')).toEqual([])
    await grant(false)
    expect(await seen(w, 'mina')).toEqual(own.mina)
  })
})

function minas() {
  return [commands.minaSea.id, commands.minaBoth.id, commands.minaLone.id].sort()
}
