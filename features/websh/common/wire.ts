import { z } from 'zod'

/**
 * Order `terminal.open`: a terminal as an account. The order's id is the terminal's. It is sent once, on one connection:
 * whoever asked is waiting, and a terminal that opens later than that is nobody's.
 */
export const OpenOrder = z.object({
  /** null: the one the agent runs as. */
  account: z.string().nullable(),
  cols: z.number().int().min(1),
  rows: z.number().int().min(1),
  /** Without a key for so long it is closed; a warning comes a minute before, of limits below four in the last quarter. null: never. */
  idleMinutes: z.number().int().min(1).nullable(),
  /** Ask the shell to mark its commands. */
  shellIntegration: z.boolean(),
  /** Regular expressions: what they match in a typed line is not kept. */
  inputMasks: z.array(z.string()).max(50),
})
export type OpenOrder = z.infer<typeof OpenOrder>

/** Order `terminal.close`: `id` is its own, this names the terminal. Its processes are hung up, then killed. */
export const CloseOrder = z.object({ terminalId: z.uuid(), reason: z.string().max(300) })

/**
 * What happens at a terminal travels as stream `purpose: 'terminal.record'`, stream id = terminal id; its bytes are pieces
 * (piece.ts). It begins with a resize piece and ends with the note `exit`. What is typed comes as frames of track 3.
 */
export const RECORD_PURPOSE = 'terminal.record'

const terminalId = z.object({ terminalId: z.uuid() })

/** Reports, in the order they can come. */
export const TerminalReports = {
  'terminal.started': terminalId.extend({
    pid: z.number().int(),
    account: z.string().max(64),
    group: z.string().max(64).nullable(),
    uid: z.number().int(),
    gid: z.number().int(),
    shell: z.string().max(400),
    shellIntegration: z.boolean(),
  }),
  /** It never started, and will not. */
  'terminal.failed': terminalId.extend({ why: z.string().max(300) }),
  /** Sent when the server has the whole stream. */
  'terminal.ended': terminalId.extend({
    /** `interrupted`: the agent was gone before it, so its last moments may be missing. */
    how: z.enum(['ended', 'interrupted']),
    exitCode: z.number().int().nullable(),
    signal: z.string().max(20).nullable(),
    reason: z.string().max(300).nullable(),
    /** By the monotonic clock; null when it is not known. */
    elapsedMilliseconds: z.number().nullable(),
    /** Length of the stream. */
    streamBytes: z.number().int(),
  }),
} as const

/** What notes of the piece stream say. Readers pass over notes they do not know. */
export const TerminalNote = z.discriminatedUnion('note', [
  z.object({
    note: z.literal('shell'),
    shell: z.string(),
    integration: z.boolean(),
    nonceHash: z.string().optional(),
  }),
  /** In so many seconds it is closed unless somebody types; 0: somebody did. */
  z.object({ note: z.literal('idle'), seconds: z.number() }),
  /** Output that could not be kept. */
  z.object({ note: z.literal('lost'), bytes: z.number() }),
  z.object({
    note: z.literal('exit'),
    code: z.number().nullable(),
    signal: z.string().nullable(),
    reason: z.string().nullable(),
  }),
])
export type TerminalNote = z.infer<typeof TerminalNote>
