import { z } from 'zod'
import { Facts } from './facts.ts'

/**
 * The agent protocol, version 1. One WebSocket, opened by the agent: text frames are these messages, binary frames
 * are stream data (frames.ts). Both ends accept unknown fields, so that a newer end may say more.
 */
export const PROTOCOL_VERSIONS = [1] as const

/** Reports are numbered from 1 without gaps by each agent, kept until committed, and stored exactly once, in order. */
export const Report = z.object({
  n: z.number().int().min(1),
  /** When it happened, by the agent's clock. ISO 8601. */
  at: z.iso.datetime(),
  /** For example `command.started`; a feature's `server/reports.ts` handles it. */
  kind: z.string().max(80),
  body: z.unknown(),
})
export type Report = z.infer<typeof Report>

/** Something the agent must do at most once; the id is remembered across restarts of either side. */
export const Order = z.object({ id: z.uuid(), kind: z.string().max(80), body: z.unknown() })
export type Order = z.infer<typeof Order>

// ── agent → server ──────────────────────────────────────────────────────────

export const AgentHello = z.object({
  t: z.literal('hello'),
  agentId: z.uuid(),
  version: z.number().int(),
  /** Ed25519 over `annals-link-1\n<agentId>\n<nonce>\n<version>`, base64. */
  signature: z.string().max(120),
  agentVersion: z.string().max(40),
  /** The agent's clock when it wrote this. */
  at: z.iso.datetime(),
  /** Changes when the agent starts anew; the same across reconnects. */
  runId: z.string().max(64),
  /** The next number it will give, so that a restored server learns what it lost. */
  nextReport: z.number().int(),
  /** Size of the checkpoint it keeps; 0 when none. */
  checkpointSize: z.number().int(),
})

export const AgentMessage = z.discriminatedUnion('t', [
  AgentHello,
  /** A batch in order. Answered by `committed`. */
  z.object({ t: z.literal('reports'), items: z.array(Report).min(1).max(1000) }),
  /** Every 10 s, and at once when asked: it is alive, what runs, what waits. */
  z.object({
    t: z.literal('beat'),
    at: z.iso.datetime(),
    running: z.array(z.uuid()).max(10_000),
    queue: z.object({ reports: z.number().int(), oldestAt: z.iso.datetime().nullable() }),
    checkpointSize: z.number().int(),
  }),
  /** A stream this agent has bytes for; answered by `stream.position`. */
  z.object({ t: z.literal('stream.offer'), stream: z.uuid(), purpose: z.string().max(80) }),
  /** The answer to `checkpoint.ask`: the note it keeps, and the one it refused, if any. */
  z.object({
    t: z.literal('checkpoint.kept'),
    note: z.string().max(10_000).nullable(),
    refused: z.string().max(10_000).nullable(),
  }),
  z.object({ t: z.literal('facts'), facts: Facts }),
])
export type AgentMessage = z.infer<typeof AgentMessage>

// ── server → agent ──────────────────────────────────────────────────────────

export const ServerMessage = z.discriminatedUnion('t', [
  /** First on every connection. The agent picks the highest version both speak. */
  z.object({
    t: z.literal('challenge'),
    nonce: z.string().max(100),
    versions: z.array(z.number().int()),
    at: z.iso.datetime(),
  }),
  z.object({
    t: z.literal('welcome'),
    version: z.number().int(),
    serverId: z.uuid(),
    name: z.string(),
    /** Reports up to here are stored: the agent may forget them. */
    committed: z.number().int(),
    at: z.iso.datetime(),
  }),
  /** The link will be closed. `again` false: this agent must not come back by itself (its enrolment ended). */
  z.object({
    t: z.literal('refused'),
    code: z.string(),
    message: z.string(),
    again: z.boolean(),
    retryAfterSeconds: z.number().optional(),
  }),
  z.object({ t: z.literal('committed'), upTo: z.number().int() }),
  /** Number `expected` was due and another came: go back and send from there, or report what was lost. */
  z.object({ t: z.literal('resend'), expected: z.number().int() }),
  z.object({ t: z.literal('order'), order: Order }),
  /** Bytes below `offset` are durable; the agent may have `credit` more under way. `unwanted`: forget this stream. */
  z.object({
    t: z.literal('stream.position'),
    stream: z.uuid(),
    offset: z.number().int(),
    credit: z.number().int(),
    unwanted: z.boolean().optional(),
  }),
  /** A newer signed head of the journal, with the proof that it extends the one of `fromSize`. */
  z.object({
    t: z.literal('checkpoint'),
    note: z.string().max(10_000),
    fromSize: z.number().int(),
    /** SHA-256 hashes, base64. */
    proof: z.array(z.string().length(44)).max(64),
  }),
  /** The journal's key was rotated: the new verifier key, endorsed by the old (Ed25519 over its text, base64). */
  z.object({ t: z.literal('key'), key: z.string().max(300), endorsement: z.string().max(120) }),
  z.object({ t: z.literal('checkpoint.ask') }),
  z.object({ t: z.literal('facts.ask') }),
])
export type ServerMessage = z.infer<typeof ServerMessage>

export const challengeText = (agentId: string, nonce: string, version: number) =>
  `annals-link-1\n${agentId}\n${nonce}\n${version}`

/** Reports every agent makes itself; features add theirs beside their own code. */
export const HoleReport = z.object({
  /** The lost numbers, inclusive. This report itself stands in for them and takes the number after `to`. */
  from: z.number().int(),
  to: z.number().int(),
  since: z.iso.datetime().nullable(),
  until: z.iso.datetime().nullable(),
  why: z.string().max(300),
})

export const CheckpointAlarmReport = z.object({
  kept: z.string().max(10_000),
  offered: z.string().max(10_000),
  why: z.string().max(300),
})
