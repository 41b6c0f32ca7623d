import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { PostgresAddress } from './address.ts'
import { Scram } from './scram.ts'

/** The server refused a statement or the sign-in. */
export class PostgresError extends Error {
  override readonly name = 'PostgresError'
  /** SQLSTATE */
  readonly code: string

  constructor(message: string, code: string) {
    super(message)
    this.code = code
  }
}

/** The payload of one CopyData message: bytes `from` to `to` of `buffer`, valid (and free to overwrite) during the call. */
export type OnCopyData = (buffer: Buffer, from: number, to: number) => void

interface Running {
  readonly onData: OnCopyData
  readonly resolve: () => void
  readonly reject: (error: Error) => void
  failed?: Error
}

const letter = (text: string) => text.charCodeAt(0)

/**
 * Just enough of PostgreSQL's protocol 3.0 to read tables out: sign in, run a statement, COPY … TO STDOUT. Our own, so that
 * the verifier needs nothing but Node.
 */
export class PostgresConnection {
  readonly #socket: Socket
  readonly #address: PostgresAddress
  #left: Buffer = Buffer.alloc(0)
  #running: Running | undefined
  #scram: Scram | undefined
  #ended: Error | undefined

  /** @throws Error of the network, PostgresError of the server. */
  static async open(address: PostgresAddress): Promise<PostgresConnection> {
    const socket = await openSocket(address)
    const connection = new PostgresConnection(socket, address)
    const { user, database } = address
    const words = [
      'user',
      user,
      'database',
      database,
      'application_name',
      'annals verify',
      'client_encoding',
      'UTF8',
      '',
    ]
    const text = Buffer.from(words.map((word) => `${word}\0`).join(''))
    const head = Buffer.alloc(8)
    head.writeInt32BE(8 + text.length, 0)
    head.writeInt32BE(196608, 4)
    await connection.#run(Buffer.concat([head, text]), () => {})
    return connection
  }

  private constructor(socket: Socket, address: PostgresAddress) {
    this.#socket = socket
    this.#address = address
    socket.on('data', (chunk) => {
      try {
        this.#receive(chunk)
      } catch (error) {
        this.#end(error as Error)
      }
    })
    socket.on('error', (error) => this.#end(error))
    socket.on('close', () =>
      this.#end(this.#running?.failed ?? new Error('the database closed the connection')),
    )
  }

  execute(sql: string): Promise<void> {
    return this.#run(message('Q', Buffer.from(`${sql}\0`)), () => {})
  }

  /** Runs `COPY (…) TO STDOUT (FORMAT binary)`. */
  copyOut(query: string, onData: OnCopyData): Promise<void> {
    return this.#run(message('Q', Buffer.from(`COPY (${query}) TO STDOUT (FORMAT binary)\0`)), onData)
  }

  close(): void {
    if (this.#ended === undefined) this.#socket.end(message('X', Buffer.alloc(0)))
  }

  async #run(bytes: Buffer, onData: OnCopyData): Promise<void> {
    if (this.#ended) throw this.#ended
    await new Promise<void>((resolve, reject) => {
      this.#running = { onData, resolve, reject }
      this.#socket.write(bytes)
    })
  }

  #end(error: Error): void {
    this.#ended ??= error
    this.#socket.destroy()
    this.#running?.reject(error)
    this.#running = undefined
  }

  #receive(chunk: Buffer): void {
    const bytes = this.#left.length === 0 ? chunk : Buffer.concat([this.#left, chunk])
    let at = 0
    while (bytes.length - at >= 5) {
      const end = at + 1 + bytes.readInt32BE(at + 1)
      if (end > bytes.length) break
      if (bytes[at] === 0x64 /* d: CopyData */) this.#running?.onData(bytes, at + 5, end)
      else this.#take(String.fromCharCode(bytes[at]!), bytes.subarray(at + 5, end))
      at = end
    }
    this.#left = at === bytes.length ? Buffer.alloc(0) : bytes.subarray(at)
  }

  #take(type: string, body: Buffer): void {
    if (type === 'R') this.#authenticate(body)
    else if (type === 'E') {
      const error = readError(body)
      // After a refused sign-in the server says no more.
      if (this.#running) this.#running.failed = error
    } else if (type === 'Z') {
      const running = this.#running
      this.#running = undefined
      if (running?.failed) running.reject(running.failed)
      else running?.resolve()
    }
  }

  #authenticate(body: Buffer): void {
    const method = body.readInt32BE(0)
    const { password } = this.#address
    if (method === 0) return
    if (method !== 12 && password === undefined)
      throw new Error('the database asks for a password: set PGPASSWORD')
    if (method === 3) this.#socket.write(message('p', Buffer.from(`${password}\0`)))
    else if (method === 10) {
      this.#scram = new Scram(password!)
      const first = Buffer.from(this.#scram.first())
      const length = Buffer.alloc(4)
      length.writeInt32BE(first.length)
      this.#socket.write(message('p', Buffer.concat([Buffer.from('SCRAM-SHA-256\0'), length, first])))
    } else if (method === 11) {
      this.#socket.write(message('p', Buffer.from(this.#scram!.answer(body.toString('utf8', 4)))))
    } else if (method === 12) this.#scram!.finish(body.toString('utf8', 4))
    else throw new Error('the database asks for a sign-in that is not SCRAM-SHA-256, a password or trust')
  }
}

function message(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5)
  head[0] = letter(type)
  head.writeInt32BE(4 + body.length, 1)
  return Buffer.concat([head, body])
}

function readError(body: Buffer): PostgresError {
  const fields = new Map(
    body
      .toString('utf8')
      .split('\0')
      .map((field) => [field[0], field.slice(1)]),
  )
  return new PostgresError(fields.get('M') ?? 'the database refused', fields.get('C') ?? '')
}

async function openSocket({ endpoint, tls }: PostgresAddress): Promise<Socket> {
  const socket = connectTcp({ ...endpoint, noDelay: true })
  await once(socket, 'connect')
  if (tls === 'disable' || 'path' in endpoint) return socket
  const ask = Buffer.alloc(8)
  ask.writeInt32BE(8, 0)
  ask.writeInt32BE(80877103, 4)
  socket.write(ask)
  const answer = await new Promise<Buffer>((resolve, reject) => {
    socket.once('data', resolve)
    socket.once('error', reject)
  })
  if (answer.toString() !== 'S')
    throw new Error('the database does not speak TLS; say sslmode=disable if that is right')
  const secure = connectTls({ socket, servername: endpoint.host, rejectUnauthorized: tls === 'verify-full' })
  await once(secure, 'secureConnect')
  return secure
}

const once = (socket: Socket, event: 'connect' | 'secureConnect') =>
  new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.once(event, () => {
      socket.off('error', reject)
      resolve()
    })
  })
