import type { Damage } from '../outcome.ts'
import type { Snapshot } from './snapshot.ts'

/** Numbers beyond what was signed by more than this are one finding, not millions. */
const UNSIGNED_LIMIT = 10_000_000

/** Compares where the entries, the checkpoints and the tiles end. All three are written in one transaction. */
export function compareEnds(snapshot: Pick<Snapshot, 'end' | 'checkpoints' | 'tilesBeyond'>): {
  end: number
  damage: Damage[]
} {
  const signed = snapshot.checkpoints.at(-1)?.size ?? 0
  const end = Math.min(snapshot.end, signed + UNSIGNED_LIMIT)
  const damage: Damage[] = []
  if (end < signed) {
    const why = `entry ${end} is missing: ${signed} entries were signed, the journal ends after ${end}`
    damage.push({ kind: 'tail', from: end, to: signed - 1, why })
  } else if (end > signed) {
    const why = `the entries from ${signed} on are covered by no checkpoint: it was deleted, or they were added by other hands`
    damage.push({ kind: 'unsigned', from: signed, to: snapshot.end - 1, why })
  }
  if (snapshot.tilesBeyond > 0 && end >= signed) {
    const why = `entry ${end} is missing: tiles are left of ${snapshot.tilesBeyond * 256} entries or so beyond the end`
    damage.push({ kind: 'tail', from: end, why })
  }
  return { end, damage }
}
