import { type Api, ROLES } from '../../../../base/common/api.ts'

/** What scopes can name: every endpoint a token could be let into, by resource. */
export function scopeChoices(contract: readonly Api[]) {
  const endpoints = contract
    .flatMap((api) => Object.entries(api))
    .filter(
      ([name, { peopleOnly, stepUp, allow }]) =>
        !(peopleOnly || stepUp || allow === 'anyone' || name.startsWith('auth.')),
    )
    .sort(([one], [other]) => (one < other ? -1 : 1))
  const byResource = Map.groupBy(endpoints, ([name]) => name.slice(0, name.indexOf('.')))
  return {
    resources: [...byResource].map(([name, its]) => ({
      name,
      actions: its.map(([full, { kind, about, allow }]) => ({
        name: full.slice(name.length + 1),
        manner: kind === 'command' ? ('write' as const) : ('read' as const),
        about,
        allow: ROLES.filter((role) => allow.includes(role)),
      })),
    })),
  }
}
