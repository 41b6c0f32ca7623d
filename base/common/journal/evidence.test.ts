import { createPublicKey, hash as digest, generateKeyPairSync, sign, verify } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BundleReader } from './bundle.ts'
import { toBase64, toUtf8 } from './bytes.ts'
import { checkpointText } from './checkpoint.ts'
import { EvidenceDamaged, type Trust } from './evidence.ts'
import { Frontier } from './frontier.ts'
import { coverOf, inclusionRanges, joinCover, treeHash } from './merkle.ts'
import { formatNote, formatVerifierKey, verifierKey } from './note.ts'
import { checkProof } from './proof.ts'
import { rotationStatement } from './rotation.ts'

const sha256 = (bytes: Uint8Array) => new Uint8Array(digest('sha256', bytes, 'buffer'))
const hash = treeHash(sha256)
const trust: Trust = {
  sha256,
  pinned: [],
  verify: (bytes, message, signature) => {
    const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), bytes])
    return verify(null, message, createPublicKey({ key: der, format: 'der', type: 'spki' }), signature)
  },
}
const origin = 'annals/0199a5f0-0000-7000-8000-000000000000'
const makeKey = () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const der = publicKey.export({ format: 'der', type: 'spki' })
  const key = verifierKey(sha256, origin, new Uint8Array(der.subarray(12)))
  return { key, text: formatVerifierKey(key), sign: (message: Uint8Array) => sign(null, message, privateKey) }
}
const first = makeKey()
const second = makeKey()
const stranger = makeKey()

const SIZE = 300
const id = (number: number) => `0199a5f0-0000-7000-8000-${String(number).padStart(12, '0')}`
const bodies = Array.from({ length: SIZE }, (_, number) =>
  JSON.stringify({
    v: 1,
    id: id(number),
    at: '2026-11-20T16:17:18.000Z',
    kind: 'test.said',
    actor: { id: id(1), name: 'Ada', kind: 'person' },
    data: { number },
  }),
)
const leaves = bodies.map((body) => hash.leaf(toUtf8(body)))
const rangeHash = (from: number, to: number) =>
  joinCover(
    hash,
    coverOf(from, to).map(({ height, index }) => {
      const frontier = new Frontier(hash)
      for (const leaf of leaves.slice(index * 2 ** height, (index + 1) * 2 ** height)) frontier.append(leaf)
      return frontier.root()
    }),
  )
const noteBy = (signer: ReturnType<typeof makeKey>) => {
  const text = checkpointText({ origin, size: SIZE, root: rangeHash(0, SIZE) })
  return formatNote({
    text,
    signatures: [{ name: origin, keyId: signer.key.id, signature: signer.sign(toUtf8(text)) }],
  })
}
const statement = { origin, oldKey: first.text, newKey: second.text }
const rotation = {
  ...statement,
  sequence: 100,
  endorsement: toBase64(first.sign(rotationStatement(statement))),
  acceptance: toBase64(second.sign(rotationStatement(statement))),
}
const keys = { first: first.text, rotations: [rotation] }
const checkpoint = noteBy(second)

const proofOf = (sequence: number) => ({
  proof: 'annals-journal',
  version: 1,
  origin,
  sequence,
  body: bodies[sequence]!,
  leafHash: toBase64(leaves[sequence]!),
  path: inclusionRanges(sequence, SIZE).map(([from, to]) => toBase64(rangeHash(from, to))),
  checkpoint,
  keys,
})

function bundleOf(from: number, to: number): string[] {
  const cover = (start: number, end: number) =>
    coverOf(start, end).map(({ height, index }) =>
      toBase64(rangeHash(index * 2 ** height, (index + 1) * 2 ** height)),
    )
  const entries = bodies.slice(from, to).map((body, place) => ({
    sequence: from + place,
    hash: toBase64(leaves[from + place]!),
    body,
  }))
  return [
    { bundle: 'annals-journal', version: 1, origin, from, to, size: SIZE, keys },
    { left: cover(0, from) },
    ...entries,
    { right: cover(to, SIZE) },
    { checkpoint },
    { end: { entries: to - from } },
  ].map((value) => JSON.stringify(value))
}

function readBundle(lines: readonly string[], by: Trust = trust) {
  const reader = new BundleReader(by)
  for (const line of lines) reader.line(line)
  return reader.finish()
}

