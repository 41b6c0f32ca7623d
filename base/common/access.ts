import type { AccessRow } from './access-api.ts'
import { type Api, type Endpoint, ROLES } from './api.ts'

/** The tables of endpoints as rows for people: what docs/access.md and the console's page of it are made from. */
export function accessRows(apis: readonly Api[]): AccessRow[] {
  return apis.flatMap((api) =>
    Object.entries(api).map(([endpoint, shape]) => ({
      endpoint,
      kind: shape.kind,
      about: shape.about,
      anyone: shape.allow === 'anyone',
      roles: shape.allow === 'anyone' ? [...ROLES] : [...shape.allow],
      rows: ('rows' in shape && shape.rows) || null,
      // No token may sign in or prove anything, whether the endpoint says so or not.
      peopleOnly: shape.peopleOnly === true || endpoint.startsWith('auth.'),
      stepUp: shape.stepUp === true || fieldsThatAsk(shape),
    })),
  )
}

function fieldsThatAsk(shape: Endpoint): string[] | false {
  const fields = 'stepUpFor' in shape ? (shape.stepUpFor ?? []) : []
  return fields.length > 0 && [...fields]
}
