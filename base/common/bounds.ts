import { z } from 'zod'

/**
 * What a token may ask for: `resource:action`, as the endpoint `command.submit` is `command:submit`. `read` stands for every
 * query, download and channel of the resource, `write` for every command, `*` for anything on either side.
 */
export const TokenScope = z
  .string()
  .regex(
    /^(\*|(\*|[a-z][a-z-]*):(\*|[a-z][a-z-]*))$/,
    'a scope is resource:action, for example command:submit, server:read or command:*',
  )
  .max(80)

/** An action on files below a path. */
export const FILE_ACTIONS = ['read', 'write', '*'] as const

/** A path and everything below it. */
export const PathBound = z.object({
  path: z
    .string()
    .max(4096)
    .regex(/^\/[^\0]*$/, 'a path begins with /'),
  action: z.enum(FILE_ACTIONS).default('read'),
})
export type PathBound = z.infer<typeof PathBound>

/** All a credential may do at most, whatever its person may. Every list denies what it does not name. */
export interface Bounds {
  readonly scopes: readonly string[]
  /** Command lines. A `*` at the end matches any tail; without it the line must match exactly. */
  readonly commands: readonly string[]
  /** Ids of servers it may act on; `*` alone is every server its holder reaches. */
  readonly servers: readonly string[]
  readonly paths: readonly PathBound[]
}

/** Whether one of the scopes covers an endpoint. */
export function isInScope(
  scopes: readonly string[],
  endpoint: string,
  kind: 'query' | 'command' | 'channel' | 'download',
): boolean {
  const dot = endpoint.indexOf('.')
  const resource = endpoint.slice(0, dot)
  const action = endpoint.slice(dot + 1)
  const manner = kind === 'command' ? 'write' : 'read'
  return scopes.some((scope) => {
    if (scope === '*') return true
    const [ofResource, ofAction] = scope.split(':')
    return (
      (ofResource === '*' || ofResource === resource) &&
      (ofAction === '*' || ofAction === action || ofAction === manner)
    )
  })
}
