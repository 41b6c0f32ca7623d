import { hash as digest } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toHex } from './bytes.ts'
import { Frontier } from './frontier.ts'
import {
  consistencyRanges,
  coverOf,
  inclusionRanges,
  isConsistent,
  type Range,
  rootFromInclusion,
  treeHash,
} from './merkle.ts'
import { hashesOfRanges, type Tile, TileTree } from './tile-tree.ts'

const hash = treeHash((bytes) => new Uint8Array(digest('sha256', bytes, 'buffer')))

/** RFC 6962 §2.1 as it is written. */
function naiveRoot(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 0) return hash.empty()
  if (leaves.length === 1) return leaves[0]!
  let split = 1
  while (split * 2 < leaves.length) split *= 2
  return hash.node(naiveRoot(leaves.slice(0, split)), naiveRoot(leaves.slice(split)))
}

/** RFC 6962 §2.1.1. */
function naivePath(index: number, leaves: readonly Uint8Array[]): Uint8Array[] {
  if (leaves.length === 1) return []
  let split = 1
  while (split * 2 < leaves.length) split *= 2
  return index < split
    ? [...naivePath(index, leaves.slice(0, split)), naiveRoot(leaves.slice(split))]
    : [...naivePath(index - split, leaves.slice(split)), naiveRoot(leaves.slice(0, split))]
}

/** RFC 6962 §2.1.2. */
function naiveProof(from: number, leaves: readonly Uint8Array[], whole = true): Uint8Array[] {
  if (from === leaves.length) return whole ? [] : [naiveRoot(leaves)]
  let split = 1
  while (split * 2 < leaves.length) split *= 2
  return from <= split
    ? [...naiveProof(from, leaves.slice(0, split), whole), naiveRoot(leaves.slice(split))]
    : [...naiveProof(from - split, leaves.slice(split), false), naiveRoot(leaves.slice(0, split))]
}

const leavesOf = (size: number) =>
  Array.from({ length: size }, (_, index) => hash.leaf(Uint8Array.of(index >> 8, index & 255)))
const all = leavesOf(1400)
const rangesOf = (leaves: readonly Uint8Array[], ranges: readonly Range[]) =>
  ranges.map(([from, to]) => naiveRoot(leaves.slice(from, to)))

describe('the tree of RFC 6962', () => {
  test('has the roots that Certificate Transparency publishes', () => {
    const inputs = [
      '',
      '00',
      '10',
      '2021',
      '3031',
      '40414243',
      '5051525354555657',
      '606162636465666768696a6b6c6d6e6f',
    ]
    const roots = [
      '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
      'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
      'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
      '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
      '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
      'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
      '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
    ]
    const frontier = new Frontier(hash)
    expect(toHex(frontier.root())).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
    for (const [place, input] of inputs.entries()) {
      frontier.append(hash.leaf(Buffer.from(input, 'hex')))
      expect(toHex(frontier.root())).toBe(roots[place])
    }
  })

  test('is built alike leaf by leaf, in batches, and from perfect nodes', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 700 }),
        fc.nat(700),
        fc.integer({ min: 1, max: 300 }),
        (size, cut, batch) => {
          const leaves = all.slice(0, size)
          const root = toHex(naiveRoot(leaves))
          const tree = new TileTree(hash)
          for (let at = 0; at < size; at += batch) tree.append(Buffer.concat(leaves.slice(at, at + batch)))
          expect(toHex(tree.root())).toBe(root)
          const middle = Math.min(cut, size)
          const frontier = new Frontier(hash)
          for (const [from, to] of [
            [0, middle],
            [middle, size],
          ] as const) {
            for (const { height, index } of coverOf(from, to)) {
              frontier.append(naiveRoot(leaves.slice(index * 2 ** height, (index + 1) * 2 ** height)), height)
            }
          }
          expect(toHex(frontier.root())).toBe(root)
        },
      ),
      { numRuns: 40 },
    )
  })

  test('proves every leaf of every size, with the path of the RFC, and no other leaf', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 600 }), fc.nat(599), (size, at) => {
        const index = at % size
        const leaves = all.slice(0, size)
        const path = rangesOf(leaves, inclusionRanges(index, size))
        expect(path).toEqual(naivePath(index, leaves))
        const proof = { index, size, leafHash: leaves[index]!, path }
        expect(rootFromInclusion(hash, proof)).toEqual(naiveRoot(leaves))
        expect(rootFromInclusion(hash, { ...proof, leafHash: all[size]! })).not.toEqual(naiveRoot(leaves))
        if (size > 1) expect(() => rootFromInclusion(hash, { ...proof, path: path.slice(1) })).toThrow()
      }),
      { numRuns: 60 },
    )
  })

  test('proves that each size extends each smaller one, with the proof of the RFC, and nothing else', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 400 }),
        fc.integer({ min: 0, max: 400 }),
        fc.nat(9999),
        (one, other, flip) => {
          const [from, to] = one < other ? [one, other] : [other, one]
          const leaves = all.slice(0, to)
          const path = rangesOf(leaves, consistencyRanges(from, to))
          if (from > 0) expect(path).toEqual(naiveProof(from, leaves))
          const proof = {
            from,
            to,
            fromRoot: naiveRoot(leaves.slice(0, from)),
            toRoot: naiveRoot(leaves),
            path,
          }
          expect(isConsistent(hash, proof)).toBe(true)
          expect(isConsistent(hash, { ...proof, toRoot: hash.leaf(proof.toRoot) })).toBe(from === 0 && to > 0)
          expect(isConsistent(hash, { ...proof, fromRoot: hash.leaf(proof.fromRoot) })).toBe(false)
          if (path.length > 0) {
            const bent = path.map((part) => part.slice())
            bent[flip % path.length]![flip % 32]! ^= 1 << (flip % 8)
            expect(isConsistent(hash, { ...proof, path: bent })).toBe(false)
            expect(isConsistent(hash, { ...proof, path: path.slice(1) })).toBe(false)
          }
        },
      ),
      { numRuns: 80 },
    )
  })

  test('gives the same hashes from stored and open tiles, also of an older size', async () => {
    const tiles: Tile[] = []
    const tree = new TileTree(hash)
    const find = async (wanted: readonly { level: number; index: number }[]) =>
      wanted.map(({ level, index }) => tiles.find((tile) => tile.level === level && tile.index === index)!)
    for (const batch of [1, 255, 256, 300, 13, 400]) {
      tiles.push(...tree.append(Buffer.concat(all.slice(tree.size, tree.size + batch))))
      const view = tree.view()
      const leaves = all.slice(0, view.size)
      for (const index of [0, 255, 256, view.size - 1].filter((each) => each < view.size)) {
        const ranges = inclusionRanges(index, view.size)
        expect(await hashesOfRanges(hash, view, ranges, find)).toEqual(rangesOf(leaves, ranges))
      }
      const older = consistencyRanges(Math.ceil(view.size / 3), view.size)
      expect(await hashesOfRanges(hash, view, older, find)).toEqual(rangesOf(leaves, older))
    }
    expect(tiles.map(({ level, index }) => `${level}/${index}`)).toEqual(['0/0', '0/1', '0/2', '0/3'])
  })
})
