import type { Proof } from '../../../../../base/common/journal/proof.ts'
import type { RecordingEvidenceHeader } from '../../../common/recording-evidence.ts'
import { removedStretches } from '../removal/stretches.ts'
import type { RecordingParts } from '../routes.ts'
import { readStream } from '../stream-reader.ts'

/** Segments read together. */
const SEGMENTS_IN_READ = 16

type EvidenceParts = Pick<RecordingParts, 'db' | 'blobs' | 'entriesOf' | 'entryProof'>

const line = (value: unknown): Buffer => Buffer.from(`${JSON.stringify(value)}\n`)

/** A recording with the proofs of what the journal holds of it, in the form common/recording-evidence.ts describes. */
export async function* evidence(
  parts: EvidenceParts,
  header: Omit<RecordingEvidenceHeader, 'recording' | 'version'>,
): AsyncGenerator<Buffer> {
  const removed = await removedStretches(parts.db, header.terminalId)
  const isRemoved = (no: number) =>
    removed.some(({ fromSegment, toSegment }) => fromSegment <= no && no <= toSegment)
  const version = removed.length === 0 ? 1 : 2
  yield line({ recording: 'annals-recording', version, ...header } satisfies RecordingEvidenceHeader)
  let closed: Proof | null = null
  const removals: Proof[] = []
  let segments = 0
  let bytes = 0
  for await (const { sequence, kind, body } of entriesAbout(parts, header.terminalId)) {
    if (kind === 'recording.closed') closed = await proofOf(parts, sequence)
    if (kind === 'recording.segments_removed') removals.push(await proofOf(parts, sequence))
    if (kind !== 'recording.segments') continue
    const { data } = JSON.parse(body) as {
      data: { from: number; startOffset: number; segments: { length: number }[] }
    }
    yield line({ proof: JSON.stringify(await proofOf(parts, sequence)) })
    for (let first = 0; first < data.segments.length; first += SEGMENTS_IN_READ) {
      const group = data.segments.slice(first, first + SEGMENTS_IN_READ)
      const length = group.reduce((sum, segment) => sum + segment.length, 0)
      const isWhole = !group.some((_, index) => isRemoved(segments + index))
      const read = isWhole ? await readStream(parts, header.terminalId, bytes, bytes + length) : undefined
      let at = 0
      for (const segment of group) {
        if (isRemoved(segments)) yield line({ segment: segments, removed: true })
        else {
          const found =
            read?.subarray(at, at + segment.length) ??
            (await readStream(parts, header.terminalId, bytes + at, bytes + at + segment.length))
          yield line({ segment: segments, bytes: found.toString('base64') })
        }
        segments++
        at += segment.length
      }
      bytes += length
    }
  }
  yield line({ closed: closed === null ? null : JSON.stringify(closed) })
  for (const removal of removals) yield line({ removal: JSON.stringify(removal) })
  yield line({ end: { segments, bytes } })
}

async function* entriesAbout({ entriesOf }: EvidenceParts, terminalId: string) {
  for (let after = -1; ; ) {
    const page = await entriesOf(terminalId, after)
    yield* page
    if (page.length < 1000) return
    after = page.at(-1)!.sequence
  }
}

async function proofOf({ entryProof }: EvidenceParts, sequence: number): Promise<Proof> {
  const proof = await entryProof(sequence)
  if (proof === undefined) throw new Error(`entry ${sequence} has no proof`)
  return proof
}
