import { z } from 'zod'
import { Instant } from '../../../base/common/api.ts'
import { EntryMark, Operator } from '../../commands/common/command.ts'

/** Where a terminal stands. `interrupted`: the agent was gone and did not come back with it. `imported`: recorded elsewhere. */
export const TerminalStatus = z.enum(['opening', 'live', 'ended', 'failed', 'imported', 'interrupted'])
export type TerminalStatus = z.infer<typeof TerminalStatus>

export const terminalWords: Record<TerminalStatus, string> = {
  opening: 'Opening',
  live: 'Live',
  ended: 'Ended',
  failed: 'Failed',
  imported: 'Imported',
  interrupted: 'Interrupted',
}

export const isOpen = (status: TerminalStatus) => status === 'opening' || status === 'live'

/** How a terminal was reached: the console, an API token, or not at all. */
export const ClientType = z.enum(['web', 'token', 'import'])
export type ClientType = z.infer<typeof ClientType>

export const TERMINAL_COLS_MAX = 1000
export const TERMINAL_ROWS_MAX = 500

export const Cols = z.number().int().min(2).max(TERMINAL_COLS_MAX)
export const Rows = z.number().int().min(1).max(TERMINAL_ROWS_MAX)

/** How somebody is at a terminal: it is theirs, they look at another's, or they came by a share link. */
export const ViewerMode = z.enum(['owner', 'watch', 'guest'])
export type ViewerMode = z.infer<typeof ViewerMode>

export const TerminalRow = z.object({
  id: z.uuid(),
  serverId: z.uuid().nullable(),
  serverName: z.string(),
  /** The account of the operating system; until it started, the one that was asked for. */
  account: z.string().nullable(),
  /** Its primary group, known once it started. */
  group: z.string().nullable(),
  operator: Operator,
  clientType: ClientType,
  /** "Chrome 142 on Linux"; null where the client does not say. */
  browser: z.string().nullable(),
  remoteAddress: z.string().nullable(),
  status: TerminalStatus,
  /** Whether the agent that holds it is linked just now; null when it has ended. */
  linked: z.boolean().nullable(),
  /** People at it just now, the owner's own tabs included; 0 when it has ended. */
  people: z.number().int(),
  cols: z.number().int(),
  rows: z.number().int(),
  openedAt: Instant,
  startedAt: Instant.nullable(),
  endedAt: Instant.nullable(),
  /** From start to end; null while it has not ended or when it never started. */
  durationSeconds: z.number().nullable(),
  exitCode: z.number().int().nullable(),
  signal: z.string().nullable(),
  /** Why it ended or did not start, in one sentence; null when the shell simply exited. */
  endReason: z.string().nullable(),
  workSession: z.object({ id: z.uuid(), name: z.string() }).nullable(),
  entry: EntryMark,
})
export type TerminalRow = z.infer<typeof TerminalRow>

export const TerminalDetail = TerminalRow.extend({
  /** The newest entry about somebody who looked at it; `entry` is of what happened to itself. */
  viewing: EntryMark,
  uid: z.number().int().nullable(),
  gid: z.number().int().nullable(),
  /** The login shell's path. */
  shell: z.string().nullable(),
  pid: z.number().int().nullable(),
  /** The User-Agent header, bounded. */
  client: z.string().nullable(),
  /** No byte is shown before it is durable, and without a recording there is no terminal. */
  strict: z.boolean(),
  /** Minutes without a key after which it is closed; null: never. */
  idleMinutes: z.number().int().nullable(),
  /** Whether the shell was asked to mark its commands; null until that is known. */
  shellIntegration: z.boolean().nullable(),
  /** Bytes the terminal printed, as far as they are recorded, and milliseconds of the last of them. */
  recordedBytes: z.number().int(),
  recordedMilliseconds: z.number().int(),
  /** The link others may come by; null when there is none. Its secret is shown once, by terminal.share. */
  share: z
    .object({
      id: z.uuid(),
      readOnly: z.boolean(),
      hasPassword: z.boolean(),
      createdAt: Instant,
      expiresAt: Instant,
    })
    .nullable(),
  /** What the one who asks may do with it now. */
  can: z.object({ attach: z.boolean(), watch: z.boolean(), close: z.boolean(), share: z.boolean() }),
})
export type TerminalDetail = z.infer<typeof TerminalDetail>

/** Somebody who is or was at a terminal. */
export const Viewer = z.object({
  id: z.uuid(),
  mode: ViewerMode,
  /** A guest's is the name they gave. */
  name: z.string(),
  personId: z.uuid().nullable(),
  readOnly: z.boolean(),
  remoteAddress: z.string(),
  browser: z.string().nullable(),
  joinedAt: Instant,
  /** null while they are there. */
  leftAt: Instant.nullable(),
  /** Why they had to leave; null when they left by themselves. */
  leaveReason: z.string().nullable(),
})
export type Viewer = z.infer<typeof Viewer>

/** What holds for terminals of the whole workspace; each terminal keeps what held when it was opened. */
export const TerminalPolicy = z.object({
  strict: z.boolean(),
  /** When a recording breaks: end the terminal, or go on and say so. Strict ones always end. */
  whenRecordingBreaks: z.enum(['end', 'go-on']),
  /** Minutes without a key until a terminal is closed; null: never. */
  idleMinutes: z.number().int().min(1).max(1440).nullable(),
  /** Ask shells to mark their commands. */
  shellIntegration: z.boolean(),
  /** Whether terminals may be shared by link. */
  sharing: z.boolean(),
  /** Regular expressions; what they match in typed text is not kept. */
  inputMasks: z.array(z.string().min(1).max(200)).max(50),
})
export type TerminalPolicy = z.infer<typeof TerminalPolicy>
