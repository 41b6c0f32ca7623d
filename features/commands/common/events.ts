import { z } from 'zod'
import { event } from '../../../base/common/event.ts'
import { ErrorPhase } from './command.ts'

const line = z.string().max(70_000)
const ended = z.object({
  line: z.string().max(1000),
  exitCode: z.number().int().nullable(),
  signal: z.string().nullable(),
  errorPhase: ErrorPhase.nullable(),
  reason: z.string().nullable(),
  elapsedMilliseconds: z.number().nullable(),
  stdoutBytes: z.number().int(),
  stderrBytes: z.number().int(),
  droppedBytes: z.number().int(),
  /** SHA-256 of the kept output, hexadecimal; null when there was none. */
  outputSha256: z.string().nullable(),
})

export const commandsEvents = {
  'command.submitted': event({
    title: 'Command submitted',
    weight: 'routine',
    data: z.object({
      /** Cut at 16 KiB; `lineSha256` is of the whole. */
      line,
      lineSha256: z.string().optional(),
      account: z.string().nullable(),
      group: z.string().nullable(),
      envNames: z.array(z.string()),
      stdinBytes: z.number().int().nullable(),
      timeoutSeconds: z.number().int().nullable(),
      scheduledAt: z.string().nullable(),
      runAfter: z.string().nullable(),
    }),
    say: (who, data) => `${who} submitted ${data.line}`,
    sample: {
      line: 'systemctl status postgresql',
      account: 'deploy',
      group: null,
      envNames: ['LANG'],
      stdinBytes: null,
      timeoutSeconds: 60,
      scheduledAt: null,
      runAfter: null,
    },
  }),
  'command.refused': event({
    title: 'Command refused',
    weight: 'notable',
    data: z.object({ what: z.string().max(200), servers: z.number().int() }),
    say: (who, data) => `${who} was refused a command: the line contained ${data.what}`,
    sample: { what: 'a password in a URL', servers: 1 },
  }),
  'command.denied': event({
    title: 'Command denied',
    weight: 'alarming',
    data: z.object({
      code: z.enum(['command not authorized', 'server not authorized', 'environment not authorized']),
      /** What was asked for: to run the line, or to cancel or stop the command that runs it. */
      act: z.enum(['submit', 'cancel', 'stop']),
      line: z.string().max(1000),
      /** Servers named in the request; the one that was refused stands with the entry. */
      servers: z.number().int(),
    }),
    say: (who, data) => `${who} was not let ${data.act} ${data.line}: ${data.code}`,
    sample: { code: 'command not authorized', act: 'submit', line: 'reboot', servers: 1 },
  }),
  'command.finished': event({
    title: 'Command finished',
    weight: 'routine',
    data: ended,
    say: (_who, data) =>
      `${data.line} ended ${data.exitCode === null ? (data.signal ?? data.errorPhase ?? 'without a code') : `with ${data.exitCode}`}`,
    sample: {
      line: 'systemctl status postgresql',
      exitCode: 0,
      signal: null,
      errorPhase: null,
      reason: null,
      elapsedMilliseconds: 42,
      stdoutBytes: 742,
      stderrBytes: 0,
      droppedBytes: 0,
      outputSha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    },
  }),
  'command.reported': event({
    title: 'Agent task done',
    weight: 'routine',
    data: z.object({
      line: z.string().max(4000),
      exitCode: z.number().int(),
      elapsedMilliseconds: z.number(),
    }),
    say: (who, data) => `${who} did ${data.line}`,
    sample: { line: 'commit --facts os,disks', exitCode: 0, elapsedMilliseconds: 12 },
  }),
  'command.cancelled': event({
    title: 'Command cancelled',
    weight: 'notable',
    data: z.object({ line: z.string().max(1000), reason: z.string() }),
    say: (who, data) => `${who} cancelled ${data.line}`,
    sample: { line: 'reboot', reason: 'Cancelled by Mina Park before it was picked up' },
  }),
  'command.rejected': event({
    title: 'Command rejected by the agent',
    weight: 'notable',
    data: z.object({ line: z.string().max(1000), reason: z.string().max(400) }),
    say: (who, data) => `${who} would not run ${data.line}: ${data.reason}`,
    sample: { line: 'uptime', reason: 'This agent cannot read that order' },
  }),
  'command.withheld': event({
    title: 'Command rejected when due',
    weight: 'notable',
    data: z.object({ line: z.string().max(1000), reason: z.string().max(400) }),
    say: (_who, data) => `${data.line} did not run: ${data.reason}`,
    sample: { line: 'systemctl restart ledger', reason: 'When it was due, the token deploy is disabled' },
  }),
  'command.cancel-requested': event({
    title: 'Command cancel requested',
    weight: 'routine',
    data: z.object({
      line: z.string().max(1000),
      /** Where nobody asked for it: whoever had asked for the command may not run it any more. */
      reason: z.string().max(400).optional(),
    }),
    say: (who, data) =>
      `${who} asked the agent not to start ${data.line}${data.reason === undefined ? '' : `: ${data.reason}`}`,
    sample: { line: 'reboot', reason: 'When it was to be sent again, the token deploy is disabled' },
  }),
  'command.stop-requested': event({
    title: 'Command stop requested',
    weight: 'notable',
    data: z.object({ line: z.string().max(1000) }),
    say: (who, data) => `${who} asked to stop ${data.line}`,
    sample: { line: 'pg_dump ledger' },
  }),
  'command.unresponsive': event({
    title: 'Command unresponsive',
    weight: 'alarming',
    data: z.object({ line: z.string().max(1000), silentSeconds: z.number().int() }),
    say: (_who, data) => `Nothing was heard of ${data.line} for ${data.silentSeconds} s`,
    sample: { line: 'pg_dump ledger', silentSeconds: 600 },
  }),
  'command.recovered': event({
    title: 'Command heard again',
    weight: 'notable',
    data: z.object({ line: z.string().max(1000) }),
    say: (_who, data) => `${data.line} was heard of again`,
    sample: { line: 'pg_dump ledger' },
  }),
} as const

/** Lines in entries that are not the submission itself: enough to recognize them by. */
export const shortLine = (text: string) => (text.length > 1000 ? `${text.slice(0, 997)}...` : text)
