import { afterAll, beforeAll, expect, test } from 'vitest'
import { here, openPlain, somebody, start, stop, Tab, until } from './machine.ts'

beforeAll(start)
afterAll(stop)

test('others may look where they are allowed to, and the one who works there sees them', async () => {
  const member = await somebody('remy', 'member', 'member')
  const owner = await somebody('olga', 'member', 'owner')
  const stranger = await somebody('theo', 'member', 'member')
  const { id, tab } = await openPlain(member)

  const { ticket } = await owner.tell('terminal.watch', { id })
  const watcher = await Tab.open({ id, ticket })
  expect(await watcher.of('attached')).toMatchObject({ mode: 'watch', readOnly: true })
  await watcher.seen('ready')
  await tab.of('people', ({ people }) => people.some(({ name, mode }) => name === 'olga' && mode === 'watch'))
  watcher.type('echo from the watcher\r')
  expect(await watcher.of('input-lost')).toMatchObject({ why: 'You are here to look only.' })
  tab.type('echo for a""ll\r')
  await watcher.seen('for all')

  await expect(Tab.open({ id, ticket })).rejects.toThrow('401')
  await expect(Tab.open({ id }, owner.cookie)).rejects.toThrow('404')
  await expect(Tab.open({ id }, stranger.cookie)).rejects.toThrow('404')
  await expect(Tab.open({ id })).rejects.toThrow('401')
  const absent = '01900000-0000-7000-8000-000000000000'
  for (const name of ['terminal.read', 'terminal.viewers'])
    expect(await fault(stranger.ask(name, { id }))).toEqual(await fault(stranger.ask(name, { id: absent })))
  for (const name of ['terminal.close', 'terminal.watch', 'terminal.ticket', 'terminal.unshare'])
    expect(await fault(stranger.tell(name, { id }))).toEqual(await fault(stranger.tell(name, { id: absent })))

  await here.admin.tell('terminal.close', { id })
  expect(await tab.of('exit')).toMatchObject({ reason: 'Closed by Administrator.' })
  await watcher.of('exit')
  expect(tab.output).not.toContain('from the watcher')
})

const fault = (asked: Promise<unknown>) =>
  asked.then(
    () => 'no fault',
    (error: Error) => error.message,
  )

test('a guest needs the link and its password, is seen, and has to leave when the share ends', async () => {
  const { id, tab } = await openPlain(here.admin)
  const { link } = await here.admin.tell('terminal.share', {
    id,
    minutes: 5,
    password: 'open sesame',
    readOnly: true,
  })
  const secret = new URL(link).hash.slice(1)
  const anonymous = (body: object) =>
    fetch(`${here.product.url}/api/terminal.join`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }).then(async (answer) => ({ status: answer.status, body: await answer.json() }))
  expect(await anonymous({ secret, name: 'Kim' })).toMatchObject({ status: 403 })
  expect(await anonymous({ secret, name: 'Kim', password: 'open barley' })).toMatchObject({
    body: { code: 'terminal.share_wrong_password' },
  })
  const { body } = await anonymous({ secret, name: 'Kim', password: 'open sesame' })
  const guest = await Tab.open({ id: body.terminalId, ticket: body.ticket })
  await guest.seen('ready')
  await tab.of('people', ({ people }) => people.some(({ name, mode }) => name === 'Kim' && mode === 'guest'))
  guest.type('echo from the guest\r')
  await guest.of('input-lost')
  await here.admin.tell('terminal.unshare', { id })
  expect(await guest.of('leave')).toMatchObject({ code: 'terminal.share_gone' })
  expect(await guest.closed).toBe(4403)
  expect(await anonymous({ secret, name: 'Kim', password: 'open sesame' })).toMatchObject({ status: 404 })

  const { link: writable } = await here.admin.tell('terminal.share', { id, minutes: 180 })
  const joined = await anonymous({ secret: new URL(writable).hash.slice(1), name: 'Lou' })
  const typing = await Tab.open({ id, ticket: joined.body.ticket })
  await typing.of('screen')
  typing.type('echo typed by a gu""est\r')
  await tab.seen('typed by a guest')
  tab.type('exit\r')
  await typing.of('exit')
  const { items } = await here.admin.ask('terminal.viewers', { id })
  expect(items.map(({ mode, name }: { mode: string; name: string }) => `${mode} ${name}`).sort()).toEqual([
    'guest Kim',
    'guest Lou',
    'owner Administrator',
  ])
})

test('a watcher who is demoted, a token that ends and whoever is suspended are sent away at once', async () => {
  const member = await somebody('sven', 'member', 'member')
  const watching = await somebody('wanda', 'admin')
  const { id: watchingId } = await watching.ask('auth.me')
  const { id, tab } = await openPlain(member)

  const { ticket } = await watching.tell('terminal.watch', { id })
  const watcher = await Tab.open({ id, ticket })
  await watcher.seen('ready')
  await here.admin.tell('person.set-role', { id: watchingId, role: 'member' })
  expect(await watcher.closed).toBe(4403)

  const rules = { name: 'at work', scopes: ['terminal:*'], commands: ['*'], servers: ['*'] }
  const { id: tokenId, secret } = await member.tell('token.create', rules)
  const program = await Tab.open({ id }, undefined, secret)
  await program.of('attached')
  await member.tell('token.disable', { id: tokenId })
  expect(await program.closed).toBe(4401)

  tab.type('echo still h""ere\r')
  await tab.seen('still here')
  await here.admin.tell('person.suspend', { id: (await member.ask('auth.me')).id })
  expect([4401, 4403]).toContain(await tab.closed)
  await until(async () => (await here.admin.ask('terminal.read', { id })).status === 'ended')
})

test('who loses the right to a server loses the terminal there', async () => {
  const member = await somebody('nora', 'member', 'member')
  const { id, tab } = await openPlain(member)
  await here.admin.tell('server.set-groups', { id: here.serverId, groupIds: [] })
  await tab.of('leave')
  expect(await tab.closed).toBe(4403)
  await until(async () => (await here.admin.ask('terminal.read', { id })).status === 'ended')
})

test('an auditor opens no terminal and looks at none', async () => {
  const auditor = await somebody('audrey', 'auditor')
  const { id, tab } = await openPlain(here.admin)
  const size = { cols: 80, rows: 24 }
  expect(await fault(auditor.tell('terminal.open', { serverId: here.serverId, ...size }))).toContain('403')
  expect(await fault(auditor.tell('terminal.watch', { id }))).toContain('403')
  await expect(Tab.open({ id }, auditor.cookie)).rejects.toThrow('404')
  expect(await auditor.ask('terminal.read', { id })).toMatchObject({
    can: { attach: false, watch: false, close: false, share: false },
  })
  tab.type('exit\r')
  await tab.closed
})
