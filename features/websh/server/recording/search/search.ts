import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import { baseFaults } from '../../../../../base/common/fault.ts'
import type { Database } from '../../../../../base/server/database.ts'
import type { Ask } from '../../../../../base/server/endpoint.ts'
import type { Reader } from '../../../../../base/server/scope.ts'
import type { RecordingGap, RecordingHit } from '../../../common/recording.ts'
import { AskedWorker } from '../follow/asked-worker.ts'
import { candidatesOf } from './candidates.ts'
import { gapsOf } from './gaps.ts'
import { type Reach, reachOf } from './indexed-to.ts'
import type { FindAnswer, FindAsk } from './search-worker.ts'
import { fold } from './signature.ts'

const HITS_IN_PAGE = 50
/** Texts looked into together: few at first, for of a common text the newest fill a page. */
const LOOKED_FIRST = 6
const LOOKED_TOGETHER = 32
/** Of so many of the newest the numbers are asked for beside the signatures. */
const NEWEST = 64
/** So many candidates are fetched by number; of more the newest are looked for in order. */
const LISTED_MAX = 3000
const KEYS_TOGETHER = 4000
/** One search may have a second core; more of them wait for each other. */
const THREADS = 2

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

/** A segment's text. */
interface Key {
  readonly terminal_id: string
  readonly segment_no: number
  readonly seq: number
}

/** Looks into texts on threads of its own: unpacking them must never hold up who types. */
export class Searcher {
  readonly #db: Kysely<Database>
  readonly #threads = Array.from(
    { length: THREADS },
    () => new AskedWorker<FindAsk, FindAnswer>(new URL('./search-worker.ts', import.meta.url)),
  )

  constructor(db: Kysely<Database>) {
    this.#db = db
  }

  async stop(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.stop()))
  }

  /** Lines that were on a screen and hold a text, newest first, letter case ignored. */
  async search({ read, input, now }: SearchAsk): Promise<{
    items: RecordingHit[]
    next: string | null
    indexedTo: string
    behind: Reach['behind']
    gaps: RecordingGap[]
    hasMoreGaps: boolean
  }> {
    const needle = fold(input.text)
    const place = placeOf(input.cursor)
    // Asked first: what is drawn meanwhile is found or said to be missing.
    const { indexedTo, behind } = await reachOf(read, this.#db, input.id, now)
    const gaps = await gapsOf(read, input.id)
    const found = await this.#find(read, this.#keys(read, needle, input.id, place), needle, new Hits(place))
    return { ...found.page(), indexedTo: indexedTo.toISOString(), behind, ...gaps }
  }

  /** The texts that can have the needle, newest first. */
  async *#keys(read: Reader, needle: string, id: string | undefined, place: Place | undefined) {
    const newest = (from: Place | undefined) =>
      read
        .selectFrom('recording_text')
        .select(['terminal_id', 'segment_no', 'seq'])
        .$if(id !== undefined, (query) => query.where('terminal_id', '=', id!))
        .$if(from !== undefined, (query) => query.where(upTo(from!)))
        .orderBy('terminal_id', 'desc')
        .orderBy('segment_no', 'desc')
    const [first, candidates] = await Promise.all([
      newest(place).limit(NEWEST).execute(),
      candidatesOf(this.#db, needle),
    ])
    const firsts = first.filter(({ seq }) => candidates.has(seq))
    yield firsts.slice(0, LOOKED_FIRST)
    yield* inGroups(firsts.slice(LOOKED_FIRST))
    if (first.length < NEWEST) return
    const listed = candidates.list(LISTED_MAX)
    if (listed) {
      const keys = await newest(before(first.at(-1)!))
        .where((eb) =>
          eb.or([sql<boolean>`seq = any(${listed.seqs}::bigint[])`, eb('seq', '>', listed.after)]),
        )
        .execute()
      yield* inGroups(keys)
      return
    }
    for (let keys = first; keys.length > 0; ) {
      keys = await newest(before(keys.at(-1)!))
        .limit(KEYS_TOGETHER)
        .execute()
      yield* inGroups(keys.filter(({ seq }) => candidates.has(seq)))
    }
  }

  /** Looks into texts until a page is full; the next ones are fetched while the threads look. */
  async #find(
    read: Reader,
    groups: AsyncIterable<readonly Key[]>,
    needle: string,
    found: Hits,
  ): Promise<Hits> {
    const looking: Promise<Looked>[] = []
    let asked = 0
    const take = async () => {
      const { texts, lines } = await looking.shift()!
      for (const [index, each] of lines.entries()) found.add(texts[index]!, each)
    }
    for await (const keys of groups) {
      const texts = await textsOf(read, keys)
      if (looking.length === THREADS) await take()
      if (found.isFull) return found
      if (texts.length === 0) continue
      const look = this.#look(this.#threads[asked % THREADS]!, texts, needle, found)
      // It is waited for only after other texts were fetched, which may fail before.
      look.catch(() => {})
      looking.push(look)
      // Of a common text the first ones fill a page.
      if (asked++ === 0) await take()
      if (found.isFull) return found
    }
    while (looking.length > 0) await take()
    return found
  }

  async #look(
    thread: AskedWorker<FindAsk, FindAnswer>,
    texts: readonly Text[],
    needle: string,
    found: Hits,
  ): Promise<Looked> {
    const lengths = texts.map(({ shown }) => shown.length)
    // Not Buffer.concat: its memory may be shared with other buffers, and then cannot be given away.
    const bytes = new Uint8Array(lengths.reduce((sum, length) => sum + length, 0))
    let at = 0
    for (const { shown } of texts) {
      bytes.set(shown, at)
      at += shown.length
    }
    const beforeLine = found.lineBefore(texts[0]!)
    const ask = { needle, bytes, lengths, beforeLine, limit: found.wanted }
    return { texts, lines: (await thread.ask(ask, [bytes.buffer])).found }
  }
}

