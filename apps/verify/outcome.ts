/** What kind of damage; the words printed and the `kind` in --json. */
export const DAMAGE = {
  edited: 'edited',
  column: 'column edited',
  missing: 'deleted',
  reordered: 'reordered',
  tail: 'tail cut',
  older: 'tail cut, or restored from an older backup',
  rewritten: 'rewritten, or restored from an older backup and continued',
  range: 'edited',
  tile: 'tile rewritten',
  unsigned: 'not signed',
  key: 're-signed with another key',
  counts: 'counts wrong',
  recording: 'recording damaged',
} as const
export type DamageKind = keyof typeof DAMAGE

export interface Damage {
  readonly kind: DamageKind
  /** The first entry this is about; undefined when it is about none. */
  readonly from: number | undefined
  /** The last one it may be about, when that is not known more closely. */
  readonly to?: number | undefined
  readonly why: string
}

export interface Outcome {
  /** Each line says one thing that was checked, or what could not be. */
  readonly checked: readonly string[]
  readonly warnings: readonly string[]
  /** First entry first. Empty: all that was checked holds. */
  readonly damage: readonly Damage[]
  readonly entries: number
  readonly seconds: number
}

/** By first entry; what is about no entry last. */
export const inOrder = (damage: readonly Damage[]): Damage[] =>
  damage.toSorted((one, other) => (one.from ?? Number.MAX_VALUE) - (other.from ?? Number.MAX_VALUE))
