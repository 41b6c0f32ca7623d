import { equal, HASH_BYTES } from '../../../base/common/journal/bytes.ts'
import { Frontier } from '../../../base/common/journal/frontier.ts'
import { TILE_HEIGHT, TILE_WIDTH } from '../../../base/common/journal/tile-tree.ts'
import { hashing } from '../crypto.ts'
import type { NodePair, RangeReport } from './range.ts'

/** A stored node above the lowest tiles that the rows do not lead to: it covers the entries `from` to `to` − 1. */
export interface UpperMismatch {
  readonly level: number
  readonly tile: number
  readonly from: number
  readonly to: number
  /** The whole tile is not there. */
  readonly missing: boolean
}

/** Walks over the reports from left to right and has the root at every wanted size, by the rows and by the stored tiles. */
export class Walk {
  readonly upper: UpperMismatch[] = []
  readonly #rows = new Frontier(hashing)
  /** Set from the first difference on. */
  #tiles: Frontier | undefined
  readonly #upperTiles: ReadonlyMap<string, Buffer>
  readonly #onRoot: (size: number, roots: NodePair) => void
  readonly #end: number

  constructor(
    end: number,
    upperTiles: ReadonlyMap<string, Buffer>,
    onRoot: (size: number, roots: NodePair) => void,
  ) {
    this.#end = end
    this.#upperTiles = upperTiles
    this.#onRoot = onRoot
  }

  add(report: RangeReport, sizes: readonly number[]): void {
    let wanted = 0
    const tell = (until: number) => {
      for (; wanted < sizes.length && sizes[wanted]! <= until; wanted++)
        this.#tell(sizes[wanted]!, report.partials)
    }
    for (let at = 0; at < report.tileRoots.length; at += HASH_BYTES) {
      const index = report.from / TILE_WIDTH + at / HASH_BYTES
      tell((index + 1) * TILE_WIDTH - 1)
      const root = report.tileRoots.slice(at, at + HASH_BYTES)
      const other = report.otherRoots.get(index)
      if (other !== undefined) this.#tiles ??= this.#rows.copy()
      this.#tiles?.append(other ?? root, TILE_HEIGHT)
      this.#compare(TILE_HEIGHT, root)
      this.#rows.append(root, TILE_HEIGHT, (height, node) => this.#compare(height, node))
      tell((index + 1) * TILE_WIDTH)
    }
    tell(Number.POSITIVE_INFINITY)
  }

  #tell(size: number, partials: ReadonlyMap<number, NodePair>): void {
    const partial = partials.get(size)
    if (partial === undefined) {
      this.#onRoot(size, { rows: this.#rows.root(), tiles: this.#tiles?.root() })
      return
    }
    const tiles = this.#tiles ?? (partial.tiles && this.#rows)
    this.#onRoot(size, {
      rows: this.#rows.rootWith(partial.rows),
      tiles: tiles?.rootWith(partial.tiles ?? partial.rows),
    })
  }

  /** Compares a node at a tile's height with the stored tile that holds it, if the journal is long enough to have stored it. */
  #compare(height: number, node: Uint8Array): void {
    if (height % TILE_HEIGHT !== 0) return
    const level = height / TILE_HEIGHT
    const width = 2 ** height
    // The frontier has the size before this node while it is told of the nodes that it completes.
    const index = Math.floor(this.#rows.size / width)
    const tile = Math.floor(index / TILE_WIDTH)
    if ((tile + 1) * TILE_WIDTH * width > this.#end) return
    const stored = this.#upperTiles.get(`${level}/${tile}`)
    const at = (index % TILE_WIDTH) * HASH_BYTES
    if (stored !== undefined && equal(stored.subarray(at, at + HASH_BYTES), node)) return
    if (stored === undefined && at > 0) return
    this.upper.push({
      level,
      tile,
      from: index * width,
      to: (index + 1) * width,
      missing: stored === undefined,
    })
  }
}
