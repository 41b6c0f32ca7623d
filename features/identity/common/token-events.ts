import { z } from 'zod'
import { PathBound } from '../../../base/common/bounds.ts'
import { event } from '../../../base/common/event.ts'
import { ServiceRole, TokenKind } from './token.ts'

const name = z.string().max(120)
/** At most 20 are named; the count beside them is whole. */
const names = z.array(name).max(20)
const words = z.array(z.string().max(1000))

const bounds = {
  scopes: words,
  commands: words,
  servers: names,
  serverCount: z.number().int(),
  paths: z.array(PathBound),
  addresses: words,
}
const changeOf = <T extends z.ZodType>(value: T) => z.object({ before: value, after: value }).optional()

/** Why a secret that was right did not let anybody in. */
export const RefusedBecause = z.enum([
  'it is disabled',
  'it has expired',
  'it is not for this address',
  'its person cannot sign in',
  'this secret was replaced',
])
export type RefusedBecause = z.infer<typeof RefusedBecause>

export const tokenEvents = {
  'token.created': event({
    title: 'Token created',
    weight: 'notable',
    data: z.object({
      name,
      kind: TokenKind,
      ...bounds,
      expiresAt: z.string().nullable(),
      role: ServiceRole.nullable(),
      groups: names,
      groupCount: z.number().int(),
    }),
    say: (who, data) =>
      `${who} made the ${data.kind} token ${data.name} for ${data.scopes.join(', ') || 'nothing'}`,
    sample: {
      name: 'nightly backup',
      kind: 'service',
      scopes: ['command:submit', 'command:read'],
      commands: ['pg_dump *'],
      servers: ['sea-db-1'],
      serverCount: 1,
      paths: [{ path: '/var/backups', action: 'read' }],
      addresses: ['10.0.0.0/8'],
      expiresAt: '2027-02-19T00:00:00.000Z',
      role: 'member',
      groups: ['Sea'],
      groupCount: 1,
    },
  }),
  'token.updated': event({
    title: 'Token changed',
    weight: 'notable',
    data: z.object({
      name,
      changed: z.object({
        name: changeOf(name),
        scopes: changeOf(words),
        commands: changeOf(words),
        /** By name, at most 20 each. */
        servers: changeOf(names),
        paths: changeOf(z.array(PathBound)),
        addresses: changeOf(words),
        expiresAt: changeOf(z.string().nullable()),
      }),
    }),
    say: (who, data) => `${who} changed ${Object.keys(data.changed).join(', ')} of the token ${data.name}`,
    sample: {
      name: 'nightly backup',
      changed: { scopes: { before: ['command:*'], after: ['command:read'] } },
    },
  }),
  'token.rotated': event({
    title: 'Token rotated',
    weight: 'notable',
    data: z.object({ name }),
    say: (who, data) => `${who} replaced the secret of the token ${data.name}`,
    sample: { name: 'nightly backup' },
  }),
  'token.disabled': event({
    title: 'Token disabled',
    weight: 'notable',
    data: z.object({ name }),
    say: (who, data) => `${who} disabled the token ${data.name}`,
    sample: { name: 'nightly backup' },
  }),
  'token.enabled': event({
    title: 'Token enabled',
    weight: 'notable',
    data: z.object({ name }),
    say: (who, data) => `${who} enabled the token ${data.name} again`,
    sample: { name: 'nightly backup' },
  }),
  'token.refused': event({
    title: 'Token refused',
    weight: 'alarming',
    data: z.object({
      name,
      why: RefusedBecause,
      /** Uses refused for the same reason since the last such entry, without this one: one entry a minute is kept. */
      alsoRefused: z.number().int(),
    }),
    say: (_who, data) => `The token ${data.name} was refused: ${data.why}`,
    sample: { name: 'nightly backup', why: 'it is not for this address', alsoRefused: 12 },
  }),
} as const
