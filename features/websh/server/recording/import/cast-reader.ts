export interface CastHeader {
  readonly version: 2 | 3
  readonly columns: number
  readonly rows: number
  /** When it was recorded, where the cast says so. */
  readonly startedAt: Date | undefined
  readonly title: string | undefined
}

/** One event of a cast; `milliseconds` count from the start and never fall. */
export type CastEvent =
  | { readonly type: 'output' | 'input'; readonly milliseconds: number; readonly text: string }
  | {
      readonly type: 'resize'
      readonly milliseconds: number
      readonly columns: number
      readonly rows: number
    }
  | { readonly type: 'note'; readonly milliseconds: number; readonly code: string; readonly text: string }

const LINE_BYTES_MAX = 16 * 1024 * 1024
/** A year: what claims to be longer is a broken clock. */
const MILLISECONDS_MAX = 366 * 24 * 3_600_000
const COLUMNS_MAX = 1000
const ROWS_MAX = 500
const CODES = { o: 'output', i: 'input' } as const

/** What is wrong with a cast, and in which line. */
export class NotACast extends Error {
  readonly line: number
  readonly why: string

  constructor(line: number, why: string) {
    super(`line ${line}: ${why}`)
    this.line = line
    this.why = why
  }
}

/**
 * Reads an asciicast of version 2 or 3, line by line, whatever its size.
 * @throws NotACast with the line and what is wrong there; a last line that was cut is left out instead
 */
export class CastReader {
  readonly #decoder = new TextDecoder()
  #rest = ''
  #lines = 0
  #milliseconds = 0
  #header: CastHeader | undefined
  /** Whether the last line was cut: the program that wrote it was interrupted. */
  isCut = false

  get header(): CastHeader | undefined {
    return this.#header
  }

  /** @returns the events of the whole lines there are now */
  read(bytes: Uint8Array): CastEvent[] {
    return this.#take(this.#decoder.decode(bytes, { stream: true }))
  }

  /** @returns what the last line holds, when no line feed ends it */
  end(): CastEvent[] {
    const events = this.#take(this.#decoder.decode())
    const last = this.#rest
    this.#rest = ''
    if (last.trim() !== '') {
      try {
        events.push(...this.#line(last))
      } catch (error) {
        if (this.#header === undefined || !(error instanceof NotACast)) throw error
        this.isCut = true
      }
    }
    if (this.#header === undefined) throw new NotACast(1, 'there is nothing in it')
    return events
  }

  #take(text: string): CastEvent[] {
    const lines = (this.#rest + text).split('\n')
    this.#rest = lines.pop()!
    const events = lines.flatMap((line) => this.#line(line))
    if (this.#rest.length > LINE_BYTES_MAX)
      throw new NotACast(this.#lines + 1, 'the line is longer than 16 MiB')
    return events
  }

  #line(line: string): CastEvent[] {
    this.#lines++
    const text = line.trim()
    if (text === '' || text.startsWith('#')) return []
    let value: unknown
    try {
      value = JSON.parse(text)
    } catch {
      throw this.#wrong('it is not JSON')
    }
    if (this.#header === undefined) {
      this.#header = this.#readHeader(value)
      return []
    }
    return this.#readEvent(value)
  }

  #readHeader(value: unknown): CastHeader {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw this.#wrong('an asciicast begins with a header such as {"version": 2, "width": 80, "height": 24}')
    const header = value as Record<string, unknown>
    const { version } = header
    if (version !== 2 && version !== 3)
      throw this.#wrong(
        `version ${String(version).slice(0, 20)} is not known here: convert it to asciicast 2 or 3`,
      )
    const term = (header['term'] ?? {}) as Record<string, unknown>
    const [columns, rows] = version === 2 ? [header['width'], header['height']] : [term['cols'], term['rows']]
    const { timestamp, title } = header
    return {
      version,
      ...this.#size(columns, rows),
      startedAt:
        typeof timestamp === 'number' && timestamp > 0 && timestamp < 1e11
          ? new Date(timestamp * 1000)
          : undefined,
      title: typeof title === 'string' ? title.slice(0, 300) : undefined,
    }
  }

  #readEvent(value: unknown): CastEvent[] {
    if (!Array.isArray(value) || value.length < 3) throw this.#wrong('an event is [time, code, data]')
    const [time, code, data] = value as unknown[]
    if (typeof time !== 'number' || !Number.isFinite(time) || time < 0)
      throw this.#wrong('the time is not a number of seconds')
    if (typeof code !== 'string' || typeof data !== 'string') throw this.#wrong('code and data are texts')
    const milliseconds = this.#header!.version === 2 ? time * 1000 : this.#milliseconds + time * 1000
    if (milliseconds > MILLISECONDS_MAX) throw this.#wrong('the time is more than a year after the start')
    // Clocks step back; what happened later stays later.
    this.#milliseconds = Math.max(this.#milliseconds, milliseconds)
    const at = this.#milliseconds
    if (code === 'o' || code === 'i') return [{ type: CODES[code], milliseconds: at, text: data }]
    if (code !== 'r')
      return [{ type: 'note', milliseconds: at, code: code.slice(0, 20), text: data.slice(0, 1000) }]
    const [columns, rows] = data.split('x').map(Number)
    return [{ type: 'resize', milliseconds: at, ...this.#size(columns, rows) }]
  }

  #size(columns: unknown, rows: unknown): { columns: number; rows: number } {
    const isSize = (value: unknown, most: number): value is number =>
      Number.isInteger(value) && (value as number) >= 1 && (value as number) <= most
    if (!isSize(columns, COLUMNS_MAX) || !isSize(rows, ROWS_MAX))
      throw this.#wrong(`the size must be up to ${COLUMNS_MAX} columns and ${ROWS_MAX} rows`)
    return { columns, rows }
  }

  #wrong(why: string): NotACast {
    return new NotACast(this.#lines, why)
  }
}
