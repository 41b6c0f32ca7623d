/** What two things measured in turns differ by. */
export interface Difference {
  readonly median: number
  /** The median lies between these with 95 % certainty, whatever the differences are distributed like. */
  readonly low: number
  readonly high: number
  /** Wilcoxon's signed ranks: how likely differences at least as one-sided are where nothing differs. */
  readonly likely: number
}

/** @param differences of a pair each, at least 20; the larger the count, the better the normal distribution fits */
export function pairedDifference(differences: readonly number[]): Difference {
  const sorted = differences.toSorted((one, other) => one - other)
  const count = sorted.length
  const place = Math.max(0, Math.floor(count / 2 - (1.96 * Math.sqrt(count)) / 2) - 1)
  const ranked = sorted
    .filter((difference) => difference !== 0)
    .toSorted((one, other) => Math.abs(one) - Math.abs(other))
  const positive = ranked.reduce((sum, difference, rank) => sum + (difference > 0 ? rank + 1 : 0), 0)
  const n = ranked.length
  const z = (positive - (n * (n + 1)) / 4) / Math.sqrt((n * (n + 1) * (2 * n + 1)) / 24)
  const middle = (sorted[Math.floor((count - 1) / 2)]! + sorted[Math.floor(count / 2)]!) / 2
  return { median: middle, low: sorted[place]!, high: sorted[count - 1 - place]!, likely: bothTails(z) }
}

/** Of the standard normal distribution, both tails; by Abramowitz and Stegun 26.2.17, to 1e-7. */
function bothTails(z: number): number {
  const x = Math.abs(z)
  const t = 1 / (1 + 0.2316419 * x)
  const series =
    t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))))
  return 2 * (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)) * series
}
