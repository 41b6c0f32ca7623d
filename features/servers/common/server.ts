import { z } from 'zod'
import { Instant } from '../../../base/common/api.ts'
import { Facts } from '../../../wire/common/facts.ts'

/** connected: the agent's link is open. offline: it was. never: enrolled and not seen since. */
export const LinkState = z.enum(['connected', 'offline', 'never'])
export type LinkState = z.infer<typeof LinkState>

export const Server = z.object({
  id: z.uuid(),
  name: z.string(),
  groups: z.array(z.object({ id: z.uuid(), name: z.string() })),
  link: LinkState,
  /** When the link was last heard. */
  heardAt: Instant.nullable(),
  agentVersion: z.string().nullable(),
  protocolVersion: z.number().int().nullable(),
  os: z.string().nullable(),
  address: z.string().nullable(),
  /** Server clock minus agent clock, milliseconds; null until measured. */
  clockOffsetMilliseconds: z.number().nullable(),
  /** Reports still waiting on the agent, and since when. */
  queue: z.object({ reports: z.number().int(), oldestAt: Instant.nullable() }).nullable(),
  /** Events are complete up to here. */
  completeTo: Instant.nullable(),
  /** Size of the newest journal checkpoint the agent keeps. */
  checkpointSize: z.number().int().nullable(),
  /** Set when the agent refused a checkpoint: the alarm is in the record. */
  checkpointAlarm: z.string().nullable(),
  enrolledAt: Instant,
})
export type Server = z.infer<typeof Server>

export const ServerDetail = Server.extend({
  facts: Facts.nullable(),
  factsAt: Instant.nullable(),
  publicKey: z.string(),
})
export type ServerDetail = z.infer<typeof ServerDetail>

/** A stretch of an agent's numbered reports that did not arrive. */
export const Hole = z.object({
  id: z.uuid(),
  serverId: z.uuid(),
  serverName: z.string(),
  from: z.number().int(),
  to: z.number().int(),
  count: z.number().int(),
  since: Instant.nullable(),
  until: Instant.nullable(),
  /** `lost`: the agent says it cannot send them. `missing`: it may still hold them. */
  state: z.enum(['lost', 'missing', 'filled']),
  why: z.string(),
  foundAt: Instant,
})
export type Hole = z.infer<typeof Hole>

export const ServerToken = z.object({
  id: z.uuid(),
  name: z.string(),
  groups: z.array(z.object({ id: z.uuid(), name: z.string() })),
  createdAt: Instant,
  expiresAt: Instant.nullable(),
  usesLeft: z.number().int().nullable(),
  usedCount: z.number().int(),
  state: z.enum(['active', 'expired', 'used up', 'revoked']),
})
export type ServerToken = z.infer<typeof ServerToken>
