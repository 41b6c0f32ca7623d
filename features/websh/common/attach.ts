import { z } from 'zod'
import { Cols, Rows, TerminalStatus, ViewerMode } from './terminal.ts'

/**
 * What is said on `/api/terminal.attach?id=…`. Binary frames are terminal bytes both ways: what the terminal printed, and
 * what is typed. Text frames are these messages, JSON. Both ends pass over messages they do not know.
 *
 * Who attaches: `id` with the session cookie (and the console's own Origin) or a bearer token with scope
 * `terminal:attach`, by the terminal's owner; `id` and `ticket` by whoever was given that ticket.
 *
 * Flow: with `flow=ack` in the address the client says with `ack` how much it has drawn, and never has more than
 * {@link ATTACH_WINDOW_BYTES} before it; without, the connection's own backpressure has to do. A viewer who falls behind
 * is given a new screen (`screen`) instead of what was missed; the owner's tab that is ahead sets the pace of the terminal.
 */
export const ATTACH_WINDOW_BYTES = 256 * 1024
/** The longest single frame a client may send; a longer paste is cut by the client. */
export const ATTACH_FRAME_BYTES_MAX = 1024 * 1024

/** Client → server. */
export const AttachAsk = z.discriminatedUnion('type', [
  /** The owner's only: the tab that typed or resized last decides the size. Others are told. */
  z.object({ type: z.literal('resize'), cols: Cols, rows: Rows }),
  /** `bytes`: all bytes of binary frames drawn since the connection was made. */
  z.object({ type: z.literal('ack'), bytes: z.number().int().min(0) }),
  /** Nobody can see it just now, or can again: a hidden tab draws hardly anything, and the terminal does not wait for it. */
  z.object({ type: z.literal('away'), away: z.boolean() }),
  z.object({ type: z.literal('ping') }),
])
export type AttachAsk = z.infer<typeof AttachAsk>

export const Present = z.object({
  id: z.uuid(),
  name: z.string(),
  mode: ViewerMode,
  readOnly: z.boolean(),
  remoteAddress: z.string(),
  joinedAt: z.iso.datetime(),
})
export type Present = z.infer<typeof Present>

/** Server → client. */
export const AttachTell = z.discriminatedUnion('type', [
  /** First of all. `readOnly`: what is typed is refused. */
  z.object({
    type: z.literal('attached'),
    /** This viewer's own id in `people`. */
    viewerId: z.uuid(),
    terminalId: z.uuid(),
    mode: ViewerMode,
    readOnly: z.boolean(),
    serverName: z.string(),
    account: z.string().nullable(),
    operatorName: z.string(),
    status: TerminalStatus,
    cols: z.number().int(),
    rows: z.number().int(),
    strict: z.boolean(),
    linked: z.boolean(),
    /** When a guest has to leave; null for others. */
    expiresAt: z.iso.datetime().nullable(),
  }),
  /**
   * Reset the terminal to this size: the next `bytes` bytes of binary frames draw the screen as it is. Sent after
   * `attached`, and again after the viewer fell behind.
   */
  z.object({
    type: z.literal('screen'),
    cols: z.number().int(),
    rows: z.number().int(),
    bytes: z.number().int(),
  }),
  /** The terminal has this size from the next byte on. */
  z.object({ type: z.literal('resize'), cols: z.number().int(), rows: z.number().int() }),
  /** The shell runs: sent when it starts after this viewer attached. */
  z.object({ type: z.literal('started'), account: z.string(), shell: z.string() }),
  /** Who is here, this viewer included. Guests are told the names and modes only: `remoteAddress` is empty. */
  z.object({ type: z.literal('people'), people: z.array(Present) }),
  /** The agent's link went or came back. The shell runs on; what is typed meanwhile is refused. */
  z.object({ type: z.literal('link'), linked: z.boolean() }),
  /** So many bytes of input did not reach the terminal and will not: they are not kept for later. */
  z.object({ type: z.literal('input-lost'), bytes: z.number().int(), why: z.string() }),
  /** Nobody typed for long: it is closed in so many seconds. 0: somebody did, all is well. */
  z.object({ type: z.literal('idle'), seconds: z.number().int() }),
  /** The recording broke or goes on; where the policy says so, the terminal ends. */
  z.object({ type: z.literal('recording'), broken: z.boolean(), why: z.string().nullable() }),
  z.object({ type: z.literal('pong') }),
  /** The terminal has ended; the connection is closed after it. `code` null: no exit status is known. */
  z.object({
    type: z.literal('exit'),
    code: z.number().int().nullable(),
    signal: z.string().nullable(),
    reason: z.string().nullable(),
  }),
  /** This viewer has to leave: the connection is closed after it. */
  z.object({ type: z.literal('leave'), code: z.string(), message: z.string() }),
])
export type AttachTell = z.infer<typeof AttachTell>

/** Close codes of the WebSocket. */
export const AttachClose = {
  /** After `exit`. */
  ended: 1000,
  /** The server is stopping: attach again in a moment. */
  stopping: 1001,
  protocol: 4400,
  signedOut: 4401,
  /** The right to be here is gone: role, group, share, or a force-close. */
  forbidden: 4403,
} as const
