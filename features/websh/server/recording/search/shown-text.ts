import { promisify } from 'node:util'
import { constants, zstdCompress, zstdDecompressSync } from 'node:zlib'
import type { ShownLine } from '../follow/line-collector.ts'

const compress = promisify(zstdCompress)
const LEVEL = 6
/** No segment shows so much: the collector of lines is bounded. */
const DECOMPRESSED_BYTES_MAX = 16 * 1024 * 1024
/** What most segments show, in one piece: zlib's 16 KiB at a time take it half as long again. */
const DECOMPRESSED_CHUNK = 64 * 1024
/** A line feed separates lines. */
const separators = /[\n\r]/g

/** Lines of a segment as they are kept: first when and where each stood, in one line, then the lines; compressed. */
export function packShown(lines: readonly ShownLine[]): Promise<Buffer> {
  let before = 0
  const steps = lines.map(({ milliseconds }) => {
    const step = milliseconds - before
    before = milliseconds
    return step
  })
  const head = JSON.stringify([steps, lines.map(({ row }) => row)])
  const text = lines.map(({ text }) => text.replace(separators, ' ')).join('\n')
  const bytes = Buffer.from(`${head}\n${text}`)
  return compress(bytes, {
    params: { [constants.ZSTD_c_compressionLevel]: LEVEL },
    pledgedSrcSize: bytes.length,
    chunkSize: DECOMPRESSED_CHUNK,
  })
}

export class ShownText {
  readonly #head: string
  /** The lines as they stood, a line feed between them. */
  readonly text: string

  constructor(packed: Uint8Array) {
    const all = zstdDecompressSync(packed, {
      maxOutputLength: DECOMPRESSED_BYTES_MAX,
      chunkSize: DECOMPRESSED_CHUNK,
    }).toString('utf8')
    const end = all.indexOf('\n')
    this.#head = all.slice(0, end)
    this.text = all.slice(end + 1)
  }

  /** When and where each line stood. */
  when(): Pick<ShownLine, 'milliseconds' | 'row'>[] {
    const [steps, rows] = JSON.parse(this.#head) as [number[], number[]]
    let milliseconds = 0
    return steps.map((step, index) => {
      milliseconds += step
      return { milliseconds, row: rows[index]! }
    })
  }
}
