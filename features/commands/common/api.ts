import { z } from 'zod'
import {
  Completeness,
  channel,
  command,
  download,
  InstantAsk,
  PageAsk,
  page,
  query,
  ROLES,
} from '../../../base/common/api.ts'
import { AccountName } from '../../identity/common/person.ts'
import { CommandDetail, CommandRow, CommandShell, CommandStatus, OutputPiece, StatusWord } from './command.ts'

export const commandLimits = {
  lineBytes: 64 * 1024,
  stdinBytes: 1024 * 1024,
  envNames: 100,
  envValueBytes: 32 * 1024,
  servers: 1000,
  timeoutSeconds: 7 * 24 * 3600,
} as const

/** Filters of the Commands page; each is a URL parameter of the same name. */
export const CommandFilter = z.object({
  serverId: z.uuid().optional(),
  personId: z.uuid().optional(),
  /** A word as shown, or a raw state. */
  status: z.union([StatusWord, CommandStatus]).optional(),
  shell: CommandShell.optional(),
  from: InstantAsk.optional(),
  to: InstantAsk.optional(),
  /** Looked for in lines and results, letter case ignored. */
  text: z.string().min(1).max(200).optional(),
  /** `true`: only those with a due time. */
  scheduled: z.enum(['true', 'false']).optional(),
})

const line = z
  .string()
  .min(1, 'the command line is empty')
  .refine((text) => !text.includes('\0'), 'a command line cannot contain a NUL character')
  .refine(
    (text) => new TextEncoder().encode(text).length <= commandLimits.lineBytes,
    `a command line has at most ${commandLimits.lineBytes} bytes; put a longer script into a file or into stdin`,
  )

export const commandsApi = {
  'command.submit': command({
    allow: ['admin', 'member'],
    about: 'Runs a line on one or many servers, now, at a time, or after another command succeeded.',
    bodyLimit: 4 * 1024 * 1024,
    in: z.object({
      serverIds: z.array(z.uuid()).min(1).max(commandLimits.servers),
      line,
      account: AccountName.optional(),
      group: AccountName.optional(),
      env: z
        .record(
          z
            .string()
            .regex(
              /^[A-Za-z_][A-Za-z0-9_]{0,127}$/,
              'a name has letters, digits and underscores and does not begin with a digit',
            ),
          z.string().max(commandLimits.envValueBytes),
        )
        .refine(
          (env) => Object.keys(env).length <= commandLimits.envNames,
          `at most ${commandLimits.envNames} variables`,
        )
        .optional(),
      stdin: z.string().max(commandLimits.stdinBytes).optional(),
      scheduledAt: InstantAsk.optional(),
      runAfter: z.uuid().optional(),
      timeoutSeconds: z.number().int().min(1).max(commandLimits.timeoutSeconds).optional(),
    }),
    out: z.object({ commands: z.array(z.object({ id: z.uuid(), serverId: z.uuid() })) }),
  }),
  'command.list': query({
    allow: ROLES,
    about: 'Commands one may see, newest first.',
    rows: 'commands they issued; owners and managers of a group, where the workspace grants it, all on its servers',
    in: PageAsk.extend(CommandFilter.shape),
    out: page(CommandRow).extend({ completeness: Completeness }),
  }),
  'command.read': query({
    allow: ROLES,
    about: 'One command, whole.',
    rows: 'commands they issued; owners and managers of a group, where the workspace grants it, all on its servers',
    in: z.object({ id: z.uuid() }),
    out: CommandDetail,
  }),
  'command.output': query({
    allow: ROLES,
    about: 'What a command printed, in order; `after` is the `next` of the page before.',
    rows: 'commands they issued; owners and managers of a group, where the workspace grants it, all on its servers',
    in: z.object({ id: z.uuid(), after: z.coerce.number().int().min(0).optional() }),
    out: z.object({
      pieces: z.array(OutputPiece),
      /** Goes back in as `after`; null when there is nothing more and nothing more can come. */
      next: z.number().int().nullable(),
      complete: z.boolean(),
    }),
  }),
  'command.download': download({
    allow: ROLES,
    about: 'The exact bytes a command printed, up to 64 MiB.',
    rows: 'commands they issued; owners and managers of a group, where the workspace grants it, all on its servers',
    in: z.object({ id: z.uuid(), stream: z.enum(['both', 'stdout', 'stderr']).default('both') }),
  }),
  'command.cancel': command({
    allow: ['admin', 'member'],
    about: 'Takes back a command that no server has picked up. Its row stays.',
    in: z.object({ id: z.uuid() }),
    out: CommandDetail,
  }),
  'command.stop': command({
    allow: ['admin', 'member'],
    about: 'Ends a running command: its whole process group is killed.',
    in: z.object({ id: z.uuid() }),
    out: CommandDetail,
  }),
  'command.changes': channel({
    allow: ROLES,
    about: 'Rows that match the filter, as they appear and change.',
    rows: 'commands they issued; owners and managers of a group, where the workspace grants it, all on its servers',
    in: CommandFilter,
    out: z.object({ rows: z.array(CommandRow), completeness: Completeness.nullable() }),
  }),
  'command.follow': channel({
    allow: ROLES,
    about: 'One command: its state and its output as it is printed.',
    rows: 'commands they issued; owners and managers of a group, where the workspace grants it, all on its servers',
    in: z.object({ id: z.uuid(), after: z.number().int().min(0).optional() }),
    out: z.object({
      command: CommandDetail,
      pieces: z.array(OutputPiece),
      next: z.number().int().nullable(),
    }),
  }),
}
