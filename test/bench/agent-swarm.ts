import { createPrivateKey, type KeyObject, sign } from 'node:crypto'
import { WebSocket } from 'ws'
import { encodeFrame } from '../../wire/common/frames.ts'
import { challengeText, type ServerMessage } from '../../wire/common/messages.ts'

/**
 * Many agents in one process, for test/bench/links.ts: each answers the challenge, beats every 10 s, and carries out
 * every command as fast as it can, with a line of output. Talks to its parent by IPC.
 */
interface Identity {
  readonly agentId: string
  /** PKCS #8, base64. */
  readonly key: string
}

type FromParent =
  | {
      readonly t: 'connect'
      readonly url: string
      readonly agents: readonly Identity[]
      readonly atOnce: number
    }
  | { readonly t: 'drop'; readonly reports: number }

const PRINTED = Buffer.from('it is done\n')
const piece = Buffer.alloc(13 + PRINTED.length)
piece[0] = 1
piece.writeUInt32BE(PRINTED.length, 9)
PRINTED.copy(piece, 13)

class SwarmAgent {
  readonly #url: string
  readonly #agentId: string
  readonly #key: KeyObject
  #socket: WebSocket | undefined
  #n = 0
  #committed = 0
  #unsent: { n: number; at: string; kind: string; body: object }[] = []
  readonly #unfinished = new Set<string>()
  isLinked = false
  #backlog = 0
  #waitMilliseconds: number | undefined

  constructor(url: string, { agentId, key }: Identity) {
    this.#url = url
    this.#agentId = agentId
    this.#key = createPrivateKey({ key: Buffer.from(key, 'base64'), format: 'der', type: 'pkcs8' })
  }

  connect(): void {
    const socket = new WebSocket(this.#url, { perMessageDeflate: false })
    this.#socket = socket
    socket.on('message', (data) => this.#hear(JSON.parse(data.toString()) as ServerMessage))
    socket.on('error', () => {})
    socket.on('close', () => {
      this.isLinked = false
      // As the real agent does: when the server says how long to wait, that long.
      setTimeout(() => this.connect(), this.#waitMilliseconds ?? 200 + Math.random() * 5000)
      this.#waitMilliseconds = undefined
    })
  }

  /** The network is gone; meanwhile so many reports gather. */
  drop(reports: number): void {
    this.isLinked = false
    this.#backlog = reports
    this.#socket?.terminate()
  }

  #say(message: object): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message))
  }

  #hear(message: ServerMessage): void {
    switch (message.t) {
      case 'challenge': {
        const text = challengeText(this.#agentId, message.nonce, 1)
        this.#say({
          t: 'hello',
          agentId: this.#agentId,
          version: 1,
          signature: sign(null, Buffer.from(text), this.#key).toString('base64'),
          agentVersion: 'bench',
          at: new Date().toISOString(),
          runId: 'bench',
          nextReport: this.#n + 1,
          checkpointSize: 0,
        })
        return
      }
      case 'refused':
        this.#waitMilliseconds = (message.retryAfterSeconds ?? 5) * 1000
        return
      case 'welcome':
        this.isLinked = true
        this.#forget(message.committed)
        for (let i = 0; i < this.#backlog; i++)
          this.#queue('command.accepted', { commandId: crypto.randomUUID() })
        this.#backlog = 0
        if (this.#unsent.length > 0) this.#say({ t: 'reports', items: this.#unsent })
        this.beat()
        return
      case 'committed':
        this.#forget(message.upTo)
        return
      case 'order':
        if (message.order.kind !== 'command.run') return
        this.#run(message.order.id)
        return
      case 'stream.position':
        this.#position(message.stream, message.offset, message.unwanted === true)
        return
      default:
    }
  }

  beat(): void {
    this.#say({
      t: 'beat',
      at: new Date().toISOString(),
      running: [...this.#unfinished],
      queue: { reports: this.#unsent.length, oldestAt: this.#unsent[0]?.at ?? null },
      checkpointSize: 0,
    })
  }

  #run(commandId: string): void {
    process.send!({ t: 'started', commandId, at: Date.now() })
    this.#unfinished.add(commandId)
    this.#report(['command.accepted', { commandId }], ['command.started', { commandId, pid: 1 }])
    this.#say({ t: 'stream.offer', stream: commandId, purpose: 'command.output' })
  }

  #position(commandId: string, offset: number, isUnwanted: boolean): void {
    if (!this.#unfinished.has(commandId)) return
    if (offset === 0 && !isUnwanted) {
      this.#socket!.send(encodeFrame({ track: 1, stream: commandId, offset: 0, payload: piece }))
      return
    }
    this.#unfinished.delete(commandId)
    this.#report([
      'command.finished',
      {
        commandId,
        exitCode: 0,
        signal: null,
        errorPhase: null,
        reason: null,
        elapsedMilliseconds: 1,
        stdoutBytes: PRINTED.length,
        stderrBytes: 0,
        droppedBytes: 0,
        streamBytes: piece.length,
      },
    ])
  }

  #queue(kind: string, body: object): void {
    this.#unsent.push({ n: ++this.#n, at: new Date().toISOString(), kind, body })
  }

  #report(...reports: [string, object][]): void {
    for (const [kind, body] of reports) this.#queue(kind, body)
    this.#say({ t: 'reports', items: this.#unsent.slice(-reports.length) })
  }

  #forget(upTo: number): void {
    this.#committed = Math.max(this.#committed, upTo)
    this.#n = Math.max(this.#n, this.#committed)
    while (this.#unsent.length > 0 && this.#unsent[0]!.n <= upTo) this.#unsent.shift()
  }

  get isSettled(): boolean {
    return this.isLinked && this.#unsent.length === 0
  }
}

const agents: SwarmAgent[] = []

process.on('message', async (message: FromParent) => {
  if (message.t === 'drop') {
    for (const agent of agents) agent.drop(message.reports)
    return
  }
  for (const [index, identity] of message.agents.entries()) {
    const agent = new SwarmAgent(message.url, identity)
    agents.push(agent)
    agent.connect()
    if (index % message.atOnce === message.atOnce - 1) await new Promise((resolve) => setTimeout(resolve, 50))
  }
})

// One timer for all beats, in slices, as ten thousand real machines would be spread.
let next = 0
setInterval(() => {
  const slice = Math.ceil(agents.length / 100)
  for (let i = 0; i < slice; i++) agents[next++ % agents.length]?.beat()
}, 100)
setInterval(() => {
  const linked = agents.reduce((sum, agent) => sum + Number(agent.isLinked), 0)
  const settled = agents.reduce((sum, agent) => sum + Number(agent.isSettled), 0)
  process.send!({ t: 'state', linked, settled })
}, 200)
process.on('disconnect', () => process.exit())
