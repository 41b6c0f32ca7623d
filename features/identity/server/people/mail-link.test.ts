import { type AddressInfo, createServer } from 'node:net'
import { sql } from 'kysely'
import { SMTPServer } from 'smtp-server'
import { afterEach, expect, test } from 'vitest'
import { openMail } from '../../../../base/server/mail/mail.ts'
import { people } from '../../../../seed/story.ts'
import { world } from '../../../../seed/world.ts'

type World = Awaited<ReturnType<typeof world>>

const open: (() => void)[] = []
afterEach(() => {
  for (const close of open.splice(0)) close()
})

/** A mail server on loopback that takes mail for whoever it is told exists. */
async function mailServer() {
  const taken: { from: string; to: string[]; text: string }[] = []
  const known = new Set(['nina@example.com'])
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onRcptTo: ({ address }, _session, done) =>
      done(
        known.has(address) ? undefined : Object.assign(new Error('no such mailbox'), { responseCode: 550 }),
      ),
    onData(stream, { envelope }, done) {
      let text = ''
      stream.on('data', (bytes: Buffer) => {
        text += bytes.toString()
      })
      stream.on('end', () => {
        const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address
        taken.push({ from, to: envelope.rcptTo.map(({ address }) => address), text: decoded(text) })
        done()
      })
    },
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.server.address() as AddressInfo
  const mail = openMail(`smtp://127.0.0.1:${port}`, 'Annals <annals@example.com>')
  open.push(
    () => mail.close(),
    () => server.close(),
  )
  return { mail, taken, known }
}

/** Undoes quoted-printable. */
const decoded = (text: string) =>
  text
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))

const until = async (isSo: () => Promise<boolean>) => {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 20))
}
const invite = (w: World) =>
  w.as('ada').tell('person.invite', {
    username: 'nina',
    name: 'Nina\r\nBcc: eve@example.com',
    role: 'member',
    email: 'nina@example.com',
  })
const mailOf = async (w: World, id: string) =>
  (await w.as('ada').ask('person.read', { id })).body.links[0].mail

test('an invitation goes out by mail after the commit, to one address, and the link in it works', async () => {
  const { mail, taken } = await mailServer()
  await using w = await world({ mail })
  await w.assembled.start()
  const { body } = await invite(w)
  expect(body.mail.to).toBe('nina@example.com')
  expect(await mailOf(w, body.person.id)).toMatchObject({ to: 'nina@example.com' })
  await until(async () => (await mailOf(w, body.person.id)).state === 'sent')

  expect(taken).toHaveLength(1)
  expect(taken[0]).toMatchObject({ from: 'annals@example.com', to: ['nina@example.com'] })
  expect(taken[0]!.text).toMatch(/^From: Annals <annals@example\.com>\r$/m)
  const [heads] = taken[0]!.text.split('\r\n\r\n')
  expect(heads).not.toMatch(/^Bcc:/im)
  expect(taken[0]!.text).toContain(body.link)
  const [, secret] = String(body.link).split('#')
  expect(
    (await w.anonymous.tell('auth.accept-link', { secret, password: 'walrus lantern ninety' })).status,
  ).toBe(200)
  expect((await w.recorded()).map(({ kind }) => kind)).toContain('person.mail-sent')
})

test('what waits to be sent lies sealed, and is gone when it was sent', async () => {
  const { mail } = await mailServer()
  await using w = await world({ mail })
  const { body } = await invite(w)
  const [, secret] = String(body.link).split('#')
  const jobs = async () =>
    (await sql<{ payload: string }>`select payload from job where kind = 'person.mail'`.execute(w.db)).rows
  expect(await jobs()).toHaveLength(1)
  expect(JSON.stringify(await jobs())).not.toContain(secret)
  await w.assembled.start()
  await until(async () => (await mailOf(w, body.person.id)).state === 'sent')
  expect(await jobs()).toEqual([])
})

test('a mail that is refused is seen to have failed, is tried again, and arrives when it can', async () => {
  const { mail, taken, known } = await mailServer()
  known.clear()
  await using w = await world({ mail })
  await w.assembled.start()
  const { body } = await invite(w)
  await until(async () => (await mailOf(w, body.person.id)).state === 'failed')
  expect((await mailOf(w, body.person.id)).problem).toContain('550')
  known.add('nina@example.com')
  w.pass(121)
  await until(async () => (await mailOf(w, body.person.id)).state === 'sent')
  expect(taken).toHaveLength(1)
  const recorded = (await w.recorded()).filter(({ kind }) => kind.startsWith('person.mail'))
  expect(recorded).toMatchObject([
    { kind: 'person.mail-failed', data: { willRetry: true } },
    { kind: 'person.mail-sent', data: { to: 'nina@example.com' } },
  ])
})

test('a link that was withdrawn meanwhile is not sent any more', async () => {
  const { mail, taken } = await mailServer()
  await using w = await world({ mail })
  const { body } = await invite(w)
  await w.as('ada').tell('person.remove', { id: body.person.id })
  await w.assembled.start()
  await until(
    async () =>
      (await w.db.selectFrom('job').select('key').where('kind', '=', 'person.mail').execute()).length === 0,
  )
  expect(taken).toEqual([])
})

test('a mail server that says nothing holds up neither the answer nor anything else that is due', async () => {
  const silent = createServer()
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  const { port } = silent.address() as AddressInfo
  const mail = openMail(`smtp://127.0.0.1:${port}`, 'annals@example.com')
  const sockets: { destroy(): unknown }[] = []
  silent.on('connection', (socket) => sockets.push(socket))
  await using w = await world({ mail })
  await w.assembled.start()
  const { body } = await invite(w)
  await until(async () => sockets.length > 0)
  // Connected and waiting for a greeting: the database is free, and other jobs run.
  const second = await w.as('ada').tell('person.reset-link', { id: people.mina.id })
  expect(second.status).toBe(200)
  await until(async () => sockets.length > 1)
  expect(await mailOf(w, body.person.id)).toMatchObject({ state: 'waiting' })
  for (const socket of sockets) socket.destroy()
  silent.close()
  mail.close()
})
