import type { Item } from './finding.ts'

export interface Shown {
  readonly items: readonly Item[]
  /** Those there is no bar for; null where every one has its own. */
  readonly others: { readonly items: number; readonly succeeded: number; readonly failed: number } | null
}

/** The largest, and the sum of all others in the last place. */
export function shownItems(
  items: readonly Item[],
  others: NonNullable<Shown['others']>,
  most: number,
): Shown {
  if (items.length + others.items <= most && others.items === 0) return { items, others: null }
  const shown = items.slice(0, most - 1)
  const left = items.slice(most - 1)
  const sum = (of: 'succeeded' | 'failed') => left.reduce((added, item) => added + item[of], others[of])
  return {
    items: shown,
    others: { items: left.length + others.items, succeeded: sum('succeeded'), failed: sum('failed') },
  }
}
