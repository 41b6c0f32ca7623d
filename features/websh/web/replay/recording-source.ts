import { readBody } from '../../../../base/common/journal/body.ts'
import { fromBase64 } from '../../../../base/common/journal/bytes.ts'
import type { RecordingSegment } from '../../common/recording.ts'
import { recordings } from '../client.ts'
import type { PlayerSource } from './player.ts'
import type { SegmentSource } from './segment-checks.ts'

const SEGMENTS_MAX = 20_000

export const playerSource = (id: string, seen: PlayerSource['seen']): PlayerSource => ({
  frame: (milliseconds) => recordings.read('recording.frame', { id, milliseconds }),
  pieces: (offset) => recordings.read('recording.pieces', { id, offset }),
  seen,
})

export const segmentSource = (id: string): SegmentSource => ({
  async segments(from) {
    const all: RecordingSegment[] = []
    let cursor: string | undefined = from === 0 ? undefined : String(from)
    do {
      const page: { items: RecordingSegment[]; next: string | null } = await recordings.read(
        'recording.segments',
        { id, ...(cursor === undefined ? {} : { cursor }) },
      )
      all.push(...page.items)
      cursor = page.next ?? undefined
    } while (cursor !== undefined && all.length < SEGMENTS_MAX)
    return all
  },
  async bytes(offset) {
    const { from, bytes } = await recordings.read('recording.pieces', { id, offset })
    return { from, bytes: fromBase64(bytes) }
  },
  digest: async (bytes) =>
    new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>)),
  async proven(entry) {
    const { checkRow } = await import('../../../../base/web/journal/check-row.ts')
    const { proof } = await checkRow(entry, id)
    const { kind, data } = readBody(proof.body)
    if (kind === 'recording.segments_removed') {
      const { segments } = data as { segments: readonly { no: number; sha256: string }[] }
      return new Map(segments.map(({ no, sha256 }) => [no, sha256]))
    }
    if (kind !== 'recording.segments') throw new Error(`entry ${entry} is about something else`)
    const { from, segments } = data as { from: number; segments: readonly { sha256: string }[] }
    return new Map(segments.map(({ sha256 }, index) => [from + index, sha256]))
  },
})
