import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { WebSocket } from 'ws'
import { PieceReader, PieceTrack, type ReadPiece } from '../../features/websh/common/piece.ts'
import { type Client, descendants, type Product, signIn, startProduct } from '../product.ts'

const program = fileURLToPath(new URL('tap-program.mjs', import.meta.url))

/** A program inside a terminal that writes down itself what it prints, and when. */
export interface Tap {
  /** Of the terminal. */
  readonly id: string
  readonly socket: WebSocket
  /** Where it wrote down what it printed. */
  readonly side: string
  /** How many bytes it had printed when, by the monotonic clock of the machine, in milliseconds. */
  times(): { readonly bytes: number; readonly at: number }[]
  stop(): void
}

/** The clock the taps write down, which is the same in every process. */
export const monotonic = (): number => Number(process.hrtime.bigint()) / 1e6

/** Asks again until there is an answer; what fails meanwhile (a database that is away) is asked again, too. */
export async function until<T>(look: () => Promise<T | undefined | false>): Promise<T> {
  for (;;) {
    const found = await look().catch(() => undefined)
    if (found) return found
    await new Promise((resolve) => setTimeout(resolve, 30))
  }
}

/** A real server with its database and agent, and terminals that tap themselves. */
export class Rig {
  readonly directory: string
  product!: Product
  admin!: Client

  private constructor(directory: string) {
    this.directory = directory
  }

  static async open(): Promise<Rig> {
    const rig = new Rig(mkdtempSync(join(tmpdir(), 'annals-tap-')))
    await rig.start()
    return rig
  }

  /** Again on the same data and address. */
  async start(): Promise<void> {
    const settings = this.product && { ANNALS_PORT: new URL(this.product.url).port }
    this.product = await startProduct(join(this.directory, 'data'), settings)
    this.admin = await signIn(this.product.url)
  }

  async close(): Promise<void> {
    await this.product?.stop()
    rmSync(this.directory, { recursive: true, force: true })
  }

  /** The server of this name, or the one that came along, once its agent is linked. */
  linked(name?: string): Promise<string> {
    return until(async () => {
      const { items } = await this.admin.ask('server.list')
      const found = (items as { id: string; link: string; name: string }[]).find(
        (each) =>
          each.link === 'connected' && (name === undefined ? each.name !== 'outside' : each.name === name),
      )
      return found?.id
    })
  }

  attach(id: string): Promise<WebSocket> {
    return until(async () => {
      const socket = new WebSocket(`${this.product.url.replace('http', 'ws')}/api/terminal.attach?id=${id}`, {
        headers: { cookie: this.admin.cookie, origin: this.product.url },
      })
      const isOpen = await new Promise<boolean>((resolve) => {
        socket.once('open', () => resolve(true))
        socket.once('error', () => resolve(false))
      })
      return isOpen && socket
    })
  }

  /** Starts the program that taps itself. Nothing rewrites what it prints. */
  async tapped(serverId: string, name: string, seed: number): Promise<Tap> {
    const { id } = await this.admin.tell('terminal.open', { serverId, cols: 80, rows: 24 })
    const socket = await this.attach(id)
    const [side, end] = [join(this.directory, `${name}.side`), join(this.directory, `${name}.end`)]
    writeFileSync(side, '')
    writeFileSync(`${side}.times`, '')
    const line = `exec sh -c 'stty raw -echo; printf BEG""IN; exec "${process.execPath}" "${program}" ${seed} "${side}" "${end}"'\r`
    socket.send(Buffer.from(line))
    const times = () =>
      readFileSync(`${side}.times`, 'utf8')
        .split('\n')
        .slice(0, -1)
        .map((each) => {
          const [bytes, nanoseconds] = each.split(' ')
          return { bytes: Number(bytes), at: Number(nanoseconds) / 1e6 }
        })
    return { id, socket, side, times, stop: () => writeFileSync(end, '') }
  }

  async recorded(id: string): Promise<number> {
    return (await this.admin.ask('terminal.read', { id })).recordedBytes
  }

  /** Resolves when more is on disk than now. @returns how much */
  async grown(id: string): Promise<number> {
    const before = await until(() => this.recorded(id).then((bytes) => ({ bytes })))
    return until(async () => {
      const now = await this.recorded(id)
      return now > before.bytes && now
    })
  }

  /** All of a recording, once it ended. */
  async pieces(id: string): Promise<ReadPiece[]> {
    const info = await until(async () => {
      const recording = await this.admin.ask('recording.read', { id })
      return recording.state !== 'recording' && recording
    })
    const reader = new PieceReader()
    const all: ReadPiece[] = []
    for (let offset = 0; offset < info.streamBytes; ) {
      const { bytes, to } = await this.admin.ask('recording.pieces', { id, offset: String(offset) })
      all.push(...reader.read(Buffer.from(bytes, 'base64')))
      offset = to
    }
    return all
  }

  /** Without a word: processes of the server whose command line says this. */
  killBelow(words: string): void {
    for (const { pid, commandLine } of descendants(this.product.pid))
      if (commandLine.includes(words))
        try {
          process.kill(pid, 'SIGKILL')
        } catch {
          // It ended with the one before.
        }
  }
}

/** What was printed from where the program began. */
export function printed(all: readonly ReadPiece[]): Buffer {
  const output = Buffer.concat(
    all.filter(({ track }) => track === PieceTrack.output).map(({ content }) => content),
  )
  return output.subarray(output.indexOf('BEGIN') + 'BEGIN'.length)
}

/** Says where they part instead of printing both. */
export function difference(one: Buffer, other: Buffer): string {
  if (one.equals(other)) return 'none'
  let at = 0
  while (at < one.length && one[at] === other[at]) at++
  return `at ${at} of ${one.length} and ${other.length} bytes`
}
