import { asObject } from '../../../base/common/journal/body.ts'
import { numberOf } from '../../../base/common/journal/evidence.ts'
import { UUID } from '../../../base/common/journal/subject-key.ts'
import { removedIn } from '../../../features/websh/common/removed-segments.ts'
import type { PostgresConnection } from '../postgres/connection.ts'
import { eachRow, int8At, textOf } from '../postgres/copy.ts'

/** A segment as the journal knows it. */
export interface ToldSegment {
  readonly no: number
  readonly start: number
  readonly length: number
  readonly sha256: string
  /** The entry that holds its hash. */
  readonly entry: number
  /** The entry that says its bytes were removed. */
  removal?: Removal
}

export interface Removal {
  readonly entry: number
  readonly at: string
  readonly why: string
}

/** What the journal says of one recording. */
export interface ToldRecording {
  readonly terminalId: string
  readonly segments: readonly ToldSegment[]
  /** What its entries say that cannot be. */
  readonly problems: readonly { readonly entry: number; readonly why: string }[]
}

const KINDS = `select no from journal_kind where name in ('recording.segments', 'recording.segments_removed')`

/** The keys of what recordings' entries are about, in no order. */
export async function recordingKeys(connection: PostgresConnection): Promise<string[]> {
  const keys: string[] = []
  await connection.copyOut(
    `select distinct subject_key::text from journal where kind_no in (${KINDS}) and subject_key is not null`,
    eachRow(1, (buffer, fields) => void keys.push(textOf(buffer, fields, 0))),
  )
  return keys
}

/** Nearly always one: two subjects may share a key. */
export async function toldRecordings(connection: PostgresConnection, key: string): Promise<ToldRecording[]> {
  const found = new Map<string, Telling>()
  await connection.copyOut(
    `select seq, body from journal where subject_key = ${key} and kind_no in (${KINDS}) order by seq`,
    eachRow(2, (buffer, fields) => {
      const read = entryOf(textOf(buffer, fields, 1))
      if (read === undefined) return
      const { entry, terminalId } = read
      const telling = found.get(terminalId) ?? new Telling(terminalId)
      found.set(terminalId, telling)
      telling.take(int8At(buffer, fields.starts[0]!), entry)
    }),
  )
  return [...found.values()]
}

/** @returns undefined where it is none: that it was edited is said by who checks texts */
function entryOf(body: string): { entry: Record<string, unknown>; terminalId: string } | undefined {
  try {
    const entry = asObject('an entry', JSON.parse(body))
    const terminalId = String(asObject('its subject', entry['subject'])['id'])
    // It becomes part of a query and of a path.
    return UUID.test(terminalId) ? { entry, terminalId } : undefined
  } catch {
    return undefined
  }
}

class Telling implements ToldRecording {
  readonly terminalId: string
  readonly segments: ToldSegment[] = []
  readonly problems: { entry: number; why: string }[] = []

  constructor(terminalId: string) {
    this.terminalId = terminalId
  }

  take(entry: number, body: Record<string, unknown>): void {
    try {
      const data = asObject('its data', body['data'])
      if (body['kind'] === 'recording.segments') this.#recorded(entry, data)
      else this.#removed({ entry, at: String(body['at']), why: String(data['why']) }, data)
    } catch (error) {
      this.problems.push({ entry, why: (error as Error).message })
    }
  }

  #recorded(entry: number, data: Record<string, unknown>): void {
    const last = this.segments.at(-1)
    const next = { no: (last?.no ?? -1) + 1, start: last === undefined ? 0 : last.start + last.length }
    const from = numberOf('its first segment', data['from'])
    let start = numberOf('its offset', data['startOffset'])
    if (from !== next.no || start !== next.start)
      throw new Error(`it begins with segment ${from} at byte ${start}, not ${next.no} at ${next.start}`)
    for (const [index, item] of (data['segments'] as unknown[]).entries()) {
      const segment = asObject('a segment', item)
      const length = numberOf('its length', segment['length'])
      this.segments.push({ no: from + index, start, length, sha256: String(segment['sha256']), entry })
      start += length
    }
  }

  #removed(removal: Removal, data: Record<string, unknown>): void {
    for (const { no, length, sha256 } of removedIn(data)) {
      const segment = this.segments[no]
      if (segment === undefined || segment.length !== length || segment.sha256 !== sha256)
        throw new Error(`it removes a segment ${no} that there never was`)
      segment.removal = removal
    }
  }
}
