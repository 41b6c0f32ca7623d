import type { Counts } from './counts.ts'

/** A run of tiles for one thread to read. `from` is a multiple of 256, and so is `to` unless it is the end of the journal. */
export interface Range {
  readonly from: number
  readonly to: number
  /** false: outside what was asked for; its stored tiles are taken at their word. */
  readonly reads: boolean
  /** Sizes within (from, to] whose roots are wanted, ascending. */
  readonly sizes: readonly number[]
  /** Checkpoints among them, whose signatures are checked. */
  readonly checkpoints: readonly { readonly size: number; readonly note: string; readonly signer: string }[]
}

/** Where a row and the stored tile over it disagree. */
export interface Mismatch {
  readonly sequence: number
  /** undefined: the row is missing. */
  readonly row: Uint8Array | undefined
  /** undefined: no tile covers it. */
  readonly tile: Uint8Array | undefined
}

export interface Finding {
  readonly sequence: number
  readonly why: string
}

/** A node of the tree as the rows make it, and as the stored tiles do where that differs. */
export interface NodePair {
  readonly rows: Uint8Array
  readonly tiles: Uint8Array | undefined
}

export interface RangeReport {
  readonly from: number
  readonly to: number
  readonly rows: number
  /** Roots of the whole tiles in the range, in order. */
  readonly tileRoots: Uint8Array
  /** Tile index → its root by the stored hashes. */
  readonly otherRoots: ReadonlyMap<number, Uint8Array>
  /** For each wanted size that ends inside a tile: the node over that tile's part below it. */
  readonly partials: ReadonlyMap<number, NodePair>
  readonly mismatches: readonly Mismatch[]
  /** Edited columns, strange rows. */
  readonly columns: readonly Finding[]
  /** Level-0 tiles that ought to be stored and are not. */
  readonly missingTiles: readonly number[]
  readonly badSignatures: readonly { readonly size: number; readonly why: string }[]
  /** Entries about keys, by what their text says. */
  readonly keyEntries: readonly { readonly sequence: number; readonly body: string }[]
}

export type ToThread = { readonly range: Range } | { readonly finish: true }
export type FromThread =
  | { readonly report: RangeReport }
  | { readonly counts: Counts }
  | { readonly failed: string }

/** At most so many of each kind of finding from one range: whoever needs more has seen enough. */
export const FINDINGS_LIMIT = 5000
