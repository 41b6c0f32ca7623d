import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { enrolMachine } from '../apps/agent/enrol-machine.ts'
import { type RunningAgent, startAgent } from '../apps/agent/start-agent.ts'
import type { AttachTell } from '../features/websh/common/attach.ts'
import { PieceReader, PieceTrack } from '../features/websh/common/piece.ts'
import { adminPassword, type Client, type Product, signIn, startProduct } from './product.ts'

/** A real server, a real agent that does not die with it, real shells. */
const directory = mkdtempSync(join(tmpdir(), 'annals-terminals-'))
const quiet = { info: () => {}, warn: () => {}, error: () => {} }
let settings: Record<string, string>
let product: Product
let agent: RunningAgent
let admin: Client
let serverId: string

beforeAll(async () => {
  product = await startProduct(join(directory, 'data'), { ANNALS_LOCAL_AGENT: 'off' })
  // Started again, it is where the agent and the tabs know it.
  settings = { ANNALS_LOCAL_AGENT: 'off', ANNALS_PORT: new URL(product.url).port }
  admin = await signIn(product.url)
  const { token } = await admin.tell('server-token.create', { name: 'the machine of the test' })
  const agentDirectory = join(directory, 'agent')
  await enrolMachine({ directory: agentDirectory, url: product.url, token, name: 'machine' })
  agent = await startAgent({ directory: agentDirectory, log: quiet, backOff: () => 50 })
  serverId = await until(async () => (await admin.ask('server.list')).items.find(isConnected)?.id)
})

afterAll(async () => {
  await agent?.stop()
  await product?.stop()
  rmSync(directory, { recursive: true, force: true })
})

const isConnected = ({ link }: { link: string }) => link === 'connected'

/** Asks again until there is an answer. */
async function until<T>(look: () => Promise<T | undefined | false>): Promise<T> {
  for (;;) {
    const found = await look()
    if (found) return found
    await new Promise((resolve) => setTimeout(resolve, 30))
  }
}

/** One end of an attach socket, with everything it was told. */
class Tab {
  readonly told: AttachTell[] = []
  readonly closed: Promise<number>
  output = ''
  bytes: Buffer[] = []
  readonly #socket: WebSocket
  #changed: (() => void)[] = []

  private constructor(socket: WebSocket) {
    this.#socket = socket
    socket.on('message', (data, isBinary) => {
      if (isBinary) {
        this.bytes.push(data as Buffer)
        this.output += String(data)
      } else this.told.push(JSON.parse(String(data)))
      for (const resolve of this.#changed.splice(0)) resolve()
    })
    this.closed = new Promise((resolve) =>
      socket.once('close', (code) => {
        resolve(code)
        for (const changed of this.#changed.splice(0)) changed()
      }),
    )
  }

  /** @throws Error with the status when it is refused */
  static async open(query: Record<string, string>, cookie?: string, token?: string): Promise<Tab> {
    const { url } = product
    const headers: Record<string, string> =
      token !== undefined
        ? { authorization: `Bearer ${token}` }
        : cookie !== undefined
          ? { cookie, origin: url }
          : {}
    const socket = new WebSocket(
      `${url.replace('http', 'ws')}/api/terminal.attach?${new URLSearchParams(query)}`,
      { headers },
    )
    const tab = new Tab(socket)
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve)
      socket.once('unexpected-response', (_request, { statusCode }) => reject(new Error(String(statusCode))))
      socket.once('error', reject)
    })
    return tab
  }

  type(text: string): void {
    this.#socket.send(Buffer.from(text))
  }

  tell(message: object): void {
    this.#socket.send(JSON.stringify(message))
  }

  close(): void {
    this.#socket.close()
  }

  async seen(what: string | RegExp): Promise<void> {
    await this.#until(() => this.output.search(what) >= 0 || undefined)
  }

  of<T extends AttachTell['type']>(
    type: T,
    which: (message: Extract<AttachTell, { type: T }>) => boolean = () => true,
  ): Promise<Extract<AttachTell, { type: T }>> {
    return this.#until(() => {
      const found = this.told.find((message) => message.type === type && which(message as never))
      return found as Extract<AttachTell, { type: T }> | undefined
    })
  }

  async #until<T>(look: () => T | undefined): Promise<T> {
    for (;;) {
      const found = look()
      if (found !== undefined) return found
      if (this.#socket.readyState === WebSocket.CLOSED) throw new Error(`closed: ${this.output.slice(-500)}`)
      await new Promise<void>((resolve) => this.#changed.push(resolve))
    }
  }
}

