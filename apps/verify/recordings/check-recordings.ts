import { toHex } from '../../../base/common/journal/bytes.ts'
import { segmentNames, segmentWords } from '../../../features/websh/common/removed-segments.ts'
import { sha256 } from '../crypto.ts'
import type { Damage } from '../outcome.ts'
import type { PostgresConnection } from '../postgres/connection.ts'
import { StoredStream } from './stored-stream.ts'
import {
  type Removal,
  recordingKeys,
  type ToldRecording,
  type ToldSegment,
  toldRecordings,
} from './told-recording.ts'

export interface RecordingsCheck {
  /** Sees the journal that was checked. */
  readonly journal: PostgresConnection
  /** Sees where bytes are now: a server that runs moves them. */
  readonly now: PostgresConnection
  /** The directory of blobs. */
  readonly blobs: string
  readonly onProgress?: ((recordings: number, of: number) => void) | undefined
}

/** Recordings with removed segments that are told one by one. */
const REMOVED_TOLD = 20
const DAMAGES_MAX = 1000

/** Checks that the bytes of every recording are those whose hashes the journal holds, or that it says they were removed. */
export async function checkRecordings(
  check: RecordingsCheck,
): Promise<{ checked: string[]; damage: Damage[] }> {
  const keys = await recordingKeys(check.journal)
  const damage: Damage[] = []
  const removed: string[] = []
  let [recordings, segments, verified, bytes] = [0, 0, 0, 0]
  for (const [index, key] of keys.entries()) {
    for (const told of await toldRecordings(check.journal, key)) {
      const found = await checkRecording(check, told)
      recordings++
      segments += told.segments.length
      verified += found.verified
      bytes += found.bytes
      for (const each of found.damage) if (damage.length < DAMAGES_MAX) damage.push(each)
      const words = removalWords(told, found.verified)
      if (words !== undefined) removed.push(words)
    }
    check.onProgress?.(index + 1, keys.length)
  }
  const count = verified === segments ? `${segments}` : `${verified} of ${segments}`
  return {
    checked: [
      `${recordings} ${recordings === 1 ? 'recording' : 'recordings'}: ${count} segments verified, ${bytes} bytes, each with the hash in the journal`,
      ...removed.slice(0, REMOVED_TOLD),
      ...(removed.length > REMOVED_TOLD
        ? [`… and ${removed.length - REMOVED_TOLD} recordings more segments were removed from, hashes kept`]
        : []),
    ],
    damage,
  }
}

async function checkRecording(
  { now, blobs }: RecordingsCheck,
  { terminalId, segments, problems }: ToldRecording,
): Promise<{ verified: number; bytes: number; damage: Damage[] }> {
  const stream = await StoredStream.open(now, blobs, terminalId)
  const of = `the recording of terminal ${terminalId}`
  const damage: Damage[] = problems.map(({ entry, why }) => ({
    kind: 'recording',
    from: entry,
    why: `${of}: ${why}`,
  }))
  const missing: ToldSegment[] = []
  let [verified, bytes] = [0, 0]
  for (const segment of segments) {
    if (segment.removal !== undefined) continue
    const found = await stream.bytes(segment.start, segment.length)
    if (found === undefined) missing.push(segment)
    else if (toHex(sha256(found)) !== segment.sha256)
      damage.push({
        ...{ kind: 'recording', from: segment.entry },
        why: `${of}: segment ${segment.no} was changed: its bytes do not have the hash that entry ${segment.entry} holds`,
      })
    else {
      verified++
      bytes += segment.length
    }
  }
  if (missing.length > 0) {
    const one = missing.length === 1
    damage.push({
      ...{ kind: 'recording', from: missing[0]!.entry },
      why: `${of}: ${segmentWords(missing.map(({ no }) => no))} missing, and no entry of the journal says that ${one ? 'it was' : 'they were'} removed`,
    })
  }
  return { verified, bytes, damage }
}

function removalWords({ terminalId, segments }: ToldRecording, verified: number): string | undefined {
  const removals = Map.groupBy(
    segments.filter(({ removal }) => removal !== undefined),
    ({ removal }) => removal as Removal,
  )
  if (removals.size === 0) return undefined
  const acts = [...removals].map(
    ([{ at, why, entry }, gone]) =>
      `${segmentNames(gone.map(({ no }) => no))} on ${at}, as entry ${entry} says (${why})`,
  )
  const more = acts.length > 3 ? `; and by ${acts.length - 3} entries more` : ''
  return `The recording of terminal ${terminalId}: ${verified} of ${segments.length} segments verified; removed, hashes kept: ${acts.slice(0, 3).join('; ')}${more}`
}
