import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { WebSocket } from 'ws'
import { enrolMachine } from '../../apps/agent/enrol-machine.ts'
import { type RunningAgent, startAgent } from '../../apps/agent/start-agent.ts'
import type { AttachTell } from '../../features/websh/common/attach.ts'
import { PieceReader, PieceTrack } from '../../features/websh/common/piece.ts'
import { adminPassword, type Client, type Product, signIn, startProduct } from '../product.ts'

export const directory = mkdtempSync(join(tmpdir(), 'annals-terminals-'))
const quiet = { info: () => {}, warn: () => {}, error: () => {} }

/** A real server, a real agent that does not die with it, real shells. */
export const here = {} as {
  product: Product
  agent: RunningAgent
  admin: Client
  serverId: string
}

export async function start(): Promise<void> {
  here.product = await startProduct(join(directory, 'data'), { ANNALS_LOCAL_AGENT: 'off' })
  here.admin = await signIn(here.product.url)
  const { token } = await here.admin.tell('server-token.create', { name: 'the machine of the test' })
  const agentDirectory = join(directory, 'agent')
  await enrolMachine({ directory: agentDirectory, url: here.product.url, token, name: 'machine' })
  here.agent = await startAgent({ directory: agentDirectory, log: quiet, backOff: () => 50 })
  here.serverId = await until(async () => (await here.admin.ask('server.list')).items.find(isConnected)?.id)
}

/** The server again, after it ended, where the agent and the tabs know it. */
export async function startAgain(): Promise<void> {
  const settings = { ANNALS_LOCAL_AGENT: 'off', ANNALS_PORT: new URL(here.product.url).port }
  here.product = await startProduct(join(directory, 'data'), settings)
  here.admin = await signIn(here.product.url)
}

export async function stop(): Promise<void> {
  await here.agent?.stop()
  await here.product?.stop()
  rmSync(directory, { recursive: true, force: true })
}

const isConnected = ({ link }: { link: string }) => link === 'connected'

/** Asks again until there is an answer. */
export async function until<T>(look: () => Promise<T | undefined | false>): Promise<T> {
  for (;;) {
    const found = await look()
    if (found) return found
    await new Promise((resolve) => setTimeout(resolve, 30))
  }
}

/** One end of an attach socket, with everything it was told. */
export class Tab {
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
    const { url } = here.product
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

export async function openPlain(
  client: Client,
  size = { cols: 80, rows: 24 },
): Promise<{ id: string; tab: Tab }> {
  const { id } = await client.tell('terminal.open', { serverId: here.serverId, account: 'root', ...size })
  const tab = await Tab.open({ id }, client.cookie)
  // It may have started before somebody looked.
  if ((await tab.of('attached')).status === 'opening') await tab.of('started')
  // One line: a second one may come while bash edits lines, and what has no end for bash then has none for sh.
  tab.type(`exec env PS1='$ ' sh -c 'echo rea""dy; exec sh'\r`)
  await tab.seen('ready\r\n')
  return { id, tab }
}

/** Somebody with a session; `group`: they are in it, with the test's server. */
export async function somebody(username: string, role: string, groupRole?: string): Promise<Client> {
  const person = await here.admin.tell('person.create', {
    username,
    name: username,
    role,
    password: 'first word of all',
  })
  const first = await signIn(here.product.url, username, 'first word of all')
  await first.tell('auth.change-password', { current: 'first word of all', password: adminPassword })
  const client = await signIn(here.product.url, username)
  if (groupRole !== undefined) {
    const { id: groupId } = await here.admin.tell('group.create', { name: `group of ${username}` })
    await here.admin.tell('group.set-members', {
      id: groupId,
      members: [{ personId: person.id, role: groupRole }],
    })
    const { groups } = await here.admin.ask('server.read', { id: here.serverId })
    await here.admin.tell('server.set-groups', {
      id: here.serverId,
      groupIds: [...groups.map(({ id }: { id: string }) => id), groupId],
    })
  }
  return client
}

/** What was shown, from the record, once that is whole. */
export async function recorded(id: string): Promise<Buffer> {
  const { streamBytes } = await until(async () => {
    const recording = await here.admin.ask('recording.read', { id })
    return recording.state === 'complete' && recording
  })
  const reader = new PieceReader()
  const shown: Uint8Array[] = []
  for (let offset = 0; offset < streamBytes; ) {
    const { bytes, to } = await here.admin.ask('recording.pieces', { id, offset: String(offset) })
    for (const piece of reader.read(Buffer.from(bytes, 'base64')))
      if (piece.track === PieceTrack.output) shown.push(piece.content)
    offset = to
  }
  return Buffer.concat(shown)
}
