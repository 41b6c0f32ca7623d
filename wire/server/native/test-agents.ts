import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import pino from 'pino'
import { WebSocket, WebSocketServer } from 'ws'
import { encodeFrame } from '../../common/frames.ts'
import { type AgentMessage, challengeText, type ServerMessage } from '../../common/messages.ts'
import type { LinkReactions } from '../agent-link.ts'
import type { AgentStore, KnownAgent } from '../agent-store.ts'
import { OpenLinks } from '../links.ts'
import { nativeLinks } from './native-links.ts'

/** Real sockets on loopback, with a store in memory: for tests of the link itself. */
export async function linkServer<Tx extends string[]>(reactions: LinkReactions<Tx>[] = [], now?: () => Date) {
  const agents = new Map<string, KnownAgent>()
  const positions = new Map<string, number>()
  const stored: string[] = []
  const store: AgentStore<Tx> = {
    async find(agentId) {
      const agent = agents.get(agentId)
      return agent && { ...agent, committed: positions.get(agentId) ?? 0 }
    },
    async commit(steps, write) {
      const tx = [] as string[] as Tx
      const fits = steps.filter(({ agentId, after }) => (positions.get(agentId) ?? 0) === after)
      await write(tx, new Set(fits.map(({ agentId }) => agentId)))
      for (const { agentId, upTo } of fits) positions.set(agentId, upTo)
      stored.push(...tx)
    },
  }
  const links = new OpenLinks()
  const native = nativeLinks<Tx>({
    links,
    store,
    reactions,
    log: pino({ level: 'silent' }),
    checkpointSeconds: 0,
    ...(now && { now }),
  })
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: 1_300_000 })
  const http = createServer()
  http.on('upgrade', (request, socket, head) =>
    sockets.handleUpgrade(request, socket, head, (accepted) =>
      native.accept(accepted, { address: '127.0.0.1', client: 'test' }),
    ),
  )
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const { port } = http.address() as AddressInfo
  let enrolled = 0
  return {
    native,
    links,
    stored,
    positions,
    agents,
    enrol(): TestIdentity {
      const { privateKey, publicKey } = generateKeyPairSync('ed25519')
      const number = String(++enrolled).padStart(12, '0')
      const agentId = `01900000-0000-7000-8000-${number}`
      agents.set(agentId, {
        agentId,
        serverId: `01900000-0000-7000-9000-${number}`,
        serverName: `server-${enrolled}`,
        signingKey: publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64'),
        isRemoved: false,
        committed: 0,
      })
      return { agentId, privateKey }
    },
    connect: (identity: TestIdentity, hello: Partial<Hello> = {}) =>
      TestAgent.connect(`ws://127.0.0.1:${port}/`, identity, hello),
    async [Symbol.asyncDispose]() {
      await native.close()
      http.closeAllConnections()
      await new Promise((resolve) => http.close(resolve))
    },
  }
}

export interface TestIdentity {
  readonly agentId: string
  readonly privateKey: KeyObject
}

type Hello = Extract<AgentMessage, { t: 'hello' }>
type Of<T extends ServerMessage['t']> = Extract<ServerMessage, { t: T }>

/** An agent that says exactly what a test tells it to. */
export class TestAgent {
  readonly socket: WebSocket
  readonly heard: ServerMessage[] = []
  readonly closed: Promise<void>
  #taken = 0
  #wake: () => void = () => {}

  private constructor(url: string) {
    this.socket = new WebSocket(url, { perMessageDeflate: false })
    this.closed = new Promise((resolve) => this.socket.once('close', () => resolve()))
    this.socket.on('error', () => {})
    this.socket.on('message', (data) => {
      this.heard.push(JSON.parse(data.toString()) as ServerMessage)
      this.#wake()
    })
    this.socket.on('close', () => this.#wake())
  }

  /** Connects and answers the challenge; what comes after that is the test's. */
  static async connect(url: string, { agentId, privateKey }: TestIdentity, hello: Partial<Hello>) {
    const agent = new TestAgent(url)
    const { nonce } = await agent.next('challenge')
    const version = hello.version ?? 1
    agent.say({
      t: 'hello',
      agentId,
      version,
      signature: sign(null, Buffer.from(challengeText(agentId, nonce, version)), privateKey).toString(
        'base64',
      ),
      agentVersion: '0.1.0',
      at: new Date().toISOString(),
      runId: 'run',
      nextReport: 1,
      checkpointSize: 0,
      ...hello,
    })
    return agent
  }

  say(message: AgentMessage | object): void {
    this.socket.send(JSON.stringify(message))
  }

  reports(from: number, ...texts: unknown[]): void {
    const at = new Date().toISOString()
    const items = texts.map((text, index) => ({ n: from + index, at, kind: 'note.made', body: { text } }))
    this.say({ t: 'reports', items })
  }

  frame(stream: string, offset: number, text: string): void {
    this.bytes(stream, offset, Buffer.from(text))
  }

  bytes(stream: string, offset: number, payload: Uint8Array): void {
    this.socket.send(encodeFrame({ track: 1, stream, offset, payload }))
  }

  /** The next message of one kind; those of other kinds are passed over. @throws Error when the link ends first. */
  async next<T extends ServerMessage['t']>(t: T): Promise<Of<T>> {
    for (;;) {
      while (this.#taken < this.heard.length) {
        const message = this.heard[this.#taken++]!
        if (message.t === t) return message as Of<T>
      }
      if (this.socket.readyState === WebSocket.CLOSED) throw new Error(`closed before ${t} came`)
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }
}