/** What was found in some texts: the lines of each. */
interface Looked {
  readonly texts: readonly Text[]
  readonly lines: FindAnswer['found']
}

interface Text extends Key {
  readonly shown: Buffer
}

/** What was removed in between is gone. */
async function textsOf(read: Reader, keys: readonly Key[]): Promise<Text[]> {
  if (keys.length === 0) return []
  const rows = await read
    .selectFrom('recording_text')
    .select(['seq', 'shown'])
    .where(sql<boolean>`seq = any(${keys.map(({ seq }) => seq)}::bigint[])`)
    .execute()
  const shownOf = new Map(rows.map(({ seq, shown }) => [seq, shown]))
  return keys.flatMap((key) => {
    const shown = shownOf.get(key.seq)
    return shown === undefined ? [] : [{ ...key, shown }]
  })
}

function* inGroups(keys: readonly Key[]): Generator<readonly Key[]> {
  for (let from = 0; from < keys.length; from += LOOKED_TOGETHER)
    yield keys.slice(from, from + LOOKED_TOGETHER)
}

/** The segment the place is in is read again: its other lines may be wanted. */
const upTo = ({ terminalId, segmentNo }: Place) =>
  sql<boolean>`(terminal_id, segment_no) <= (${terminalId}::uuid, ${segmentNo}::int)`

const before = ({ terminal_id, segment_no }: Key): Place => ({
  terminalId: terminal_id,
  segmentNo: segment_no - 1,
  line: Number.MAX_SAFE_INTEGER,
})

class Hits {
  readonly #place: Place | undefined
  readonly #found: (RecordingHit & { readonly place: string })[] = []

  constructor(place: Place | undefined) {
    this.#place = place
  }

  /** One more than a page holds says that there is another. */
  get wanted(): number {
    return HITS_IN_PAGE + 1 - this.#found.length
  }

  get isFull(): boolean {
    return this.wanted <= 0
  }

  /** Only lines with a smaller number of this text are wanted. */
  lineBefore({ terminal_id, segment_no }: Key): number {
    const isThere = this.#place?.terminalId === terminal_id && this.#place.segmentNo === segment_no
    return isThere ? this.#place!.line : Number.MAX_SAFE_INTEGER
  }

  add(key: Key, lines: FindAnswer['found'][number]): void {
    for (const { line, milliseconds, row, snippet } of lines)
      this.#found.push({
        ...{ terminalId: key.terminal_id, seconds: milliseconds / 1000, row, snippet },
        place: `${key.terminal_id}.${key.segment_no}.${line}`,
      })
  }

  page(): { items: RecordingHit[]; next: string | null } {
    const items = this.#found.slice(0, HITS_IN_PAGE)
    return {
      items: items.map(({ place: _, ...hit }) => hit),
      next: this.isFull ? items.at(-1)!.place : null,
    }
  }
}

/** @throws request.invalid */
function placeOf(cursor: string | undefined): Place | undefined {
  if (cursor === undefined) return undefined
  const match = /^([0-9a-f-]{36})\.(\d{1,9})\.(\d{1,9})$/.exec(cursor)
  if (match === null)
    throw baseFaults['request.invalid']('cursor: it is not one of this search; start without it')
  return { terminalId: match[1]!, segmentNo: Number(match[2]), line: Number(match[3]) }
}
