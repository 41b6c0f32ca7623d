import { setImmediate } from 'node:timers/promises'

const PARTS_MAX = 2
const PART_LENGTH = 3
/** What the index of substrings certainly holds: in other scripts that depends on the database's locale. */
const partShape = /^[a-z0-9]{3}$/
/** Rows counted in one go, before others have their turn. */
const ROWS_IN_TURN = 200

/** How many rows of a sample have each part, in lower case. A part that none has is left out. */
export type PartCounts = ReadonlyMap<string, number>

/** Counted once for a sample: to look through thousands of rows for each text took longer than to find it. */
export async function countParts(rows: readonly string[]): Promise<PartCounts> {
  const counts = new Map<string, number>()
  for (const [index, row] of rows.entries()) {
    if (index % ROWS_IN_TURN === ROWS_IN_TURN - 1) await setImmediate()
    for (const part of new Set(partsOf(row.toLowerCase()))) counts.set(part, (counts.get(part) ?? 0) + 1)
  }
  return counts
}

function* partsOf(folded: string): Generator<string> {
  for (let at = 0; at + PART_LENGTH <= folded.length; at++) {
    const part = folded.slice(at, at + PART_LENGTH)
    if (partShape.test(part)) yield part
  }
}

/**
 * The parts of a text that the fewest rows of a sample have, and none that lies over another where that can be helped: `epl`, `plo`
 * and `loy` say the same. The index of substrings has a list of rows for each three letters, and asked for `release 4711` it reads
 * the long list of `ele` as well as the short one of `471`; with the few shortest it finds almost the same rows in a twentieth of the
 * time.
 * @param counts none where nothing is known, and then no parts
 */
export function rarestParts(text: string, counts: PartCounts): string[] {
  if (counts.size === 0) return []
  const places = Array.from({ length: Math.max(0, text.length - PART_LENGTH + 1) }, (_, at) => at)
    .map((at) => ({ at, part: text.slice(at, at + PART_LENGTH) }))
    .filter(({ part }) => partShape.test(part.toLowerCase()))
    .map(({ at, part }) => ({ at, part, count: counts.get(part.toLowerCase()) ?? 0 }))
    .sort((one, other) => one.count - other.count || one.at - other.at)
  const chosen: typeof places = []
  for (const distance of [PART_LENGTH, 1])
    for (const place of places) {
      if (chosen.length === PARTS_MAX) break
      if (chosen.every(({ at }) => Math.abs(at - place.at) >= distance)) chosen.push(place)
    }
  return [...new Set(chosen.map(({ part }) => part))]
}