describe('a bundle', () => {
  test('of any range proves itself', () => {
    fc.assert(
      fc.property(fc.nat(SIZE), fc.nat(SIZE), (one, other) => {
        const [from, to] = one < other ? [one, other] : [other, one]
        expect(readBundle(bundleOf(from, to))).toMatchObject({
          from,
          to,
          head: { size: SIZE, signer: second.text },
        })
      }),
      { numRuns: 30 },
    )
  })

  test('names the entry that was edited, deleted or moved, and says when it was cut', () => {
    const lines = bundleOf(40, 60)
    const damage = (bent: readonly string[]) => {
      try {
        readBundle(bent)
      } catch (error) {
        expect(error).toBeInstanceOf(EvidenceDamaged)
        return error as EvidenceDamaged
      }
      throw new Error('the damage went unnoticed')
    }
    const edited = lines.with(7, lines[7]!.replace('Ada', 'Eve'))
    expect(damage(edited)).toMatchObject({ sequence: 45, message: expect.stringContaining('edited') })
    expect(damage(lines.toSpliced(7, 1))).toMatchObject({
      sequence: 45,
      message: expect.stringContaining('hole'),
    })
    expect(damage(lines.with(7, lines[8]!).with(8, lines[7]!))).toMatchObject({ sequence: 45 })
    expect(damage(lines.slice(0, -1)).message).toContain('cut')
    expect(damage(lines.slice(0, 9)).message).toContain('cut')
    expect(damage([...lines, '{}']).message).toContain('more after the end')
    const body = bodies[45]!.replace('Ada', 'Eve')
    const rehashed = JSON.stringify({ sequence: 45, hash: toBase64(hash.leaf(toUtf8(body))), body })
    expect(damage(lines.with(7, rehashed)).message).toContain('40 to 59')
  })

  test('is trusted from the pinned key forward, and from no other', () => {
    const by = (...pinned: (typeof first)[]) => ({ ...trust, pinned: pinned.map(({ key }) => key) })
    const lines = bundleOf(0, 3)
    expect(readBundle(lines, by(first)).head.signer).toBe(second.text)
    expect(readBundle(lines, by(second, stranger)).head.signer).toBe(second.text)
    expect(() => readBundle(lines, by(stranger))).toThrow(/another key/)
    const resigned = lines.with(-2, JSON.stringify({ checkpoint: noteBy(stranger) }))
    expect(() => readBundle(resigned)).toThrow(/not signed by/)
    const forged = { ...rotation, newKey: stranger.text }
    const header = { ...(JSON.parse(lines[0]!) as object), keys: { first: first.text, rotations: [forged] } }
    expect(() => readBundle(resigned.with(0, JSON.stringify(header)))).toThrow(/key history is broken/)
  })
})

test('a proof of any entry holds, and of no other text', () => {
  for (const sequence of [0, 1, 255, 256, SIZE - 1]) {
    const proof = proofOf(sequence)
    expect(checkProof(JSON.stringify(proof), trust)).toMatchObject({ sequence, body: bodies[sequence] })
    const other = { ...proof, body: bodies[2]!, leafHash: toBase64(leaves[2]!) }
    if (sequence !== 2) expect(() => checkProof(JSON.stringify(other), trust)).toThrow(/not in the journal/)
  }
})

test('whatever is done to a file, it is refused as damaged or says what it said before', () => {
  const proof = JSON.stringify(proofOf(77))
  const lines = bundleOf(10, 14)
  const text = lines.join('\n')
  const mutation = fc.tuple(fc.nat(1_000_000), fc.nat(6), fc.string({ unit: 'binary', maxLength: 6 }))
  fc.assert(
    fc.property(mutation, ([at, remove, junk]) => {
      const bend = (whole: string) => {
        const place = at % whole.length
        return whole.slice(0, place) + junk + whole.slice(place + remove)
      }
      const holds = (check: () => void) => {
        try {
          check()
        } catch (error) {
          expect(error).toBeInstanceOf(EvidenceDamaged)
        }
      }
      holds(() => expect(checkProof(bend(proof), trust).body).toBe(bodies[77]))
      holds(() => {
        const bent = bend(text).split('\n')
        readBundle(bent)
        const said = bent.slice(2, 6).map((line) => (JSON.parse(line) as { body: string }).body)
        expect(said).toEqual(bodies.slice(10, 14))
      })
      holds(() => readBundle([junk]))
      holds(() => checkProof(junk, trust))
    }),
    { numRuns: 400 },
  )
})
