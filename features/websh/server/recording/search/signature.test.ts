import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bitsOf, fold, joinBlocks, SIGNATURE_BITS, SignatureBlock } from './signature.ts'

const has = (bits: Uint8Array, granules: number, granule: number, needle: string) => {
  const rowBytes = granules / 8
  return bitsOf(fold(needle)).every(
    (bit) => (bits[bit * rowBytes + (granule >> 3)]! & (1 << (granule & 7))) !== 0,
  )
}
const anyText = fc.string({ unit: fc.constantFrom(...'aAbBσΣςıİß界🙂 /-._'), maxLength: 30 })

test('a signature never denies a text that is there, whatever its letters and their case', () => {
  fc.assert(
    fc.property(
      fc.array(anyText, { minLength: 1 }),
      fc.nat(),
      fc.nat(),
      fc.nat(15),
      (lines, at, length, granule) => {
        const block = new SignatureBlock(16)
        block.add(granule, fold(lines.join('\n')))
        const line = lines[at % lines.length]!
        const from = length % (line.length + 1)
        for (const needle of [line.slice(from), line.slice(0, from)])
          for (const typed of [needle, needle.toLowerCase(), needle.toUpperCase()]) {
            if (!fold(line).includes(fold(typed))) continue
            expect(has(block.bits, 16, granule, typed)).toBe(true)
          }
      },
    ),
    { numRuns: 60 },
  )
})

test('a signature tells random numbers apart that have all their three letters in common', () => {
  const digits = (seed: number) =>
    Array.from({ length: 12 }, (_, at) =>
      (Math.imul(seed + 1, 2654435761 + at * 40503) >>> 28).toString(16),
    ).join('')
  const block = new SignatureBlock(8)
  const there = Array.from({ length: 500 }, (_, seed) => digits(seed))
  block.add(0, there.join('\n'))
  expect(there.every((number) => has(block.bits, 8, 0, number))).toBe(true)
  const others = Array.from({ length: 200 }, (_, seed) => digits(seed + 1_000_000)).filter(
    (number) => !there.includes(number),
  )
  expect(others.filter((number) => has(block.bits, 8, 0, number)).length).toBeLessThan(others.length / 4)
})

test('joined blocks say of each granule what its own block said', () => {
  const blocks = ['alpha one', 'beta two', 'gamma three'].map((text, index) => {
    const block = new SignatureBlock(16)
    block.add(index * 5, fold(text))
    return block.bits
  })
  const joined = joinBlocks(blocks)
  expect(joined.length).toBe((SIGNATURE_BITS * 48) / 8)
  for (let granule = 0; granule < 48; granule++)
    for (const needle of ['alpha one', 'beta', 'gamma three'])
      expect(has(joined, 48, granule, needle)).toBe(has(blocks[granule >> 4]!, 16, granule & 15, needle))
})
