import { z } from 'zod'
import { ErrorPhase } from './command.ts'

/** Order `command.run`: the server asks for one execution. The order's id is the command's id. */
export const RunOrder = z.object({
  line: z.string(),
  account: z.string().nullable(),
  group: z.string().nullable(),
  timeoutSeconds: z.number().int().nullable(),
  /** Environment values and standard input, sealed to the agent's key (wire/sealed.ts, context = the order's id); null when there are none. */
  sealed: z.string().nullable(),
  submittedAt: z.iso.datetime(),
})
export type RunOrder = z.infer<typeof RunOrder>

/** What `sealed` opens to. */
export const RunSecrets = z.object({ env: z.record(z.string(), z.string()), stdin: z.string().nullable() })
export type RunSecrets = z.infer<typeof RunSecrets>

/** Orders `command.stop` (kill the process group) and `command.cancel` (do not start it): `id` is their own, this names the command. */
export const EndOrder = z.object({ commandId: z.uuid(), reason: z.string().max(300) })

/**
 * Output travels as stream `purpose: 'command.output'`, stream id = command id. The stream's bytes are pieces:
 *   0     track: 1 stdout, 2 stderr, 9 gap
 *   1–8   when, milliseconds since 1970 by the agent's clock, unsigned, big endian
 *   9–12  length of what follows, unsigned, big endian
 *   13…   that many bytes. A gap's content is 8 bytes: how many output bytes are kept nowhere.
 * The agent keeps the first 64 MiB of output, counts the rest, and ends with a gap and the last 512 KiB.
 */
export const OUTPUT_KEPT_BYTES = 64 * 1024 * 1024
export const OUTPUT_TAIL_BYTES = 512 * 1024
export const PIECE_HEADER_BYTES = 13
export const OutputTrack = { stdout: 1, stderr: 2, gap: 9 } as const

const commandId = z.object({ commandId: z.uuid() })

/** Reports, in the order they can come. */
export const CommandReports = {
  /** The agent has it on disk and will run it at most once. */
  'command.accepted': commandId,
  'command.started': commandId.extend({ pid: z.number().int() }),
  'command.finished': commandId.extend({
    exitCode: z.number().int().nullable(),
    signal: z.string().max(20).nullable(),
    errorPhase: ErrorPhase.nullable(),
    reason: z.string().max(1000).nullable(),
    /** By the monotonic clock; null when the process never started. */
    elapsedMilliseconds: z.number().nullable(),
    stdoutBytes: z.number().int(),
    stderrBytes: z.number().int(),
    droppedBytes: z.number().int(),
    /** Length of the output stream: it is complete when the server has this many bytes. */
    streamBytes: z.number().int(),
  }),
  /** It was taken back before it started. */
  'command.cancelled': commandId,
  /** A task of the agent's own, as a row with shell `internal`. `commandId` is made by the agent. */
  'command.internal': commandId.extend({
    line: z.string().max(4000),
    result: z.string().max(4000),
    exitCode: z.number().int(),
    startedAt: z.iso.datetime(),
    elapsedMilliseconds: z.number(),
  }),
} as const
