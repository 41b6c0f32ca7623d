import { z } from 'zod'
import {
  Completeness,
  channel,
  command,
  Instant,
  InstantAsk,
  PageAsk,
  page,
  query,
  ROLES,
  socket,
} from '../../../base/common/api.ts'
import { AccountName } from '../../identity/common/person.ts'
import { ATTACH_FRAME_BYTES_MAX } from './attach.ts'
import {
  Cols,
  Rows,
  TERMINAL_COLS_MAX,
  TERMINAL_ROWS_MAX,
  TerminalDetail,
  TerminalPolicy,
  TerminalRow,
  TerminalStatus,
  Viewer,
} from './terminal.ts'

export const SHARE_MINUTES_MIN = 5
export const SHARE_MINUTES_MAX = 180

/** Filters of the Terminals and Websh pages; each is a URL parameter of the same name. */
export const TerminalFilter = z.object({
  serverId: z.uuid().optional(),
  personId: z.uuid().optional(),
  account: z.string().min(1).max(64).optional(),
  status: TerminalStatus.optional(),
  /** `true`: opening or live. `false`: all others. */
  live: z.enum(['true', 'false']).optional(),
  workSessionId: z.uuid().optional(),
  from: InstantAsk.optional(),
  to: InstantAsk.optional(),
  /** Looked for in the names of server, account and operator, and in the address, letter case ignored. */
  text: z.string().min(1).max(200).optional(),
})

const ById = z.object({ id: z.uuid() })
/** Admits one WebSocket, once, within 30 s: `/api/terminal.attach?id=…&ticket=…`. */
const Ticket = z.object({ ticket: z.string(), expiresAt: Instant })

/** What a guest sees of the terminal they join. */
const Joined = z.object({
  /** For this guest alone: gets a new ticket with terminal.rejoin for as long as the share lasts. */
  guest: z.string(),
  ticket: z.string(),
  terminalId: z.uuid(),
  serverName: z.string(),
  account: z.string().nullable(),
  operatorName: z.string(),
  readOnly: z.boolean(),
  cols: z.number().int(),
  rows: z.number().int(),
  expiresAt: Instant,
})

const rows = 'the terminals they opened, and live ones on servers of groups they own'

export const terminalApi = {
  'terminal.open': command({
    allow: ['admin', 'member'],
    about: 'Opens a terminal on a server, as one’s own account or another.',
    in: z.object({ serverId: z.uuid(), account: AccountName.optional(), cols: Cols, rows: Rows }),
    out: ById,
  }),
  'terminal.attach': socket({
    allow: 'anyone',
    about: 'The terminal itself, bytes both ways: for its owner, and for whoever brings a ticket.',
    rows: 'the terminals they opened',
    frameBytes: ATTACH_FRAME_BYTES_MAX,
    in: z.object({
      id: z.uuid(),
      ticket: z.string().min(1).max(100).optional(),
      /** The client says how much it has drawn. */
      flow: z.literal('ack').optional(),
      /** The size of the owner's window; the terminal takes it at once. */
      cols: z.coerce.number().int().min(2).max(TERMINAL_COLS_MAX).optional(),
      rows: z.coerce.number().int().min(1).max(TERMINAL_ROWS_MAX).optional(),
    }),
  }),
  'terminal.list': query({
    allow: ROLES,
    about: 'Terminals one may see, newest first.',
    rows,
    in: PageAsk.extend(TerminalFilter.shape),
    out: page(TerminalRow).extend({ completeness: Completeness }),
  }),
  'terminal.read': query({
    allow: ROLES,
    about: 'One terminal, whole.',
    rows,
    in: ById,
    out: TerminalDetail,
  }),
  'terminal.viewers': query({
    allow: ROLES,
    about: 'Who is and was at a terminal, newest first.',
    rows,
    in: PageAsk.extend({ id: z.uuid() }),
    out: page(Viewer),
  }),
  'terminal.close': command({
    allow: ['admin', 'member'],
    about: 'Ends a terminal: its processes are hung up. Administrators may end another’s.',
    in: ById,
    out: TerminalDetail,
  }),
  'terminal.ticket': command({
    allow: ['admin', 'member'],
    about: 'A one-time ticket to attach to one’s own terminal.',
    quiet: 'Nothing changes; that somebody attached is recorded when they do.',
    in: ById,
    out: Ticket,
  }),
  'terminal.watch': command({
    allow: ['admin', 'member'],
    peopleOnly: true,
    about: 'A one-time ticket to watch another’s terminal: administrators, and owners of the server’s group.',
    in: ById,
    out: Ticket,
  }),
  'terminal.share': command({
    allow: ['admin', 'member'],
    peopleOnly: true,
    about: 'Makes a link by which others may come to one’s terminal for a while. A link made before ends.',
    in: z.object({
      id: z.uuid(),
      minutes: z.number().int().min(SHARE_MINUTES_MIN).max(SHARE_MINUTES_MAX),
      password: z.string().min(4, 'use at least 4 characters').max(128).optional(),
      readOnly: z.boolean().optional(),
    }),
    /** The link holds the secret in its fragment, which no browser sends to a server. It is shown this once. */
    out: z.object({ id: z.uuid(), link: z.string(), readOnly: z.boolean(), expiresAt: Instant }),
  }),
  'terminal.unshare': command({
    allow: ['admin', 'member'],
    about: 'Ends the share of a terminal; its guests have to leave at once.',
    in: ById,
    out: ById,
  }),
  'terminal.join': command({
    allow: 'anyone',
    about:
      'Joins a shared terminal as a guest, with the secret of the link, its password if it has one, and a name.',
    in: z.object({
      secret: z.string().min(1).max(100),
      password: z.string().max(128).optional(),
      name: z.string().trim().min(1, 'give a name').max(60),
    }),
    out: Joined,
  }),
  'terminal.rejoin': command({
    allow: 'anyone',
    about: 'A new ticket for a guest who lost the connection.',
    quiet: 'Nothing changes; that the guest is back is recorded when they attach.',
    in: z.object({ guest: z.string().min(1).max(100) }),
    out: Joined,
  }),
  'terminal.changes': channel({
    allow: ROLES,
    about: 'Rows that match the filter, as they appear and change.',
    rows,
    in: TerminalFilter,
    out: z.object({ rows: z.array(TerminalRow), completeness: Completeness.nullable() }),
  }),
  'terminal.policy': query({
    allow: ROLES,
    about: 'What holds for terminals of this workspace.',
    rows: 'what everybody sees',
    in: z.object({}),
    out: TerminalPolicy,
  }),
  'terminal.set-policy': command({
    allow: ['admin'],
    peopleOnly: true,
    about: 'Changes what holds for terminals opened from now on.',
    stepUp: true,
    in: TerminalPolicy.partial(),
    out: TerminalPolicy,
  }),
}