async function openPlain(client: Client, size = { cols: 80, rows: 24 }): Promise<{ id: string; tab: Tab }> {
  const { id } = await client.tell('terminal.open', { serverId, account: 'root', ...size })
  const tab = await Tab.open({ id }, client.cookie)
  // It may have started before somebody looked.
  if ((await tab.of('attached')).status === 'opening') await tab.of('started')
  // One line: a second one may come while bash edits lines, and what has no end for bash then has none for sh.
  tab.type(`exec env PS1='$ ' sh -c 'echo rea""dy; exec sh'\r`)
  await tab.seen('ready\r\n')
  return { id, tab }
}

/** Somebody with a session; `group`: they are in it, with the test's server. */
async function somebody(username: string, role: string, groupRole?: string): Promise<Client> {
  const person = await admin.tell('person.create', {
    username,
    name: username,
    role,
    password: 'first word of all',
  })
  const first = await signIn(product.url, username, 'first word of all')
  await first.tell('auth.change-password', { current: 'first word of all', password: adminPassword })
  const client = await signIn(product.url, username)
  if (groupRole !== undefined) {
    const { id: groupId } = await admin.tell('group.create', { name: `group of ${username}` })
    await admin.tell('group.set-members', {
      id: groupId,
      members: [{ personId: person.id, role: groupRole }],
    })
    const { groups } = await admin.ask('server.read', { id: serverId })
    await admin.tell('server.set-groups', {
      id: serverId,
      groupIds: [...groups.map(({ id }: { id: string }) => id), groupId],
    })
  }
  return client
}

/** What was shown, from the record, once that is whole. */
async function recorded(id: string): Promise<Buffer> {
  const { streamBytes } = await until(async () => {
    const recording = await admin.ask('recording.read', { id })
    return recording.state === 'complete' && recording
  })
  const reader = new PieceReader()
  const shown: Uint8Array[] = []
  for (let offset = 0; offset < streamBytes; ) {
    const { bytes, to } = await admin.ask('recording.pieces', { id, offset: String(offset) })
    for (const piece of reader.read(Buffer.from(bytes, 'base64')))
      if (piece.track === PieceTrack.output) shown.push(piece.content)
    offset = to
  }
  return Buffer.concat(shown)
}

test('what is typed comes back, sizes take effect, and the record holds every byte that was shown', async () => {
  const { id, tab } = await openPlain(admin, { cols: 91, rows: 27 })
  tab.type('stty size\r')
  await tab.seen('27 91\r\n')
  tab.tell({ type: 'resize', cols: 120, rows: 40 })
  await tab.of('resize', ({ cols }) => cols === 120)
  tab.type('stty size; head -c 200000 /dev/urandom | od -A n -t x1; exit 5\r')
  expect(await tab.of('exit')).toEqual({ type: 'exit', code: 5, signal: null, reason: null })
  expect(await tab.closed).toBe(1000)
  expect(tab.output).toContain('40 120\r\n')

  const row = await admin.ask('terminal.read', { id })
  expect(row).toMatchObject({ status: 'ended', exitCode: 5, account: 'root', uid: 0, cols: 120, rows: 40 })
  expect((await recorded(id)).equals(Buffer.concat(tab.bytes))).toBe(true)
})

test('a closed tab leaves the shell running, and whoever comes back sees the screen as it is', async () => {
  const { id, tab } = await openPlain(admin)
  const gate = join(directory, 'closed-tab')
  const waits = `until [ -e ${gate} ]; do sleep 0.02; done`
  tab.type(`echo co""unt 1; ${waits}; for i in 2 3; do echo "count $i"; done; echo do""ne\r`)
  await tab.seen('count 1')
  tab.close()
  await tab.closed
  writeFileSync(gate, '')
  const again = await Tab.open({ id, flow: 'ack' }, admin.cookie)
  await again.of('screen')
  await again.seen('done\r\n')
  expect(again.output).toMatch(/count 1[\s\S]*count 2[\s\S]*count 3/)
  again.type('echo still he""re\r')
  await again.seen('still here')
  const second = await Tab.open({ id }, admin.cookie)
  await second.seen('still here')
  await second.of('people', ({ people }) => people.length === 2)
  await admin.tell('terminal.close', { id })
  await Promise.all([again.of('exit'), second.of('exit')])
})

