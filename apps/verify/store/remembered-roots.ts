import { equal } from '../../../base/common/journal/bytes.ts'
import type { Damage } from '../outcome.ts'
import type { Remembered } from '../remembered.ts'
import type { NodePair } from './range.ts'

/** Keeps the roots at the sizes somebody remembers. */
export class RememberedRoots {
  readonly #roots = new Map<number, NodePair | undefined>()

  constructor(heads: readonly Remembered[]) {
    for (const { size } of heads) this.#roots.set(size, undefined)
  }

  tell(size: number, roots: NodePair): void {
    if (this.#roots.has(size)) this.#roots.set(size, roots)
  }

  at(size: number): NodePair | undefined {
    return this.#roots.get(size)
  }
}

/** Whether the journal begins with each remembered head; those of one size are compared with each other by that. */
export function judgeRemembered(roots: RememberedRoots, heads: readonly Remembered[], end: number): Damage[] {
  const damage: Damage[] = []
  let good = 0
  for (const { size, root, file } of heads) {
    if (size > end) {
      const why = `entry ${end} is missing: ${file} remembers ${size} entries, the journal ends after ${end}`
      damage.push({ kind: 'older', from: end, to: size - 1, why })
      continue
    }
    const pair = roots.at(size)
    if (size === 0 || (pair !== undefined && equal(pair.rows, root))) good = size
    else {
      const why = `somewhere from entry ${good} to entry ${size - 1}: the first ${size} entries are not those that ${file} remembers`
      damage.push({ kind: 'rewritten', from: good, to: size - 1, why })
    }
  }
  return damage
}
