import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bitsOf, fold, joinBlocks, LAYER_BITS, LAYERS, SignatureBlock } from './signature.ts'

const has = (layers: readonly Uint8Array[], granules: number, granule: number, needle: string) => {
  const rowBytes = granules / 8
  return bitsOf(fold(needle)).every((bits, layer) =>
    bits.every((bit) => (layers[layer]![bit * rowBytes + (granule >> 3)]! & (1 << (granule & 7))) !== 0),
  )
}
const anyText = fc.string({ unit: fc.constantFrom(...'aAbBσΣςıİßϠ界🙂 /-._'), maxLength: 90, size: 'max' })

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
            if (typed === '' || !fold(line).includes(fold(typed))) continue
            expect(has(block.layers, 16, granule, typed)).toBe(true)
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
  expect(there.every((number) => has(block.layers, 8, 0, number))).toBe(true)
  const others = Array.from({ length: 200 }, (_, seed) => digits(seed + 1_000_000)).filter(
    (number) => !there.includes(number),
  )
  expect(others.filter((number) => has(block.layers, 8, 0, number)).length).toBeLessThan(others.length / 4)
})

test('a signature tells the pieces of a line apart from the line, whose short parts are all there', () => {
  const numbers = Array.from({ length: 300 }, (_, at) => (Math.imul(at + 1, 2654435761) >>> 8) % 9000)
  const names = ['ledger', 'gateway', 'billing', 'archive']
  const line = (name: string, took: number, request: number) =>
    `${name} took ${took} ms for request ${request.toString(16)}`
  const lines = numbers.map((number, at) => line(names[at % 4]!, number, (number * 7919) % 65_536))
  const block = new SignatureBlock(8)
  block.add(0, lines.join('\n'))
  expect(lines.every((each) => has(block.layers, 8, 0, each))).toBe(true)
  const others = numbers
    .map((number, at) => line(names[(at + 1) % 4]!, number, (numbers[(at + 7) % 300]! * 7919) % 65_536))
    .filter((each) => !lines.includes(each))
  expect(others.length).toBeGreaterThan(200)
  expect(others.filter((each) => has(block.layers, 8, 0, each)).length).toBeLessThan(others.length / 20)
})

test('a signature tells two and three letters from others that are there', () => {
  const block = new SignatureBlock(8)
  block.add(
    0,
    '6- 9a 8b-7 2026-07-25t10:12:13 [payments] took 4711 ms for request 3f9ac01d77be from 10.0.3.7',
  )
  const letters = [...'0123456789abcdefghijklmnopqrstuvwxyz-.ü']
  const absent = letters
    .flatMap((one) => letters.map((other) => one + other))
    .flatMap((two) => [two, `${two}q`, `z${two}`])
    .filter(
      (each) =>
        !'2026-07-25t10:12:13 [payments] took 4711 ms for request 3f9ac01d77be from 10.0.3.7'.includes(
          each,
        ) && !'6- 9a 8b-7 '.includes(each),
    )
  expect(absent.filter((each) => has(block.layers, 8, 0, each)).length).toBeLessThan(absent.length / 500)
})

test('joined blocks say of each granule what its own block said', () => {
  const blocks = ['alpha one', 'beta two', 'gamma three and more of it'].map((text, index) => {
    const block = new SignatureBlock(16)
    block.add(index * 5, fold(text))
    return block.layers
  })
  const joined = Array.from({ length: LAYERS }, (_, layer) => joinBlocks(blocks.map((each) => each[layer]!)))
  expect(joined.map(({ length }) => length)).toEqual(Array(LAYERS).fill((LAYER_BITS * 48) / 8))
  for (let granule = 0; granule < 48; granule++)
    for (const needle of ['alpha one', 'beta', 'gamma three and more', 'z', 'a'])
      expect(has(joined, 48, granule, needle)).toBe(has(blocks[granule >> 4]!, 16, granule & 15, needle))
})
