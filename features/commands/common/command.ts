import { z } from 'zod'
import { Instant } from '../../../base/common/api.ts'

/** Every state a command can be in. The words people see are in `statusWords`. */
export const CommandStatus = z.enum([
  'queued',
  'scheduled',
  'delivered',
  'verifying',
  'running',
  'awaiting_approval',
  'success',
  'failed',
  'rejected',
  'cancelled',
  'stuck',
])
export type CommandStatus = z.infer<typeof CommandStatus>

export const StatusWord = z.enum([
  'Scheduled',
  'Running',
  'Awaiting approval',
  'Success',
  'Failed',
  'Rejected',
  'Cancelled',
  'Unresponsive',
])
export type StatusWord = z.infer<typeof StatusWord>

export const statusWords: Record<CommandStatus, StatusWord> = {
  queued: 'Scheduled',
  scheduled: 'Scheduled',
  delivered: 'Scheduled',
  verifying: 'Running',
  running: 'Running',
  awaiting_approval: 'Awaiting approval',
  success: 'Success',
  failed: 'Failed',
  rejected: 'Rejected',
  cancelled: 'Cancelled',
  stuck: 'Unresponsive',
}

export const CommandShell = z.enum(['system', 'internal'])
export type CommandShell = z.infer<typeof CommandShell>

export const ErrorPhase = z.enum([
  'agent_disconnected',
  'agent_timeout',
  'remote_command_exceeded_timeout',
  'spawn_failed',
])
export type ErrorPhase = z.infer<typeof ErrorPhase>

/** Where a row stands in the journal: its newest entry, null until that is sealed. */
export const EntryMark = z.object({ sequence: z.number().int() }).nullable()

export const Operator = z.object({
  id: z.uuid().nullable(),
  name: z.string(),
  kind: z.enum(['person', 'token', 'agent', 'system']),
  /** The token a person acted through; null where they acted in their own session. */
  via: z.object({ id: z.uuid(), name: z.string() }).nullable(),
})

export const CommandRow = z.object({
  id: z.uuid(),
  serverId: z.uuid(),
  serverName: z.string(),
  shell: CommandShell,
  line: z.string(),
  /** First 200 characters of what came back; the first error line where it failed. Empty until something came. */
  result: z.string(),
  operator: Operator,
  /** The word shown; `state` is the raw one. */
  status: StatusWord,
  state: CommandStatus,
  /** Seconds from submission (or the due time) to pick-up; null until picked up, never negative. */
  delaySeconds: z.number().nullable(),
  /** Seconds it ran, by the agent's monotonic clock; null while it has not ended. */
  elapsedSeconds: z.number().nullable(),
  submittedAt: Instant,
  startedAt: Instant.nullable(),
  scheduledAt: Instant.nullable(),
  workSession: z.object({ id: z.uuid(), name: z.string() }).nullable(),
  exitCode: z.number().int().nullable(),
  entry: EntryMark,
})
export type CommandRow = z.infer<typeof CommandRow>

export const CommandDetail = CommandRow.extend({
  account: z.string().nullable(),
  group: z.string().nullable(),
  /** Names only: values are sealed to the agent and kept nowhere. */
  envNames: z.array(z.string()),
  /** Size of the standard input given, null when none was. */
  stdinBytes: z.number().int().nullable(),
  timeoutSeconds: z.number().int().nullable(),
  runAfterId: z.uuid().nullable(),
  signal: z.string().nullable(),
  errorPhase: ErrorPhase.nullable(),
  /** Why it was refused, failed to start, was cancelled or stopped, in one sentence. */
  reason: z.string().nullable(),
  pid: z.number().int().nullable(),
  deliveredAt: Instant.nullable(),
  pickedUpAt: Instant.nullable(),
  finishedAt: Instant.nullable(),
  heardAt: Instant.nullable(),
  stopRequestedAt: Instant.nullable(),
  remoteAddress: z.string().nullable(),
  client: z.string().nullable(),
  output: z.object({
    stdoutBytes: z.number().int(),
    stderrBytes: z.number().int(),
    /** Bytes that were produced and are kept nowhere. */
    droppedBytes: z.number().int(),
    /** True when the whole output, up to 64 MiB, can be downloaded. */
    downloadable: z.boolean(),
    /** SHA-256 of the kept output file, hexadecimal; null while it runs. */
    sha256: z.string().nullable(),
    /** False while output may still arrive. */
    complete: z.boolean(),
  }),
  /** Every change of state, oldest first. */
  states: z.array(z.object({ state: z.string(), at: Instant })),
})
export type CommandDetail = z.infer<typeof CommandDetail>

/** One stretch of output in the order it was produced, or a band of what is not kept here. */
export const OutputPiece = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('text'),
    stream: z.enum(['stdout', 'stderr']),
    /** Byte offset in the combined output. */
    offset: z.number().int(),
    text: z.string(),
    at: Instant,
  }),
  z.object({
    kind: z.literal('band'),
    offset: z.number().int(),
    bytes: z.number().int(),
    downloadable: z.boolean(),
  }),
])
export type OutputPiece = z.infer<typeof OutputPiece>

const unfinished: readonly CommandStatus[] = [
  'queued',
  'scheduled',
  'delivered',
  'verifying',
  'running',
  'awaiting_approval',
  'stuck',
]
const notPickedUp: readonly CommandStatus[] = ['queued', 'scheduled', 'delivered', 'awaiting_approval']

/** What can be done to a command in its present state. The server and the buttons both ask here. */
export const commandCan = {
  cancel: (command: { state: CommandStatus }) => notPickedUp.includes(command.state),
  stop: (command: { state: CommandStatus }) => ['verifying', 'running', 'stuck'].includes(command.state),
  finish: (command: { state: CommandStatus }) => unfinished.includes(command.state),
}
