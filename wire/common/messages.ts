import { z } from 'zod'
import { Facts } from './facts.ts'

/**
 * The agent protocol. One WebSocket, opened by the agent: text frames are these messages, binary frames are stream data
 * (frames.ts). Both ends accept unknown fields, so that a newer end may say more. Version 2 adds terminals: `terminals`,
 * `terminal.taken`, `terminal.resize`, and binary frames from the server. On a link of version 1 none of them is sent.
 */
export const PROTOCOL_VERSIONS = [1, 2] as const
/** From this version on an agent can hold terminals. */
export const TERMINALS_VERSION = 2

const terminal = z.uuid()
/** How many bytes of input have been written to a terminal since it began. */
const taken = z.number().int().min(0)

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
  /**
   * The next number it will give, so that a restored server learns what it lost. 0: its queue was damaged or is gone;
   * it goes on with the number after the `committed` of `welcome`, and begins with a hole that says so.
   */
  nextReport: z.number().int(),
  /** Size of the checkpoint it keeps; 0 when none. `fromSize` of the next `checkpoint` must be this. */
  checkpointSize: z.number().int(),
})

export const AgentMessage = z.discriminatedUnion('t', [
  AgentHello,
  /** A batch in order, at most 1 MiB of JSON. Several may be under way. Answered by `committed` (one may answer many). */
  z.object({ t: z.literal('reports'), items: z.array(Report).min(1).max(1000) }),
  /** Every 10 s, and at once when asked: it is alive, what runs, what waits. */
  z.object({
    t: z.literal('beat'),
    at: z.iso.datetime(),
    running: z.array(z.uuid()).max(10_000),
    queue: z.object({ reports: z.number().int(), oldestAt: z.iso.datetime().nullable() }),
    checkpointSize: z.number().int(),
  }),
  /**
   * A stream this agent has bytes for; answered by `stream.position`. Made anew on every connection; the first
   * position after it says where to begin. A stream without bytes is never offered.
   */
  z.object({ t: z.literal('stream.offer'), stream: z.uuid(), purpose: z.string().max(80) }),
  /** The answer to `checkpoint.ask`: the note it keeps, and the one it refused, if any. */
  z.object({
    t: z.literal('checkpoint.kept'),
    note: z.string().max(10_000).nullable(),
    refused: z.string().max(10_000).nullable(),
  }),
  z.object({ t: z.literal('facts'), facts: Facts }),
  /**
   * After each `welcome`: the terminals it holds. What is not among them and not being opened it does not have. `length`: bytes of
   * its stream so far, so that it is known how much has to be brought before what happens now.
   */
  z.object({
    t: z.literal('terminals'),
    items: z.array(z.object({ terminal, taken, length: z.number().int().min(0).optional() })).max(10_000),
  }),
  /** Answers input frames (one may answer many), also one that it passed over because bytes before it are missing. */
  z.object({ t: z.literal('terminal.taken'), terminal, taken }),
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
  /** Number `expected` was due and another came that is not a hole covering it: the agent sends again from there, or a hole. */
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
  /**
   * A newer signed head of the journal, with the proof that it extends the one of `fromSize`, the size the agent last
   * said or was last sent. Another `fromSize` is passed over and answered by a `beat`. An agent that keeps none takes
   * the first that the pinned key signed: `fromSize` 0, no proof.
   */
  z.object({
    t: z.literal('checkpoint'),
    note: z.string().max(10_000),
    fromSize: z.number().int(),
    /** SHA-256 hashes, base64. */
    proof: z.array(z.string().length(44)).max(64),
  }),
  /**
   * The journal's key was rotated: the new verifier key, with Ed25519 signatures (base64) over `rotationStatement`
   * (base/common/journal/rotation.ts) by the old key (`endorsement`) and by the new one (`acceptance`). Sent when it
   * happens and, oldest first, for every rotation there ever was right after `welcome`: the agent takes the one that
   * follows the key it pins and passes over the others.
   */
  z.object({
    t: z.literal('key'),
    key: z.string().max(300),
    endorsement: z.string().max(120),
    oldKey: z.string().max(300).optional(),
    acceptance: z.string().max(120).optional(),
  }),
  z.object({ t: z.literal('checkpoint.ask') }),
  z.object({ t: z.literal('facts.ask') }),
  /** For a terminal that runs; passed over for any other. */
  z.object({
    t: z.literal('terminal.resize'),
    terminal,
    cols: z.number().int().min(1).max(10_000),
    rows: z.number().int().min(1).max(10_000),
  }),
])
export type ServerMessage = z.infer<typeof ServerMessage>

export const challengeText = (agentId: string, nonce: string, version: number) =>
  `annals-link-1\n${agentId}\n${nonce}\n${version}`

/** Reports every agent makes itself; features add theirs beside their own code. */

/**
 * Kind `hole`: numbers that were given and whose reports cannot be sent. The report takes the last lost number, so its
 * `n` equals `to`. A server that expects any number from `from` to `to` accepts it in place of them all and goes on
 * with `to + 1`; numbers below the one it expects are stored already and not lost.
 */
export const HoleReport = z.object({
  /** The lost numbers, inclusive. */
  from: z.number().int(),
  to: z.number().int(),
  since: z.iso.datetime().nullable(),
  until: z.iso.datetime().nullable(),
  why: z.string().max(300),
})
export type HoleReport = z.infer<typeof HoleReport>

/** Kind `checkpoint.alarm`: the agent was sent a checkpoint that does not extend the one it keeps, and kept its own. */
export const CheckpointAlarmReport = z.object({
  kept: z.string().max(10_000),
  offered: z.string().max(10_000),
  why: z.string().max(300),
})
export type CheckpointAlarmReport = z.infer<typeof CheckpointAlarmReport>

/** Kind `order.refused`: an order of a kind this agent does not know or cannot read. It will not be acted on. */
export const OrderRefusedReport = z.object({
  orderId: z.uuid(),
  kind: z.string().max(80),
  why: z.string().max(300),
})
export type OrderRefusedReport = z.infer<typeof OrderRefusedReport>
