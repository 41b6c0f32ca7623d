import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { RecordingSegment } from '../../common/recording.ts'
import { SegmentChecks } from './segment-checks.ts'

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()
const LENGTH = 100

function stand({
  count = 6,
  unsealed = [] as number[],
  told = (no: number, hash: string) => hash && `${no}`,
} = {}) {
  const stream = Uint8Array.from({ length: count * LENGTH }, (_, at) => (at * 7) % 251)
  const segments: RecordingSegment[] = Array.from({ length: count }, (_, no) => ({
    no,
    startOffset: no * LENGTH,
    length: LENGTH,
    fromMilliseconds: no * 10,
    toMilliseconds: no * 10 + 9,
    sha256: sha256(stream.subarray(no * LENGTH, (no + 1) * LENGTH)).toString('hex'),
    entry: unsealed.includes(no) ? null : Math.floor(no / 2),
    removedAt: null,
    removalEntry: null,
  }))
  const proofs: number[] = []
  const checks = new SegmentChecks(
    {
      segments: async (from) => segments.slice(from),
      bytes: async (offset) => ({ from: offset, bytes: stream.slice(offset, offset + 250) }),
      digest: async (bytes) => sha256(bytes),
      proven: async (entry) => {
        proofs.push(entry)
        return new Map(
          segments
            .filter(({ entry: at }) => at === entry)
            .map(({ no, sha256: hash }) => [no, told(no, hash) === 'other' ? 'f00d' : hash]),
        )
      },
    },
    () => {},
  )
  const marks = () => checks.segments.map(({ mark }) => mark)
  return { stream, segments, checks, marks, proofs }
}

describe('SegmentChecks', () => {
  it('verifies what comes by, however it is cut, and nothing else', async () => {
    const { checks, stream, marks } = stand()
    await checks.load()
    checks.offer(130, stream.slice(130, 260))
    checks.offer(260, stream.slice(260, 390))
    checks.offer(390, stream.slice(390, 410))
    await checks.load()
    await new Promise((resolve) => setImmediate(resolve))
    expect(marks()).toEqual(['unchecked', 'unchecked', 'verified', 'verified', 'unchecked', 'unchecked'])
  })

  it('verifies all of it on demand, asking once for the proof of each entry', async () => {
    const { checks, marks, proofs } = stand()
    await checks.checkAll()
    expect(new Set(marks())).toEqual(new Set(['verified']))
    expect(proofs).toEqual([0, 1, 2])
  })

  it('names the segment whose bytes differ', async () => {
    const { checks, stream, marks } = stand()
    stream[305] = (stream[305] ?? 0) ^ 1
    await checks.checkAll()
    expect(marks().map((mark) => mark === 'differs')).toEqual([false, false, false, true, false, false])
    expect(checks.segments[3]!.why).toContain('do not have the hash')
  })

  it('does not believe the list where the journal holds another hash', async () => {
    const { checks, marks } = stand({ told: (no) => (no === 1 ? 'other' : 'same') })
    await checks.checkAll()
    expect(marks()[1]).toBe('differs')
    expect(marks()[0]).toBe('verified')
  })

  it('takes a segment for removed where the journal says so of its very hash, and for damaged where it does not', async () => {
    const { checks, marks, segments, proofs } = stand({
      told: (no) => (no === 3 ? 'other' : 'same'),
    })
    const gone = { removedAt: '2026-08-03T09:00:00.000Z', removalEntry: 1 }
    for (const no of [2, 3]) segments[no] = { ...segments[no]!, ...gone }
    segments[0] = { ...segments[0]!, ...gone, removalEntry: 2 }
    segments[5] = { ...segments[5]!, ...gone, removalEntry: null }
    await checks.checkAll()
    expect(marks()).toEqual(['differs', 'verified', 'removed', 'differs', 'verified', 'waiting'])
    expect(checks.segments[0]!.why).toBe('entry 2 of the journal does not say that it was removed')
    expect(new Set(proofs).size).toBe(proofs.length)
    segments[5] = { ...segments[5]!, removalEntry: 2 }
    await checks.load()
    await checks.checkAll()
    expect(marks()[5]).toBe('removed')
  })

  it('says which wait for their seal, and verifies them once it is there', async () => {
    const { checks, marks, segments } = stand({ unsealed: [4, 5] })
    await checks.checkAll()
    expect(marks().slice(4)).toEqual(['waiting', 'waiting'])
    for (const no of [4, 5]) segments[no] = { ...segments[no]!, entry: 2 }
    await checks.checkAll()
    expect(marks().slice(4)).toEqual(['verified', 'verified'])
  })
})
