import { describe, expect, test } from 'vitest'
import { servers } from '../../../seed/machines.ts'
import { people } from '../../../seed/story.ts'
import { world } from '../../../seed/world.ts'

type World = Awaited<ReturnType<typeof world>>

async function tokenOf(w: World, rules: object) {
  const made = await w.as('ada').tell('token.create', { name: 'deploy', scopes: ['command:*'], ...rules })
  return { id: made.body.id as string, api: w.withToken(made.body.secret) }
}
const everywhere = { commands: ['*'], servers: ['*'] }
const line = (text: string, more: object = {}) => ({ serverIds: [servers.sea.id], line: text, ...more })

describe('a token', () => {
  test('without rules runs nothing anywhere', async () => {
    await using w = await world({ machines: true })
    const noLine = await tokenOf(w, { servers: ['*'] })
    const noServer = await tokenOf(w, { commands: ['*'] })
    expect((await noLine.api.tell('command.submit', line('uptime'))).body.code).toBe(
      'command.line_out_of_bounds',
    )
    expect((await noServer.api.tell('command.submit', line('uptime'))).body.code).toBe(
      'command.server_out_of_bounds',
    )
  })

  test('runs the lines of its rules, and no line that only begins like one', async () => {
    await using w = await world({ machines: true })
    const { api } = await tokenOf(w, { ...everywhere, commands: ['uptime', 'systemctl status *'] })
    for (const allowed of ['uptime', 'systemctl status nginx', 'systemctl status nginx; id'])
      expect((await api.tell('command.submit', line(allowed))).status, allowed).toBe(200)
    for (const refused of ['uptime; rm -rf /', 'uptime\nid', 'uptime ', 'systemctl stop nginx', 'sh'])
      expect((await api.tell('command.submit', line(refused))).status, refused).toBe(403)
  })

  test('runs on its servers only, and leaves nothing behind where one of several is not', async () => {
    await using w = await world({ machines: true })
    const { api } = await tokenOf(w, { ...everywhere, servers: [servers.sea.id] })
    const both = { serverIds: [servers.sea.id, servers.sky.id], line: 'uptime' }
    expect((await api.tell('command.submit', both)).body).toMatchObject({
      code: 'command.server_out_of_bounds',
      message: expect.stringContaining('sky-db-1'),
    })
    expect((await w.as('ada').ask('command.list', { text: 'uptime' })).body.items).toEqual([])
    expect((await api.tell('command.submit', line('uptime'))).status).toBe(200)
  })

  test('cannot bend a line it may run with a variable the shell obeys, unless it may run any', async () => {
    await using w = await world({ machines: true })
    const some = await tokenOf(w, { ...everywhere, commands: ['uptime'] })
    const any = await tokenOf(w, everywhere)
    const bent = line('uptime', { env: { LANG: 'C', BASH_ENV: '$(id)' } })
    expect((await some.api.tell('command.submit', bent)).body.code).toBe('command.variable_out_of_bounds')
    expect((await some.api.tell('command.submit', line('uptime', { env: { LANG: 'C' } }))).status).toBe(200)
    expect((await any.api.tell('command.submit', bent)).status).toBe(200)
  })

  test('cancels and stops on its servers only, also what its person began', async () => {
    await using w = await world({ machines: true })
    const { id, api } = await tokenOf(w, { ...everywhere, servers: [servers.sea.id] })
    const begun = async (server: string) =>
      (await w.as('ada').tell('command.submit', { serverIds: [server], line: 'sleep 9' })).body.commands[0].id
    const here = await begun(servers.sea.id)
    const there = await begun(servers.sky.id)

    expect((await api.tell('command.stop', { id: there })).body.code).toBe('command.server_out_of_bounds')
    expect((await api.tell('command.cancel', { id: there })).body.code).toBe('command.server_out_of_bounds')
    const cancelled = await api.tell('command.cancel', { id: here })
    expect(cancelled.body).toMatchObject({
      status: 'Cancelled',
      reason: 'Cancelled by Ada Lovelace via deploy before it was picked up',
    })
    const denied = (await w.recorded()).filter(({ kind }) => kind === 'command.denied')
    expect(denied).toMatchObject([
      { actor: { id: people.ada.id, via: { id } }, subject: { id: there }, data: { act: 'stop' } },
      { actor: { id: people.ada.id, via: { id } }, subject: { id: there }, data: { act: 'cancel' } },
    ])
  })

  test('is refused in the record with what it tried and why; what its person does not see is just absent', async () => {
    await using w = await world({ machines: true })
    const { id, api } = await tokenOf(w, { commands: ['uptime'], servers: [servers.sea.id] })
    await api.tell('command.submit', line('reboot'))
    await api.tell('command.submit', { serverIds: [servers.lone.id], line: 'uptime' })
    expect((await w.recorded()).filter(({ kind }) => kind === 'command.denied')).toMatchObject([
      {
        actor: { id: people.ada.id, name: 'Ada Lovelace', kind: 'person', via: { id, name: 'deploy' } },
        server: { id: servers.sea.id, name: 'sea-db-1' },
        data: { code: 'command not authorized', act: 'submit', line: 'reboot', servers: 1 },
      },
      {
        server: { id: servers.lone.id, name: 'lone-1' },
        data: { code: 'server not authorized', act: 'submit', line: 'uptime', servers: 1 },
      },
    ])
    const minas = await w
      .as('mina')
      .tell('token.create', { name: 'mine', scopes: ['*'], commands: ['*'], servers: [servers.sea.id] })
    const hidden = { serverIds: [servers.sky.id], line: 'id' }
    expect((await w.withToken(minas.body.secret).tell('command.submit', hidden)).status).toBe(404)
  })

  test('that is refused keeps no credential of the line', async () => {
    await using w = await world({ machines: true })
    const { api } = await tokenOf(w, { servers: ['*'] })
    await api.tell('command.submit', line('mysql -phunter2'))
    expect(JSON.stringify(await w.recorded())).not.toContain('hunter2')
  })

  test('changes only servers it names', async () => {
    await using w = await world({ machines: true })
    const { api } = await tokenOf(w, { scopes: ['server:*'], servers: [servers.sea.id] })
    const acts: [string, object][] = [
      ['server.rename', { name: 'renamed' }],
      ['server.set-groups', { groupIds: [] }],
      ['server.remove', {}],
    ]
    for (const [name, more] of acts)
      expect((await api.tell(name, { id: servers.sky.id, ...more })).body.code, name).toBe(
        'server.out_of_bounds',
      )
    for (const [name, more] of acts)
      expect((await api.tell(name, { id: servers.sea.id, ...more })).status, name).toBe(200)
  })
})
