import { readBody } from '../../../base/common/journal/body.ts'
import { subjectKey } from '../../../base/common/journal/subject-key.ts'
import { sha256 } from '../crypto.ts'
import type { Fields } from '../postgres/copy.ts'

/** What the small numbers in the index columns stand for. Shared between threads. */
export interface Lookups {
  /** 36 letters for each number; zeros where there is none. */
  readonly refs: Uint8Array
  readonly kinds: readonly (string | undefined)[]
}

/** The order in which a range's rows are read. */
export const ROW_COLUMNS = [
  'seq',
  'at',
  'subject_key',
  'actor_no',
  'server_no',
  'work_no',
  'kind_no',
  'body',
] as const
export const [SEQ, AT, SUBJECT, ACTOR, SERVER, WORK, KIND, BODY] = [0, 1, 2, 3, 4, 5, 6, 7] as const

const MILLISECONDS_BEFORE_2000 = Date.UTC(2000, 0, 1)
const UUID_LETTERS = 36
const QUOTE = 0x22
const bytes = (text: string) => Uint8Array.from(Buffer.from(text))
const ID = bytes('{"v":1,"id":"')
const AT_KEY = bytes('","at":"')
const KIND_KEY = bytes('","kind":"')
const ACTOR_KEY = bytes('","actor":{"id":"')
const SERVER_KEY = bytes(',"server":{"id":"')
const WORK_KEY = bytes(',"work":{"id":"')
const SUBJECT_KEY = bytes(',"subject":{"kind":"')
const SUBJECT_ID_KEY = bytes('","id":"')
const REQUEST_KEY = bytes(',"request":{')
const DATA_KEY = bytes(',"data":')

/**
 * Re-derives every index column from the text that was hashed. Text laid out as this product writes it is compared byte by
 * byte; anything else is parsed in full, so the quick way only ever says yes.
 */
export class ColumnCheck {
  readonly #lookups: Lookups
  readonly #kinds: readonly (Uint8Array | undefined)[]
  #at = 0
  #minute = ''
  #minuteMilliseconds = 0

  constructor(lookups: Lookups) {
    this.#lookups = lookups
    this.#kinds = lookups.kinds.map((kind) => (kind === undefined ? undefined : bytes(kind)))
  }

  /** What is wrong with a row's columns, or undefined. */
  problem(buffer: Buffer, fields: Fields): string | undefined {
    return this.#agrees(buffer, fields) ? undefined : this.#compare(buffer, fields)
  }

