import { HASH_BYTES } from './bytes.ts'
import { Frontier } from './frontier.ts'
import { coverOf, joinCover, type Range, type TreeHash } from './merkle.ts'

/** Hashes a tile is wide; 8 heights of the tree. C2SP tlog-tiles. */
export const TILE_WIDTH = 256
export const TILE_HEIGHT = 8

/** 256 hashes, 8192 bytes. Level 0 holds leaf hashes, level 1 the roots of level-0 tiles, and so on. */
export interface Tile {
  readonly level: number
  readonly index: number
  readonly hashes: Uint8Array
}

/** How many hashes of a level there are in a tree of `size` leaves, and so how many of its last, open tile. */
export const hashesAt = (level: number, size: number): number => Math.floor(size / TILE_WIDTH ** level)

/** Finds stored, full tiles. */
export type FindTiles = (wanted: readonly { level: number; index: number }[]) => Promise<readonly Tile[]>

/** A tree as of one size, with its open tiles in memory; full tiles are looked up where they are stored. */
export interface TreeView {
  readonly size: number
  readonly root: Uint8Array
  /** By level: the hashes of the open tile. */
  readonly open: readonly Uint8Array[]
}

/** Extends a tree. What it holds is ahead of the database until the sealing transaction commits. */
export class TileTree {
  readonly #frontier: Frontier
  readonly #open: { bytes: Uint8Array; count: number }[] = []

  constructor(hash: TreeHash) {
    this.#frontier = new Frontier(hash)
  }

  get size(): number {
    return this.#frontier.size
  }

  root(): Uint8Array {
    return this.#frontier.root()
  }

  /** @param leafHashes a multiple of 32 bytes. @returns the tiles this has filled, lowest level first where they depend on each other. */
  append(leafHashes: Uint8Array): Tile[] {
    const full: Tile[] = []
    for (let at = 0; at < leafHashes.length; at += HASH_BYTES) {
      this.#appendNode(leafHashes.subarray(at, at + HASH_BYTES), 0, full)
    }
    return full
  }

  /** Adds whole tiles' roots while a tree is loaded: hashes of `level`, which must fit at this size. */
  load(level: number, hashes: Uint8Array): void {
    for (let at = 0; at < hashes.length; at += HASH_BYTES) {
      this.#appendNode(hashes.subarray(at, at + HASH_BYTES), level, [])
    }
  }

  #appendNode(hash: Uint8Array, level: number, full: Tile[]): void {
    const kept = hash.slice()
    this.#put(level, kept, full)
    this.#frontier.append(kept, level * TILE_HEIGHT, (height, node) => {
      if (height % TILE_HEIGHT === 0) this.#put(height / TILE_HEIGHT, node, full)
    })
  }

  #put(level: number, hash: Uint8Array, full: Tile[]): void {
    for (let missing = this.#open.length; missing <= level; missing++) {
      this.#open.push({ bytes: new Uint8Array(TILE_WIDTH * HASH_BYTES), count: 0 })
    }
    const open = this.#open[level]!
    open.bytes.set(hash, open.count * HASH_BYTES)
    open.count++
    if (open.count < TILE_WIDTH) return
    // The frontier still has the size before the leaf that filled this tile.
    const size = this.#frontier.size + 1
    full.push({ level, index: size / TILE_WIDTH ** (level + 1) - 1, hashes: open.bytes })
    this.#open[level] = { bytes: new Uint8Array(TILE_WIDTH * HASH_BYTES), count: 0 }
  }

  /** A copy that later appends do not change. */
  view(): TreeView {
    const open = this.#open.map(({ bytes, count }) => bytes.slice(0, count * HASH_BYTES))
    return { size: this.size, root: this.root(), open }
  }
}

/** The hashes of ranges of leaves of `view`, each made of perfect nodes taken from tiles. */
export async function hashesOfRanges(
  hash: TreeHash,
  view: TreeView,
  ranges: readonly Range[],
  find: FindTiles,
): Promise<Uint8Array[]> {
  const covers = ranges.map(([from, to]) =>
    coverOf(from, to).map(({ height, index }) => {
      const level = Math.floor(height / TILE_HEIGHT)
      const width = 2 ** (height - level * TILE_HEIGHT)
      return {
        level,
        tile: Math.floor((index * width) / TILE_WIDTH),
        offset: (index * width) % TILE_WIDTH,
        width,
      }
    }),
  )
  const isOpen = (level: number, tile: number) => tile >= hashesAt(level + 1, view.size)
  const wanted = new Map<string, { level: number; index: number }>()
  for (const { level, tile } of covers.flat()) {
    if (!isOpen(level, tile)) wanted.set(`${level}/${tile}`, { level, index: tile })
  }
  const tiles = new Map<string, Uint8Array>()
  if (wanted.size > 0) {
    for (const { level, index, hashes } of await find([...wanted.values()]))
      tiles.set(`${level}/${index}`, hashes)
  }
  return covers.map((cover) =>
    joinCover(
      hash,
      cover.map(({ level, tile, offset, width }) => {
        const hashes = isOpen(level, tile) ? view.open[level] : tiles.get(`${level}/${tile}`)
        if (hashes === undefined || hashes.length < (offset + width) * HASH_BYTES) {
          throw new Error(`tile ${tile} of level ${level} is missing or cut short`)
        }
        return fold(hash, hashes, offset, width)
      }),
    ),
  )
}

/** The perfect node over `width` neighbouring hashes; `width` is a power of two. */
export function fold(hash: TreeHash, hashes: Uint8Array, offset: number, width: number): Uint8Array {
  if (width === 1) return hashes.slice(offset * HASH_BYTES, (offset + 1) * HASH_BYTES)
  const half = width / 2
  return hash.node(fold(hash, hashes, offset, half), fold(hash, hashes, offset + half, half))
}
