import { z } from 'zod'
import { event } from '../../../base/common/event.ts'
import { ViewerMode } from './terminal.ts'

const name = z.string().max(120)
const account = z.string().max(64)
const why = z.string().max(300)
const seconds = z.number()

export const terminalEvents = {
  'terminal.opened': event({
    title: 'Terminal asked for',
    weight: 'notable',
    data: z.object({
      account: account.nullable(),
      cols: z.number().int(),
      rows: z.number().int(),
      strict: z.boolean(),
    }),
    say: (who, data) => `${who} asked for a terminal${data.account === null ? '' : ` as ${data.account}`}`,
    sample: { account: 'deploy', cols: 120, rows: 32, strict: false },
  }),
  'terminal.refused': event({
    title: 'Terminal refused',
    weight: 'notable',
    data: z.object({ account: account.nullable(), code: z.string().max(100) }),
    say: (who, data) => `${who} was refused a terminal (${data.code})`,
    sample: { account: 'root', code: 'terminal.server_offline' },
  }),
  'terminal.started': event({
    title: 'Terminal started',
    weight: 'routine',
    data: z.object({
      account,
      group: z.string().max(64).nullable(),
      uid: z.number().int(),
      gid: z.number().int(),
      shell: z.string().max(400),
      pid: z.number().int(),
    }),
    say: (who, data) => `The terminal of ${who} started as ${data.account} (${data.uid}) with ${data.shell}`,
    sample: { account: 'deploy', group: 'deploy', uid: 1001, gid: 1001, shell: '/bin/bash', pid: 4711 },
  }),
  'terminal.failed': event({
    title: 'Terminal failed to start',
    weight: 'notable',
    data: z.object({ account: account.nullable(), why }),
    say: (who, data) => `The terminal of ${who} did not start: ${data.why}`,
    sample: { account: 'deploy', why: 'There is no account "deploy" on this server.' },
  }),
  'terminal.ended': event({
    title: 'Terminal ended',
    weight: 'routine',
    data: z.object({
      account: account.nullable(),
      how: z.enum(['ended', 'interrupted']),
      exitCode: z.number().int().nullable(),
      signal: z.string().max(20).nullable(),
      why: why.nullable(),
      durationSeconds: seconds.nullable(),
    }),
    say: (who, data) =>
      data.how === 'interrupted'
        ? `The terminal of ${who} was interrupted: ${data.why}`
        : `The terminal of ${who} ended${data.exitCode === null ? '' : ` with ${data.exitCode}`}${data.why === null ? '' : `: ${data.why}`}`,
    sample: { account: 'deploy', how: 'ended', exitCode: 0, signal: null, why: null, durationSeconds: 812.4 },
  }),
  'terminal.close-requested': event({
    title: 'Terminal closed',
    weight: 'notable',
    data: z.object({ ownerName: name, forced: z.boolean() }),
    say: (who, data) =>
      data.forced ? `${who} force-closed the terminal of ${data.ownerName}` : `${who} closed their terminal`,
    sample: { ownerName: 'Remy Okafor', forced: true },
  }),
  'terminal.shared': event({
    title: 'Terminal shared',
    weight: 'notable',
    data: z.object({
      shareId: z.uuid(),
      minutes: z.number().int(),
      readOnly: z.boolean(),
      hasPassword: z.boolean(),
    }),
    say: (who, data) =>
      `${who} shared a terminal for ${data.minutes} minutes, ${data.readOnly ? 'to look at' : 'to type in'}${data.hasPassword ? ', with a password' : ''}`,
    sample: {
      shareId: '01900000-0000-7000-8000-000000000051',
      minutes: 30,
      readOnly: true,
      hasPassword: true,
    },
  }),
  'terminal.share-ended': event({
    title: 'Share of a terminal ended',
    weight: 'routine',
    data: z.object({
      shareId: z.uuid(),
      why: z.enum(['withdrawn', 'replaced', 'expired', 'terminal ended']),
    }),
    say: (who, data) => `The share of a terminal of ${who} ended: ${data.why}`,
    sample: { shareId: '01900000-0000-7000-8000-000000000051', why: 'expired' },
  }),
  'terminal.guest-admitted': event({
    title: 'Guest admitted to a terminal',
    weight: 'notable',
    data: z.object({ shareId: z.uuid(), guestId: z.uuid(), guestName: name, readOnly: z.boolean() }),
    say: (_who, data) => `A guest who calls themselves ${data.guestName} was admitted to a terminal`,
    sample: {
      shareId: '01900000-0000-7000-8000-000000000051',
      guestId: '01900000-0000-7000-8000-000000000052',
      guestName: 'Kim of the vendor',
      readOnly: true,
    },
  }),
  'terminal.guest-refused': event({
    title: 'Guest refused at a terminal',
    weight: 'notable',
    data: z.object({ shareId: z.uuid().nullable(), guestName: name, code: z.string().max(100) }),
    say: (_who, data) =>
      `Somebody who calls themselves ${data.guestName} was refused a shared terminal (${data.code})`,
    sample: {
      shareId: '01900000-0000-7000-8000-000000000051',
      guestName: 'Kim of the vendor',
      code: 'terminal.share_wrong_password',
    },
  }),
  'terminal.watch-asked': event({
    title: 'Watching a terminal asked for',
    weight: 'notable',
    data: z.object({ ownerName: name }),
    say: (who, data) => `${who} asked to watch the terminal of ${data.ownerName}`,
    sample: { ownerName: 'Remy Okafor' },
  }),
  'terminal.joined': event({
    title: 'Somebody came to a terminal',
    weight: 'notable',
    data: z.object({ viewerId: z.uuid(), mode: ViewerMode, ownerName: name, readOnly: z.boolean() }),
    say: (who, data) =>
      data.mode === 'owner'
        ? `${who} attached to their terminal`
        : `${who} came to the terminal of ${data.ownerName}, to ${data.readOnly ? 'look' : 'type'}`,
    sample: {
      viewerId: '01900000-0000-7000-8000-000000000053',
      mode: 'watch',
      ownerName: 'Remy Okafor',
      readOnly: true,
    },
  }),
  'terminal.left': event({
    title: 'Somebody left a terminal',
    weight: 'routine',
    data: z.object({
      viewerId: z.uuid(),
      mode: ViewerMode,
      ownerName: name,
      seconds,
      why: why.nullable(),
    }),
    say: (who, data) =>
      `${who} left ${data.mode === 'owner' ? 'their terminal' : `the terminal of ${data.ownerName}`}${data.why === null ? '' : `: ${data.why}`}`,
    sample: {
      viewerId: '01900000-0000-7000-8000-000000000053',
      mode: 'watch',
      ownerName: 'Remy Okafor',
      seconds: 61.5,
      why: null,
    },
  }),
  'terminal.policy-set': event({
    title: 'Policy of terminals changed',
    weight: 'notable',
    data: z.object({ before: z.record(z.string(), z.unknown()), after: z.record(z.string(), z.unknown()) }),
    say: (who, data) => `${who} changed what holds for terminals: ${Object.keys(data.after).join(', ')}`,
    sample: { before: { strict: false }, after: { strict: true } },
  }),
} as const