  #agrees(buffer: Buffer, { starts, ends }: Fields): boolean {
    this.#at = starts[BODY]!
    const kind = this.#kinds[buffer.readInt16BE(starts[KIND]!)]
    if (kind === undefined || !this.#eat(buffer, ID)) return false
    this.#at += UUID_LETTERS
    if (!this.#eat(buffer, AT_KEY) || !this.#eatInstant(buffer, starts[AT]!)) return false
    if (!this.#eat(buffer, KIND_KEY) || !this.#eat(buffer, kind)) return false
    if (!this.#eat(buffer, ACTOR_KEY) || !this.#eatRef(buffer, starts[ACTOR]!)) return false
    if (!this.#skipRest(buffer, ends[BODY]!)) return false
    return (
      this.#eatNamed(buffer, SERVER_KEY, starts[SERVER]!, ends[SERVER]!, ends[BODY]!) &&
      this.#eatNamed(buffer, WORK_KEY, starts[WORK]!, ends[WORK]!, ends[BODY]!) &&
      this.#eatSubject(buffer, starts[SUBJECT]!, ends[SUBJECT]!, ends[BODY]!) &&
      (this.#eat(buffer, DATA_KEY) || this.#eat(buffer, REQUEST_KEY))
    )
  }

  #eat(buffer: Buffer, expected: Uint8Array): boolean {
    const at = this.#at
    for (let place = 0; place < expected.length; place++)
      if (buffer[at + place] !== expected[place]) return false
    this.#at = at + expected.length
    return true
  }

  /** A uuid that the number at `column` stands for. */
  #eatRef(buffer: Buffer, column: number): boolean {
    const { refs } = this.#lookups
    const from = buffer.readInt32BE(column) * UUID_LETTERS
    if (from < 0 || from + UUID_LETTERS > refs.length) return false
    for (let place = 0; place < UUID_LETTERS; place++) {
      if (buffer[this.#at + place] !== refs[from + place]) return false
    }
    this.#at += UUID_LETTERS
    return buffer[this.#at] === QUOTE
  }

  #eatNamed(buffer: Buffer, key: Uint8Array, column: number, columnEnd: number, end: number): boolean {
    if (columnEnd < 0) return true
    return this.#eat(buffer, key) && this.#eatRef(buffer, column) && this.#skipRest(buffer, end)
  }

  #eatSubject(buffer: Buffer, column: number, columnEnd: number, end: number): boolean {
    if (columnEnd < 0) return true
    if (!this.#eat(buffer, SUBJECT_KEY)) return false
    while (this.#at < end && buffer[this.#at] !== QUOTE) {
      if (buffer[this.#at] === 0x5c) return false
      this.#at++
    }
    if (!this.#eat(buffer, SUBJECT_ID_KEY)) return false
    // The last eight bytes of a uuid: four letters, a dash, twelve letters.
    const from = this.#at + 19
    if (
      buffer[this.#at + UUID_LETTERS] !== QUOTE ||
      buffer[this.#at + 8] !== 0x2d ||
      buffer[from + 4] !== 0x2d
    )
      return false
    for (let byte = 0; byte < 8; byte++) {
      const letters = from + byte * 2 + (byte < 2 ? 0 : 1)
      if (buffer[column + byte] !== hexAt(buffer, letters) * 16 + hexAt(buffer, letters + 1)) return false
    }
    this.#at += UUID_LETTERS
    return this.#skipRest(buffer, end)
  }

  /** From within a string inside an object to behind that object's end. */
  #skipRest(buffer: Buffer, end: number): boolean {
    let depth = 1
    let inString = true
    for (let at = this.#at; at < end; at++) {
      const byte = buffer[at]
      if (inString) {
        if (byte === 0x5c) at++
        else if (byte === QUOTE) inString = false
      } else if (byte === QUOTE) inString = true
      else if (byte === 0x7b) depth++
      else if (byte === 0x7d && --depth === 0) {
        this.#at = at + 1
        return true
      }
    }
    return false
  }

  /** `2026-11-20T16:17:18.123Z`, the same instant as the timestamptz at `column`. */
  #eatInstant(buffer: Buffer, column: number): boolean {
    const minute = buffer.toString('latin1', this.#at, this.#at + 16)
    if (minute !== this.#minute) {
      this.#minute = minute
      this.#minuteMilliseconds = Date.parse(`${minute}:00.000Z`) - MILLISECONDS_BEFORE_2000
    }
    const at = this.#at + 17
    const seconds = digit(buffer, at) * 10 + digit(buffer, at + 1)
    const milliseconds = digit(buffer, at + 3) * 100 + digit(buffer, at + 4) * 10 + digit(buffer, at + 5)
    this.#at += 24
    return (
      microsecondsAt(buffer, column) === (this.#minuteMilliseconds + seconds * 1000 + milliseconds) * 1000
    )
  }

  #compare(buffer: Buffer, { starts, ends }: Fields): string | undefined {
    try {
      const body = readBody(buffer.toString('utf8', starts[BODY], ends[BODY]))
      const number = (column: number) => (ends[column]! < 0 ? undefined : buffer.readInt32BE(starts[column]!))
      const at = microsecondsAt(buffer, starts[AT]!) / 1000 + MILLISECONDS_BEFORE_2000
      const kind = this.#lookups.kinds[buffer.readInt16BE(starts[KIND]!)]
      const subject = ends[SUBJECT]! < 0 ? undefined : buffer.readBigInt64BE(starts[SUBJECT]!)
      const pairs: [string, unknown, unknown][] = [
        ['time', at, body.at],
        ['kind', kind, body.kind],
        ['actor', this.#ref(number(ACTOR)), body.actorId],
        ['server', this.#ref(number(SERVER)), body.serverId],
        ['work session', this.#ref(number(WORK)), body.workId],
        ['subject', subject, body.subjectId === undefined ? undefined : subjectKey(sha256, body.subjectId)],
      ]
      const wrong = pairs.filter(([, column, said]) => column !== said)
      if (wrong.length === 0) return undefined
      return wrong
        .map(([name, column, said]) => `its ${name} is shown as ${show(column)}, the text says ${show(said)}`)
        .join('; ')
    } catch (error) {
      return `its text cannot be read: ${(error as Error).message}`
    }
  }

  #ref(no: number | undefined): string | undefined {
    if (no === undefined) return undefined
    const text = Buffer.from(this.#lookups.refs.slice(no * UUID_LETTERS, (no + 1) * UUID_LETTERS)).toString(
      'latin1',
    )
    return text === '' || text.startsWith('\0') ? `unknown number ${no}` : text
  }
}

export const microsecondsAt = (buffer: Buffer, at: number): number =>
  buffer.readInt32BE(at) * 4294967296 + buffer.readUInt32BE(at + 4)

const digit = (buffer: Buffer, at: number): number => buffer[at]! - 0x30

function hexAt(buffer: Buffer, at: number): number {
  const byte = buffer[at]!
  return byte <= 0x39 ? byte - 0x30 : byte - 0x57
}

const show = (value: unknown): string => (value === undefined ? 'nothing' : String(value))
