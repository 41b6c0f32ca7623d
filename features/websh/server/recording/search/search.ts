import { sql } from 'kysely'
import { baseFaults } from '../../../../../base/common/fault.ts'
import type { Ask } from '../../../../../base/server/endpoint.ts'
import type { Parts } from '../../../../../base/server/parts.ts'
import type { Reader } from '../../../../../base/server/scope.ts'
import type { RecordingHit } from '../../../common/recording.ts'
import { indexedTo } from './indexed-to.ts'

const HITS_IN_PAGE = 50
/** Segments looked through from the newest on before the index of substrings is asked. */
const WALKED_FIRST = 300
const WALKED_ON = 2000
/** Where as many of the walked segments have it, walking on finds a page sooner than the index would. */
const FREQUENT = 6
/** Trigrams need three letters or digits; a shorter text would read everything there is. */
const LETTERS_MIN = 3
const SNIPPET_CHARACTERS = 240

interface FoundRow {
  readonly terminal_id: string
  readonly segment_no: number
  readonly lines: string
  readonly milliseconds: number[]
  readonly screen_rows: number[]
}

type SearchAsk = Pick<
  Ask<{ text: string; id?: string | undefined; cursor?: string | undefined }>,
  'read' | 'input' | 'now'
>

interface Place {
  readonly terminalId: string
  readonly segmentNo: number
  /** Of the line within the segment; hits before it are wanted. */
  readonly line: number
}

/** Lines that were on a screen and hold a text, newest first, letter case ignored. */
export async function searchRecordings(
  { db }: Pick<Parts, 'db'>,
  { read, input, now }: SearchAsk,
): Promise<{
  items: RecordingHit[]
  next: string | null
  indexedTo: string
}> {
  const pattern = `%${input.text.replace(/[\\%_]/g, '\\$&')}%`
  if (input.id === undefined && (input.text.match(/[\p{L}\p{N}]/gu) ?? []).length < LETTERS_MIN)
    throw baseFaults['request.invalid'](
      'text: to search all recordings give at least 3 letters or digits; within one recording any text will do',
    )
  const place = placeOf(input.cursor)
  const found = new Hits(input.text, place)
  await (input.id === undefined
    ? searchAll(read, pattern, place, found)
    : searchOne(read, input.id, pattern, place, found))
  return { ...found.page(), indexedTo: (await indexedTo(read, db, input.id, now)).toISOString() }
}

async function searchOne(read: Reader, id: string, pattern: string, place: Place | undefined, found: Hits) {
  const rows = await segments(read)
    .where('terminal_id', '=', id)
    .where('lines', 'ilike', pattern)
    .$if(place !== undefined, (query) => query.where('segment_no', '<=', place!.segmentNo))
    .orderBy('segment_no', 'desc')
    .limit(HITS_IN_PAGE + 2)
    .execute()
  found.add(rows)
}

async function searchAll(read: Reader, pattern: string, place: Place | undefined, found: Hits) {
  let from = place
  for (const limit of [WALKED_FIRST, WALKED_ON]) {
    const walked = await walk(read, pattern, from, limit)
    found.add(walked.rows)
    if (walked.last === undefined || found.isFull) return
    from = walked.last
    if (walked.rows.length < FREQUENT) break
  }
  const rows = await segments(read)
    .where('lines', 'ilike', pattern)
    .$if(from !== undefined, (query) => query.where(before(from!)))
    .orderBy('terminal_id', 'desc')
    .orderBy('segment_no', 'desc')
    .limit(HITS_IN_PAGE + 2)
    .execute()
  found.add(rows)
}

/** @returns those of the next `limit` segments that have it, and where the walk ended unless it came to the end */
async function walk(read: Reader, pattern: string, from: Place | undefined, limit: number) {
  const rows = await read
    .selectFrom(
      segments(read)
        .$if(from !== undefined, (query) => query.where(before(from!)))
        .orderBy('terminal_id', 'desc')
        .orderBy('segment_no', 'desc')
        .limit(limit)
        .as('walked'),
    )
    .select(({ eb }) => [
      'terminal_id',
      'segment_no',
      'milliseconds',
      'screen_rows',
      eb.case().when('lines', 'ilike', pattern).then(eb.ref('lines')).end().as('lines'),
    ])
    .execute()
  const last = rows.length < limit ? undefined : rows.at(-1)!
  return {
    rows: rows.filter((row): row is FoundRow => row.lines !== null),
    last: last && {
      terminalId: last.terminal_id,
      segmentNo: last.segment_no - 1,
      line: Number.MAX_SAFE_INTEGER,
    },
  }
}

const segments = (read: Reader) =>
  read
    .selectFrom('recording_text')
    .select(['terminal_id', 'segment_no', 'lines', 'milliseconds', 'screen_rows'])

/** The segment the place is in is read again: its other lines may be wanted. */
const before = ({ terminalId, segmentNo }: Place) =>
  sql<boolean>`(terminal_id, segment_no) <= (${terminalId}::uuid, ${segmentNo}::int)`

class Hits {
  readonly #needle: string
  readonly #place: Place | undefined
  readonly #found: (RecordingHit & { readonly place: string })[] = []

  constructor(text: string, place: Place | undefined) {
    this.#needle = text.toLowerCase()
    this.#place = place
  }

  get isFull(): boolean {
    return this.#found.length > HITS_IN_PAGE
  }

  add(rows: readonly FoundRow[]): void {
    for (const row of rows) {
      if (this.isFull) return
      const lines = row.lines.split('\n')
      for (let line = lines.length - 1; line >= 0; line--) {
        const text = lines[line]!
        const at = text.toLowerCase().indexOf(this.#needle)
        if (at < 0 || this.#isBehind(row, line)) continue
        this.#found.push({
          terminalId: row.terminal_id,
          seconds: row.milliseconds[line]! / 1000,
          row: row.screen_rows[line]!,
          snippet: snippet(text, at, this.#needle.length),
          place: `${row.terminal_id}.${row.segment_no}.${line}`,
        })
      }
    }
  }

  page(): { items: RecordingHit[]; next: string | null } {
    const items = this.#found.slice(0, HITS_IN_PAGE)
    return {
      items: items.map(({ place: _, ...hit }) => hit),
      next: this.isFull ? items.at(-1)!.place : null,
    }
  }

  #isBehind(row: FoundRow, line: number): boolean {
    const place = this.#place
    return (
      place !== undefined &&
      row.terminal_id === place.terminalId &&
      row.segment_no === place.segmentNo &&
      line >= place.line
    )
  }
}

function snippet(text: string, at: number, length: number): string {
  if (text.length <= SNIPPET_CHARACTERS) return text
  const from = Math.max(
    0,
    Math.min(at - Math.floor((SNIPPET_CHARACTERS - length) / 2), text.length - SNIPPET_CHARACTERS),
  )
  const to = from + SNIPPET_CHARACTERS
  return `${from > 0 ? '…' : ''}${text.slice(from, to)}${to < text.length ? '…' : ''}`
}

/** @throws request.invalid */
function placeOf(cursor: string | undefined): Place | undefined {
  if (cursor === undefined) return undefined
  const match = /^([0-9a-f-]{36})\.(\d{1,9})\.(\d{1,9})$/.exec(cursor)
  if (match === null)
    throw baseFaults['request.invalid']('cursor: it is not one of this search; start without it')
  return { terminalId: match[1]!, segmentNo: Number(match[2]), line: Number(match[3]) }
}
