import { generateKeyPairSync, type KeyObject, randomBytes, randomUUID, sign, verify } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'
import { checkpointText } from '../../base/common/journal/checkpoint.ts'
import { Frontier } from '../../base/common/journal/frontier.ts'
import { treeHash } from '../../base/common/journal/merkle.ts'
import {
  formatNote,
  formatVerifierKey,
  type VerifierKey,
  verifierKey,
} from '../../base/common/journal/note.ts'
import { PieceReader, PieceTrack, type ReadPiece, readVarints } from '../../features/websh/common/piece.ts'
import { sha256 } from '../../wire/agent/journal-crypto.ts'
import { decodeFrame, encodeFrame, FrameTrack } from '../../wire/common/frames.ts'
import {
  AgentMessage,
  challengeText,
  HoleReport,
  PROTOCOL_VERSIONS,
  type Report,
  type ServerMessage,
} from '../../wire/common/messages.ts'
import { rawPublicKey } from '../../wire/sealed.ts'

/** A report's content, read field by field in tests. */
// biome-ignore lint/suspicious/noExplicitAny: a test states what it expects of each field
export type Body = Record<string, any>

/**
 * The server's end of the link as the protocol describes it, in memory, for tests of the agent against nothing else.
 * It stores a report only when its number is due, as a server must.
 */
export class ServerEnd {
  readonly agentId: string = randomUUID()
  readonly serverId: string = randomUUID()
  readonly reports: Report[] = []
  readonly streams = new Map<string, Buffer[]>()
  readonly messages: AgentMessage[] = []
  readonly journalKey: VerifierKey
  readonly #journalPrivateKey: KeyObject
  sealingKey = ''
  #signingKey: Buffer | undefined
  committed = 0
  /** False: batches are stored but their commit is not told. */
  tellsCommits = true
  /** False: batches and frames are thrown away, as by a server that dies at that moment. */
  stores = true
  versions: readonly number[] = PROTOCOL_VERSIONS
  creditBytes = 1024 * 1024
  attempts = 0
  welcomes = 0
  token = 'token-for-tests'
  #server: Server | undefined
  #socket: WebSocket | undefined
  readonly #sockets = new Set<WebSocket>()
  #port = 0
  #changed: (() => void)[] = []

