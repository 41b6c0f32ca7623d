import { open, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { zstdDecompress } from 'node:zlib'
import type { PostgresConnection } from '../postgres/connection.ts'
import { eachRow, int8At, textOf } from '../postgres/copy.ts'

const decompress = promisify(zstdDecompress)
/** What one chunk may unpack to; none that was written is larger. */
const CHUNK_BYTES_MAX = 4 * 1024 * 1024
/** A server that runs moves bytes from one file to another; where they are is then asked again. */
const ATTEMPTS = 5

interface Chunk {
  readonly start: number
  readonly length: number
  readonly blobOffset: number
  readonly blobLength: number
}

/** The bytes of one recording as they are stored: in chunks, and what is not in one yet in live files. */
export class StoredStream {
  readonly #connection: PostgresConnection
  readonly #directory: string
  readonly #terminalId: string
  #chunks: Chunk[] = []
  #pieces = ''
  #live: { readonly start: number; readonly end: number; readonly path: string }[] = []
  #open: { readonly start: number; readonly bytes: Buffer } | undefined

  private constructor(connection: PostgresConnection, directory: string, terminalId: string) {
    this.#connection = connection
    this.#directory = directory
    this.#terminalId = terminalId
  }

  /** @param blobs the directory of blobs */
  static async open(
    connection: PostgresConnection,
    blobs: string,
    terminalId: string,
  ): Promise<StoredStream> {
    const stream = new StoredStream(connection, join(blobs, 'recordings', terminalId), terminalId)
    await stream.#look()
    return stream
  }

  /** @returns undefined where not all of them are stored, or what is stored cannot be unpacked */
  async bytes(start: number, length: number): Promise<Uint8Array | undefined> {
    for (let attempt = 1; ; attempt++) {
      const found = await this.#read(start, length).catch(() => undefined)
      if (found !== undefined || attempt === ATTEMPTS) return found
      await this.#look()
    }
  }

  async #look(): Promise<void> {
    this.#open = undefined
    this.#chunks = []
    let ending = ''
    const id = `'${this.#terminalId}'`
    await this.#connection.copyOut(
      `select r.blobs, coalesce(c.start_offset, 0), coalesce(c.length, 0)::int8, coalesce(c.blob_offset, 0), coalesce(c.blob_length, 0)::int8
         from recording r left join recording_chunk c using (terminal_id) where r.terminal_id = ${id} order by c.start_offset`,
      eachRow(5, (buffer, fields) => {
        const [, start, length, blobOffset, blobLength] = [...fields.starts].map((at, column) =>
          column === 0 ? 0 : int8At(buffer, at),
        )
        ending = textOf(buffer, fields, 0)
        if (length! > 0)
          this.#chunks.push({
            start: start!,
            length: length!,
            blobOffset: blobOffset!,
            blobLength: blobLength!,
          })
      }),
    )
    this.#pieces = join(this.#directory, `pieces${ending}`)
    this.#live = []
    for (const name of await readdir(this.#directory).catch(() => [])) {
      const start = /^live-(\d+)$/.exec(name)?.[1]
      if (start === undefined) continue
      const path = join(this.#directory, name)
      const size = await stat(path).then(
        (found) => found.size,
        () => 0,
      )
      this.#live.push({ start: Number(start), end: Number(start) + size, path })
    }
  }

  async #read(start: number, length: number): Promise<Uint8Array | undefined> {
    const end = start + length
    const open = this.#open
    if (open !== undefined && start >= open.start && end <= open.start + open.bytes.length)
      return open.bytes.subarray(start - open.start, end - open.start)
    const chunk = this.#chunks.find((each) => each.start <= start && end <= each.start + each.length)
    if (chunk !== undefined) {
      const stored = await readAt(this.#pieces, chunk.blobOffset, chunk.blobLength)
      const bytes = await decompress(stored, { maxOutputLength: CHUNK_BYTES_MAX })
      if (bytes.length !== chunk.length) return undefined
      this.#open = { start: chunk.start, bytes }
      return bytes.subarray(start - chunk.start, end - chunk.start)
    }
    const live = this.#live.find((each) => each.start <= start && end <= each.end)
    return live && readAt(live.path, start - live.start, length)
  }
}

async function readAt(path: string, offset: number, length: number): Promise<Buffer> {
  const file = await open(path)
  try {
    const bytes = Buffer.alloc(length)
    const { bytesRead } = await file.read(bytes, 0, length, offset)
    if (bytesRead < length) throw new Error(`${path} is too short`)
    return bytes
  } finally {
    await file.close()
  }
}
