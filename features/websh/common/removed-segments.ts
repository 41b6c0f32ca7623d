import { asObject } from '../../../base/common/journal/body.ts'
import { EvidenceDamaged, guarded, numberOf } from '../../../base/common/journal/evidence.ts'

/** What an entry of `recording.segments_removed` names. @throws EvidenceDamaged */
export function removedIn(data: Record<string, unknown>): { no: number; length: number; sha256: string }[] {
  const segments = data['segments']
  if (!Array.isArray(segments)) throw new EvidenceDamaged('an entry has no segments')
  return segments.map((item) => {
    const segment = guarded(() => asObject('a segment', item))
    return {
      no: numberOf('its number', segment['no']),
      length: numberOf('its length', segment['length']),
      sha256: String(segment['sha256']),
    }
  })
}

/** "segment 3 is" or "segments 3 to 7, 9 are": at most four stretches are named. @param numbers ascending */
export function segmentWords(numbers: readonly number[]): string {
  return `${segmentNames(numbers)} ${numbers.length === 1 ? 'is' : 'are'}`
}

/** "segment 3" or "segments 3 to 7, 9". */
export function segmentNames(numbers: readonly number[]): string {
  const runs: [from: number, to: number][] = []
  for (const no of numbers) {
    const last = runs.at(-1)
    if (last !== undefined && last[1] === no - 1) last[1] = no
    else runs.push([no, no])
  }
  const named = runs.slice(0, 4).map(([from, to]) => (from === to ? `${from}` : `${from} to ${to}`))
  const more = runs.length > 4 ? ` and ${runs.length - 4} stretches more` : ''
  return `${numbers.length === 1 ? 'segment' : 'segments'} ${named.join(', ')}${more}`
}
