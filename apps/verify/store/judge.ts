import { toHex } from '../../../base/common/journal/bytes.ts'
import { TILE_WIDTH } from '../../../base/common/journal/tile-tree.ts'
import type { Damage } from '../outcome.ts'
import type { Mismatch } from './range.ts'
import type { UpperMismatch } from './walk.ts'

/** Which of the signed roots hold, told in ascending order of size. */
export class Judge {
  /** The largest size whose root the rows lead to. */
  rowsGood = 0
  /** The largest whose root the stored tiles lead to. */
  tilesGood = 0
  /** The first size whose root neither does. */
  firstBad: { readonly size: number; readonly after: number } | undefined

  tell(size: number, rowsHold: boolean, tilesHold: boolean): void {
    if (rowsHold) this.rowsGood = size
    else if (tilesHold) this.tilesGood = size
    else this.firstBad ??= { size, after: Math.max(this.rowsGood, this.tilesGood) }
  }
}

/**
 * Names what differs. Where the rows lead to a root that was signed, a tile that differs was rewritten; where the tiles do,
 * the row was; where neither does, the damage lies between the last root that holds and the first that does not.
 */
export function judge(given: {
  readonly judge: Judge
  readonly mismatches: readonly Mismatch[]
  readonly upper: readonly UpperMismatch[]
  readonly missingTiles: readonly number[]
}): Damage[] {
  const { judge, mismatches, upper, missingTiles } = given
  const damage: Damage[] = []
  const sealedAs = new Map(
    mismatches.flatMap(({ sequence, tile }) => (tile ? [[toHex(tile), sequence]] : [])),
  )
  const rewrittenTiles = new Set<number>()
  const suspects: Mismatch[] = []
  for (const mismatch of mismatches) {
    const { sequence, row } = mismatch
    if (row === undefined)
      damage.push({ kind: 'missing', from: sequence, why: `entry ${sequence} is missing` })
    else if (judge.rowsGood > sequence) rewrittenTiles.add(Math.floor(sequence / TILE_WIDTH))
    else if (judge.tilesGood > sequence) {
      const origin = sealedAs.get(toHex(row))
      damage.push(
        origin === undefined
          ? {
              kind: 'edited',
              from: sequence,
              why: `the text of entry ${sequence} is not the one that was sealed`,
            }
          : {
              kind: 'reordered',
              from: sequence,
              why: `in the place of entry ${sequence} is what was sealed as entry ${origin}`,
            },
      )
    } else suspects.push(mismatch)
  }
  for (const index of rewrittenTiles) {
    damage.push({
      kind: 'tile',
      from: undefined,
      why: `tile ${index} of level 0 is not the one of its entries, which are as they were signed`,
    })
  }
  for (const index of missingTiles) {
    damage.push({ kind: 'tile', from: undefined, why: `tile ${index} of level 0 is missing` })
  }
  const explained = damage.some(({ kind }) => kind === 'missing')
  if (judge.firstBad !== undefined && !(explained && suspects.length === 0)) {
    damage.push(rangeOf(judge.firstBad, suspects, upper))
  }
  for (const { level, tile, from, missing } of upper) {
    if (missing)
      damage.push({ kind: 'tile', from: undefined, why: `tile ${tile} of level ${level} is missing` })
    else if (judge.rowsGood > from && damage.length === 0) {
      damage.push({
        kind: 'tile',
        from: undefined,
        why: `tile ${tile} of level ${level} is not the one of its entries, which are as they were signed`,
      })
    }
  }
  return damage
}

/** As narrow as can be known: an upper tile that was left alone narrows it to its 256 entries. */
function rangeOf(
  { size, after }: { size: number; after: number },
  suspects: readonly Mismatch[],
  upper: readonly UpperMismatch[],
): Damage {
  const roots = `the root over ${after} entries is as it was signed, the one over ${size} is not`
  const suspect = suspects.find(({ sequence }) => sequence >= after && sequence < size)
  if (suspect !== undefined) {
    const why = `entry ${suspect.sequence} differs from the tile over it, and neither leads to what was signed: ${roots}`
    return { kind: 'range', from: suspect.sequence, to: size - 1, why }
  }
  const node = upper.find(({ from, to, missing }) => !missing && to > after && from < size)
  const from = Math.max(after, node?.from ?? after)
  const to = Math.min(size, node?.to ?? size) - 1
  return { kind: 'range', from, to, why: `somewhere from entry ${from} to entry ${to}: ${roots}` }
}