test('a server that is killed loses nothing: the shell runs on, and its record goes on where it broke off', async () => {
  const { id, tab } = await openPlain(admin)
  const gate = join(directory, 'killed-server')
  const tick = 'i=$((i+1)); echo "tick $i"; sleep 0.1'
  tab.type(`i=0; until [ -e ${gate} ]; do ${tick}; done; echo ov""er $i\r`)
  await tab.seen('tick 3\r\n')
  await product.kill()
  await tab.closed
  product = await startProduct(join(directory, 'data'), settings)
  admin = await signIn(product.url)
  const again = await Tab.open({ id }, admin.cookie)
  writeFileSync(gate, '')
  await again.seen(/over \d+\r\n/)
  again.type('exit\r')
  await again.of('exit')
  const viewers = await admin.ask('terminal.viewers', { id })
  expect(viewers.items.map(({ leaveReason }: { leaveReason: string | null }) => leaveReason)).toContain(
    'Annals was not running.',
  )
  const output = (await recorded(id)).toString()
  const ticks = Number(output.match(/^over (\d+)\r$/m)![1])
  expect(ticks).toBeGreaterThan(3)
  expect([...output.matchAll(/^tick (\d+)\r$/gm)].map(([, number]) => Number(number))).toEqual(
    Array.from({ length: ticks }, (_, index) => index + 1),
  )
})

test('a flood neither runs away nor holds up Ctrl-C', async () => {
  const { id, tab } = await openPlain(admin)
  tab.type('yes\r')
  await tab.seen('y\r\ny\r\ny\r\n')
  tab.type('\x03')
  tab.type('echo sto""pped\r')
  await tab.seen('stopped')
  await admin.tell('terminal.close', { id })
  await tab.closed
})

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

  await admin.tell('terminal.close', { id })
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
  const { id, tab } = await openPlain(admin)
  const { link } = await admin.tell('terminal.share', {
    id,
    minutes: 5,
    password: 'open sesame',
    readOnly: true,
  })
  const secret = new URL(link).hash.slice(1)
  const anonymous = (body: object) =>
    fetch(`${product.url}/api/terminal.join`, {
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
  await admin.tell('terminal.unshare', { id })
  expect(await guest.of('leave')).toMatchObject({ code: 'terminal.share_gone' })
  expect(await guest.closed).toBe(4403)
  expect(await anonymous({ secret, name: 'Kim', password: 'open sesame' })).toMatchObject({ status: 404 })

  const { link: writable } = await admin.tell('terminal.share', { id, minutes: 180 })
  const joined = await anonymous({ secret: new URL(writable).hash.slice(1), name: 'Lou' })
  const typing = await Tab.open({ id, ticket: joined.body.ticket })
  await typing.of('screen')
  typing.type('echo typed by a gu""est\r')
  await tab.seen('typed by a guest')
  tab.type('exit\r')
  await typing.of('exit')
  const { items } = await admin.ask('terminal.viewers', { id })
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
  await admin.tell('person.set-role', { id: watchingId, role: 'member' })
  expect(await watcher.closed).toBe(4403)

  const rules = { name: 'at work', scopes: ['terminal:*'], commands: ['*'], servers: ['*'] }
  const { id: tokenId, secret } = await member.tell('token.create', rules)
  const program = await Tab.open({ id }, undefined, secret)
  await program.of('attached')
  await member.tell('token.disable', { id: tokenId })
  expect(await program.closed).toBe(4401)

  tab.type('echo still h""ere\r')
  await tab.seen('still here')
  await admin.tell('person.suspend', { id: (await member.ask('auth.me')).id })
  expect([4401, 4403]).toContain(await tab.closed)
  await until(async () => (await admin.ask('terminal.read', { id })).status === 'ended')
})

test('who loses the right to a server loses the terminal there', async () => {
  const member = await somebody('nora', 'member', 'member')
  const { id, tab } = await openPlain(member)
  await admin.tell('server.set-groups', { id: serverId, groupIds: [] })
  await tab.of('leave')
  expect(await tab.closed).toBe(4403)
  await until(async () => (await admin.ask('terminal.read', { id })).status === 'ended')
})

test('an auditor opens no terminal and looks at none', async () => {
  const auditor = await somebody('audrey', 'auditor')
  const { id, tab } = await openPlain(admin)
  const size = { cols: 80, rows: 24 }
  expect(await fault(auditor.tell('terminal.open', { serverId, ...size }))).toContain('403')
  expect(await fault(auditor.tell('terminal.watch', { id }))).toContain('403')
  await expect(Tab.open({ id }, auditor.cookie)).rejects.toThrow('404')
  expect(await auditor.ask('terminal.read', { id })).toMatchObject({
    can: { attach: false, watch: false, close: false, share: false },
  })
  tab.type('exit\r')
  await tab.closed
})

test('in strict terminals nothing is shown before it is on disk', async () => {
  await admin.tell('terminal.set-policy', { strict: true })
  const { id, tab } = await openPlain(admin)
  expect(await tab.of('attached')).toMatchObject({ strict: true })
  tab.type('echo str""ict; exit\r')
  await tab.seen('strict')
  await tab.of('exit')
  expect(await admin.ask('terminal.read', { id })).toMatchObject({ strict: true })
  await admin.tell('terminal.set-policy', { strict: false })
})
