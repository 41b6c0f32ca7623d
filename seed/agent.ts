import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { OutputTrack, PIECE_HEADER_BYTES } from '../features/commands/common/wire.ts'
import { rawPublicKey } from '../wire/sealed.ts'
import { TestAgent, type TestIdentity } from '../wire/server/native/test-agents.ts'
import type { world } from './world.ts'

type World = Awaited<ReturnType<typeof world>>

export interface TestMachine extends TestIdentity {
  readonly serverId: string
  readonly sealingKey: KeyObject
}

/** Enrols a machine of the story's groups and lets the world listen, so that agents can really connect. */
export async function machineIn(
  w: World,
  name: string,
  groupIds: readonly string[] = [],
): Promise<TestMachine> {
  const signing = generateKeyPairSync('ed25519')
  const sealing = generateKeyPairSync('x25519')
  const { body: token } = await w.as('ada').tell('server-token.create', { name, groupIds })
  const { body } = await w.anonymous.tell('agent.enrol', {
    token: token.token,
    name,
    signingKey: rawPublicKey(signing.publicKey).toString('base64'),
    sealingKey: rawPublicKey(sealing.publicKey).toString('base64'),
    agentVersion: '0.1.0',
  })
  return {
    agentId: body.agentId,
    serverId: body.serverId,
    privateKey: signing.privateKey,
    sealingKey: sealing.privateKey,
  }
}

const listening = new WeakMap<World, Promise<number>>()

/** A connection of a machine's agent that reports what a test tells it to. */
export async function agentOn(w: World, machine: TestMachine): Promise<CommandsTestAgent> {
  let port = listening.get(w)
  if (!port) listening.set(w, (port = w.assembled.serving.listen('127.0.0.1', 0)))
  const agent = await TestAgent.connect(`ws://127.0.0.1:${await port}/api/agent.link`, machine, {})
  const { committed } = await agent.next('welcome')
  return new CommandsTestAgent(agent, committed)
}

export class CommandsTestAgent {
  readonly link: TestAgent
  #n: number

  constructor(link: TestAgent, committed: number) {
    this.link = link
    this.#n = committed
  }

  /** The next order. */
  async order(): Promise<{ id: string; kind: string; body: Record<string, unknown> }> {
    const { order } = await this.link.next('order')
    return order as { id: string; kind: string; body: Record<string, unknown> }
  }

  /** Sends reports and waits until they are stored. */
  async report(...reports: readonly (readonly [kind: string, body: object])[]): Promise<void> {
    const at = new Date().toISOString()
    this.link.say({
      t: 'reports',
      items: reports.map(([kind, body]) => ({ n: ++this.#n, at, kind, body })),
    })
    while ((await this.link.next('committed')).upTo < this.#n) {}
  }

  async accept(commandId: string): Promise<void> {
    await this.report(['command.accepted', { commandId }], ['command.started', { commandId, pid: 4242 }])
  }

  async finish(commandId: string, outcome: object = {}): Promise<void> {
    await this.report(['command.finished', finished(commandId, outcome)])
  }

  /** Sends pieces of output and waits until all of them are durable. @returns the length of the stream. */
  async print(commandId: string, pieces: readonly Piece[]): Promise<number> {
    const bytes = Buffer.concat(pieces.map(encoded))
    this.link.say({ t: 'stream.offer', stream: commandId, purpose: 'command.output' })
    let position = await this.link.next('stream.position')
    for (let sent = position.offset; position.offset < bytes.length; ) {
      for (; sent < Math.min(bytes.length, position.offset + position.credit); ) {
        const end = Math.min(bytes.length, position.offset + position.credit, sent + 60_000)
        this.link.bytes(commandId, sent, bytes.subarray(sent, end))
        sent = end
      }
      position = await this.link.next('stream.position')
    }
    return bytes.length
  }

  async leave(): Promise<void> {
    this.link.socket.terminate()
    await this.link.closed
  }
}

export const finished = (commandId: string, outcome: object = {}) => ({
  commandId,
  exitCode: 0,
  signal: null,
  errorPhase: null,
  reason: null,
  elapsedMilliseconds: 12,
  stdoutBytes: 0,
  stderrBytes: 0,
  droppedBytes: 0,
  streamBytes: 0,
  ...outcome,
})

export type Piece = readonly [stream: keyof typeof OutputTrack, content: string | Uint8Array]

export function encoded([stream, content]: Piece): Buffer {
  const bytes = Buffer.from(content as string)
  const piece = Buffer.alloc(PIECE_HEADER_BYTES + bytes.length)
  piece[0] = OutputTrack[stream]
  piece.writeBigUInt64BE(BigInt(Date.UTC(2026, 7, 3, 9)), 1)
  piece.writeUInt32BE(bytes.length, 9)
  bytes.copy(piece, PIECE_HEADER_BYTES)
  return piece
}

export function gap(bytes: number): Piece {
  const content = Buffer.alloc(8)
  content.writeBigUInt64BE(BigInt(bytes))
  return ['gap', content]
}
