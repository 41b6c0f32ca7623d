import { concat, equal, HASH_BYTES, type Sha256 } from './bytes.ts'

/**
 * The Merkle tree of RFC 6962 §2.1. A node of height h and index i covers the leaves i·2^h to (i+1)·2^h − 1;
 * sizes and indexes are numbers below 2^53, so shifts are written as multiplications.
 */
export interface Node {
  readonly height: number
  readonly index: number
}

const LEAF = Uint8Array.of(0)

export interface TreeHash {
  leaf(body: Uint8Array): Uint8Array
  node(left: Uint8Array, right: Uint8Array): Uint8Array
  /** The root of the tree without leaves. */
  empty(): Uint8Array
}

export function treeHash(sha256: Sha256): TreeHash {
  const pair = new Uint8Array(1 + 2 * HASH_BYTES)
  pair[0] = 1
  return {
    leaf: (body) => sha256(concat(LEAF, body)),
    node: (left, right) => {
      pair.set(left, 1)
      pair.set(right, 1 + HASH_BYTES)
      return sha256(pair)
    },
    empty: () => sha256(new Uint8Array(0)),
  }
}

/** The fewest perfect nodes that cover the leaves from `from` up to, not including, `to`, left to right. */
export function coverOf(from: number, to: number): Node[] {
  const nodes: Node[] = []
  let at = from
  while (at < to) {
    let height = 0
    let width = 1
    while (at % (width * 2) === 0 && at + width * 2 <= to) {
      width *= 2
      height++
    }
    nodes.push({ height, index: at / width })
    at += width
  }
  return nodes
}

/** Joins the perfect nodes of a cover, right to left, as RFC 6962 joins the right edge of a tree. */
export function joinCover(hash: TreeHash, hashes: readonly Uint8Array[]): Uint8Array {
  return hashes.reduceRight((right, left) => hash.node(left, right))
}

/** A proof is a list of ranges of leaves; each is one hash, made of the perfect nodes that cover it. */
export type Range = readonly [from: number, to: number]

const splitOf = (width: number): number => {
  let split = 1
  while (split * 2 < width) split *= 2
  return split
}

/** The ranges whose hashes prove that leaf `index` is in the tree of `size` leaves, from the leaf upwards. */
export function inclusionRanges(index: number, size: number): Range[] {
  if (!(index >= 0 && index < size)) throw new RangeError(`leaf ${index} is not in a tree of ${size}`)
  const path: Range[] = []
  let from = 0
  let to = size
  while (to - from > 1) {
    const middle = from + splitOf(to - from)
    if (index < middle) {
      path.unshift([middle, to])
      to = middle
    } else {
      path.unshift([from, middle])
      from = middle
    }
  }
  return path
}

/** The ranges whose hashes prove that the tree of `to` leaves begins with the tree of `from` leaves. */
export function consistencyRanges(from: number, to: number): Range[] {
  if (!(from >= 0 && from <= to)) throw new RangeError(`a tree of ${to} does not extend one of ${from}`)
  if (from === 0 || from === to) return []
  const path: Range[] = []
  let start = 0
  let end = to
  let size = from
  let whole = true
  while (size !== end - start) {
    const split = splitOf(end - start)
    if (size <= split) {
      path.unshift([start + split, end])
      end = start + split
    } else {
      path.unshift([start, start + split])
      start += split
      size -= split
      whole = false
    }
  }
  if (!whole) path.unshift([start, end])
  return path
}

export interface Inclusion {
  readonly index: number
  readonly size: number
  readonly leafHash: Uint8Array
  readonly path: readonly Uint8Array[]
}

/** The root an inclusion proof leads to; compare it with the one that was signed. @throws Error when the path has a wrong length. */
export function rootFromInclusion(hash: TreeHash, { index, size, leafHash, path }: Inclusion): Uint8Array {
  const ranges = inclusionRanges(index, size)
  if (path.length !== ranges.length) {
    throw new Error(
      `a proof of entry ${index} in ${size} has ${ranges.length} hashes, this one has ${path.length}`,
    )
  }
  return path.reduce((below, beside, step) => {
    if (beside.length !== HASH_BYTES) throw new Error('a hash of the path is not 32 bytes long')
    return ranges[step]![0] > index ? hash.node(below, beside) : hash.node(beside, below)
  }, leafHash)
}

export interface Consistency {
  readonly from: number
  readonly to: number
  readonly fromRoot: Uint8Array
  readonly toRoot: Uint8Array
  readonly path: readonly Uint8Array[]
}

/** Whether the tree of `to` leaves begins with the very leaves of the tree of `from` leaves. Never throws. */
export function isConsistent(hash: TreeHash, { from, to, fromRoot, toRoot, path }: Consistency): boolean {
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || from < 0 || to < from) return false
  if (path.some((part) => part.length !== HASH_BYTES)) return false
  if (from === to) return path.length === 0 && equal(fromRoot, toRoot)
  if (from === 0) return path.length === 0 && equal(fromRoot, hash.empty())
  const ranges = consistencyRanges(from, to)
  // When the old tree is itself a node of the new one, its root is the start and is not sent.
  const startsAtRoot = ranges[0]![0] >= from
  if (path.length !== ranges.length) return false
  let oldRoot = startsAtRoot ? fromRoot : path[0]!
  let newRoot = oldRoot
  for (let step = startsAtRoot ? 0 : 1; step < path.length; step++) {
    const beside = path[step]!
    if (ranges[step]![0] >= from) newRoot = hash.node(newRoot, beside)
    else {
      oldRoot = hash.node(beside, oldRoot)
      newRoot = hash.node(beside, newRoot)
    }
  }
  return equal(oldRoot, fromRoot) && equal(newRoot, toRoot)
}
