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
  /** Command lines as {@link mayRunLine} reads them. */
  readonly commands: readonly string[]
  /** Ids of servers it may act on; `*` alone is every server its holder reaches. */
  readonly servers: readonly string[]
  readonly paths: readonly PathBound[]
}

/** Whether one of the scopes covers an endpoint. */
export function isInScope(
  scopes: readonly string[],
  endpoint: string,
  kind: 'query' | 'command' | 'channel' | 'download' | 'redirect' | 'socket',
): boolean {
  const dot = endpoint.indexOf('.')
  const resource = endpoint.slice(0, dot)
  const action = endpoint.slice(dot + 1)
  const manner = ['command', 'redirect', 'socket'].includes(kind) ? 'write' : 'read'
  return scopes.some((scope) => {
    if (scope === '*') return true
    const [ofResource, ofAction] = scope.split(':')
    return (
      (ofResource === '*' || ofResource === resource) &&
      (ofAction === '*' || ofAction === action || ofAction === manner)
    )
  })
}

/**
 * Whether one of the rules covers a command line. A `*` at the end of a rule stands for any tail whatever, also one with
 * `;`, `&&`, `$(…)` or further lines; anywhere else it is an ordinary letter. A rule without it is the whole line, letter
 * by letter: `uptime` covers neither `uptime -p` nor `uptime; reboot`.
 */
export function mayRunLine({ commands }: Pick<Bounds, 'commands'>, line: string): boolean {
  return commands.some((rule) => (rule.endsWith('*') ? line.startsWith(rule.slice(0, -1)) : line === rule))
}

/** Whether every line there is would be covered. */
export const mayRunAnyLine = ({ commands }: Pick<Bounds, 'commands'>): boolean => commands.includes('*')

/**
 * The variables by which a shell or the loader, not the program, runs something the line does not say. Where only some
 * lines may be run, a caller must not set them.
 */
export const bendsTheLine = (variable: string): boolean =>
  /^(PATH|IFS|CDPATH|ENV|BASH_ENV|BASHOPTS|SHELLOPTS|PS4|PROMPT_COMMAND|ZDOTDIR|GCONV_PATH|LD_.*)$/.test(
    variable,
  )

/** Whether it may act on a server its holder reaches. */
export function mayUseServer({ servers }: Pick<Bounds, 'servers'>, serverId: string): boolean {
  return servers.includes('*') || servers.includes(serverId)
}

/**
 * Whether one of the rules covers an action on a file. Paths are compared by whole segments after `.`, `..` and doubled
 * slashes are resolved, so `/var/log` covers `/var/log/x` and not `/var/logs`. Where the path leads through symbolic
 * links only the machine knows: it asks again with the real path.
 */
export function mayTouchPath(
  { paths }: Pick<Bounds, 'paths'>,
  path: string,
  action: 'read' | 'write',
): boolean {
  const asked = segmentsOf(path)
  if (asked === undefined) return false
  return paths.some((rule) => {
    const covered = segmentsOf(rule.path)
    return (
      covered !== undefined &&
      (rule.action === '*' || rule.action === action) &&
      covered.length <= asked.length &&
      covered.every((segment, place) => segment === asked[place])
    )
  })
}

/** Undefined for what is no absolute path. `..` at the root stays there, as the kernel has it. */
function segmentsOf(path: string): string[] | undefined {
  if (!path.startsWith('/') || path.includes('\0')) return undefined
  const segments: string[] = []
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop()
    else if (segment !== '' && segment !== '.') segments.push(segment)
  }
  return segments
}