  constructor() {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519')
    this.#journalPrivateKey = privateKey
    this.journalKey = verifierKey(sha256, 'annals/test', rawPublicKey(publicKey))
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  async open(): Promise<void> {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        const ask = JSON.parse(Buffer.concat(chunks).toString()) as Record<string, string>
        if (ask['token'] !== this.token) {
          response.writeHead(403).end(JSON.stringify({ code: 'x', message: 'That token is not known here.' }))
          return
        }
        this.#signingKey = Buffer.from(ask['signingKey']!, 'base64')
        this.sealingKey = ask['sealingKey']!
        const { agentId, serverId } = this
        const journalKey = formatVerifierKey(this.journalKey)
        const checkpoint = this.checkpoint(0)
        response.end(JSON.stringify({ agentId, serverId, name: 'test', journalKey, checkpoint }))
      })
    })
    const sockets = new WebSocketServer({ server, path: '/api/agent.link', maxPayload: 16 * 1024 * 1024 })
    sockets.on('connection', (socket) => this.#greet(socket))
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve))
    this.#port = (server.address() as AddressInfo).port
    this.#server = server
  }

  /** Drops the link and stops listening; what was stored stays. */
  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.terminate()
    this.#socket = undefined
    this.#server?.closeAllConnections()
    await new Promise<void>((resolve) => {
      if (this.#server === undefined) resolve()
      else this.#server.close(() => resolve())
    })
    this.#server = undefined
  }

  /** Answers nothing any more, as a machine that lost power. */
  freeze(): void {
    this.#socket?.pause()
  }

  sendText(text: string): void {
    this.#socket?.send(text)
  }

  /** Reports that waited when the agent last spoke of them; undefined when it has not. */
  beatQueue(): number | undefined {
    const beat = this.messages.findLast(({ t }) => t === 'beat')
    return beat?.t === 'beat' ? beat.queue.reports : undefined
  }

  /** To another port. */
  async move(): Promise<void> {
    await this.close()
    this.#port = 0
    await this.open()
  }

  drop(): void {
    this.#socket?.terminate()
  }

  send(message: ServerMessage): void {
    this.#socket?.send(JSON.stringify(message))
  }

  order(kind: string, body: unknown, id: string = randomUUID()): string {
    this.send({ t: 'order', order: { id, kind, body } })
    return id
  }

  run(line: string, rest: Record<string, unknown> = {}, id: string = randomUUID()): string {
    const submittedAt = new Date().toISOString()
    const ask = { account: null, group: null, timeoutSeconds: null, sealed: null, submittedAt, ...rest }
    return this.order('command.run', { line, ...ask }, id)
  }

  #typed = new Map<string, number>()

  /** @returns the order's id, which is the terminal's. */
  openTerminal(rest: Record<string, unknown> = {}): string {
    const ask = {
      account: null,
      cols: 80,
      rows: 24,
      idleMinutes: null,
      shellIntegration: false,
      inputMasks: [],
    }
    return this.order('terminal.open', { ...ask, ...rest })
  }

  /** Types where it left off; or at an offset of the test's choice. */
  type(terminal: string, text: string | Uint8Array, offset = this.#typed.get(terminal) ?? 0): void {
    const payload = Buffer.from(text)
    this.#typed.set(terminal, offset + payload.length)
    this.#socket?.send(encodeFrame({ track: FrameTrack.terminalInput, stream: terminal, offset, payload }))
  }

  /** Bytes that were typed into a terminal so far. */
  typed(terminal: string): number {
    return this.#typed.get(terminal) ?? 0
  }

  /** What a terminal's stream says so far. */
  record(id: string): {
    output: Buffer
    input: Buffer
    notes: Body[]
    sizes: number[][]
    pieces: ReadPiece[]
  } {
    const pieces = new PieceReader().read(Buffer.concat(this.streams.get(id) ?? []))
    const of = (track: number) =>
      Buffer.concat(pieces.filter((piece) => piece.track === track).map(({ content }) => content))
    const notes = pieces.filter(({ track }) => track === PieceTrack.note)
    const sizes = pieces.filter(({ track }) => track === PieceTrack.resize)
    return {
      output: of(PieceTrack.output),
      input: of(PieceTrack.input),
      notes: notes.map(({ content }) => JSON.parse(Buffer.from(content).toString()) as Body),
      sizes: sizes.map(({ content }) => readVarints(content, 2)),
      pieces,
    }
  }

  /** Resolves once `look` finds something. */
  async until<T>(look: () => T | undefined | false | null | 0): Promise<T> {
    for (;;) {
      const found = look()
      if (found) return found
      await new Promise<void>((resolve) => this.#changed.push(resolve))
    }
  }

  of(kind: string, commandId?: string): Body[] {
    const found = this.reports.filter((report) => report.kind === kind)
    const bodies = found.map((report) => report.body as Body)
    return commandId === undefined ? bodies : bodies.filter((body) => body['commandId'] === commandId)
  }

  finished(commandId: string): Promise<Body> {
    return this.until(() => this.of('command.finished', commandId)[0])
  }

  linked(): Promise<true> {
    const before = this.welcomes
    return this.until(() => this.welcomes > before)
  }

  streamLength(id: string): number {
    return (this.streams.get(id) ?? []).reduce((sum, chunk) => sum + chunk.length, 0)
  }

  /** The pieces of an output: tracks joined. */
  output(id: string): { stdout: Buffer; stderr: Buffer; gaps: number[]; isWhole: boolean; pieces: number } {
    const bytes = Buffer.concat(this.streams.get(id) ?? [])
    const tracks: Record<number, Buffer[]> = { 1: [], 2: [], 9: [] }
    let at = 0
    let pieces = 0
    for (; at + 13 <= bytes.length; pieces++) {
      const length = bytes.readUInt32BE(at + 9)
      tracks[bytes[at]!]!.push(bytes.subarray(at + 13, at + 13 + length))
      at += 13 + length
    }
    const gaps = tracks[9]!.map((content) => Number(content.readBigUInt64BE()))
    const [stdout, stderr] = [Buffer.concat(tracks[1]!), Buffer.concat(tracks[2]!)]
    return { stdout, stderr, gaps, isWhole: at === bytes.length, pieces }
  }

  /** A signed head of a journal whose entries are `<mark>0`, `<mark>1`, … */
  checkpoint(size: number, mark = 'entry ', key = this.#journalPrivateKey): string {
    const hash = treeHash(sha256)
    const frontier = new Frontier(hash)
    for (let i = 0; i < size; i++) frontier.append(hash.leaf(Buffer.from(`${mark}${i}`)))
    const text = checkpointText({ origin: this.journalKey.name, size, root: frontier.root() })
    const signature = sign(null, Buffer.from(text), key)
    return formatNote({
      text,
      signatures: [{ name: this.journalKey.name, keyId: this.journalKey.id, signature }],
    })
  }

  signWithJournalKey(bytes: Uint8Array): string {
    return sign(null, bytes, this.#journalPrivateKey).toString('base64')
  }

  #greet(socket: WebSocket): void {
    this.#socket = socket
    this.#sockets.add(socket)
    socket.on('close', () => this.#sockets.delete(socket))
    this.attempts++
    for (const resolve of this.#changed.splice(0)) resolve()
    const nonce = randomBytes(16).toString('base64')
    socket.on('message', (data, isBinary) => {
      if (isBinary) this.#frame(data as Buffer)
      else this.#message(AgentMessage.parse(JSON.parse(String(data))), nonce)
      for (const resolve of this.#changed.splice(0)) resolve()
    })
    this.send({ t: 'challenge', nonce, versions: [...this.versions], at: new Date().toISOString() })
  }

  #message(message: AgentMessage, nonce: string): void {
    this.messages.push(message)
    if (message.t === 'hello') {
      const prefix = Buffer.from('302a300506032b6570032100', 'hex')
      const key = { key: Buffer.concat([prefix, this.#signingKey!]), format: 'der', type: 'spki' } as const
      const text = challengeText(message.agentId, nonce, message.version)
      const isProven = verify(null, Buffer.from(text), key, Buffer.from(message.signature, 'base64'))
      if (!isProven) throw new Error('the agent did not prove its identity')
      const { serverId, committed } = this
      this.welcomes++
      const { version } = message
      this.send({ t: 'welcome', version, serverId, name: 'test', committed, at: new Date().toISOString() })
    } else if (message.t === 'reports') this.#batch(message.items)
    else if (message.t === 'stream.offer') this.#position(message.stream)
  }

  #batch(items: readonly Report[]): void {
    if (!this.stores) return
    for (const report of items) {
      if (report.n <= this.committed) continue
      const hole = report.kind === 'hole' ? HoleReport.parse(report.body) : undefined
      if (report.n !== this.committed + 1 && !(hole !== undefined && hole.from <= this.committed + 1)) {
        this.send({ t: 'resend', expected: this.committed + 1 })
        return
      }
      this.reports.push(report)
      this.committed = report.n
    }
    if (this.tellsCommits) this.send({ t: 'committed', upTo: this.committed })
  }

  #frame(bytes: Buffer): void {
    if (!this.stores) return
    const { stream, offset, payload } = decodeFrame(bytes)
    if (offset !== this.streamLength(stream))
      throw new Error(`frame at ${offset}, expected ${this.streamLength(stream)}`)
    this.streams.set(stream, [...(this.streams.get(stream) ?? []), Buffer.from(payload)])
    this.#position(stream)
  }

  #position(stream: string): void {
    this.send({ t: 'stream.position', stream, offset: this.streamLength(stream), credit: this.creditBytes })
  }
}
