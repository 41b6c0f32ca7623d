/** The name that differs least from what was written, or undefined when none is near enough to be meant. */
export function nearest(written: string, names: readonly string[]): string | undefined {
  const limit = Math.max(2, Math.floor(written.length / 3))
  const ranked = names
    .map((name) => ({ name, distance: editDistance(written.toUpperCase(), name.toUpperCase()) }))
    .sort((a, b) => a.distance - b.distance)
  const best = ranked[0]
  return best !== undefined && best.distance <= limit ? best.name : undefined
}

/** Levenshtein distance: insertions, deletions and replacements of single characters. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1))
    }
    row = next
  }
  return row[b.length]!
}
