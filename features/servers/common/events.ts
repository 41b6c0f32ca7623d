import { z } from 'zod'
import { event } from '../../../base/common/event.ts'

const name = z.string().max(120)
const why = z.string().max(400)
const id = '01900000-0000-7000-8000-000000000031'

export const serverEvents = {
  'server.enrolled': event({
    title: 'Server enrolled',
    weight: 'notable',
    data: z.object({
      name,
      askedName: name,
      tokenId: z.uuid(),
      tokenName: name,
      groups: z.array(name).max(200),
      agentVersion: z.string().max(40),
      signingKey: z.string().max(44),
    }),
    say: (_who, data) => `${data.name} was enrolled with the token ${data.tokenName}`,
    sample: {
      name: 'web-1',
      askedName: 'web-1',
      tokenId: id,
      tokenName: 'Autumn machines',
      groups: ['Payments'],
      agentVersion: '0.1.0',
      signingKey: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=',
    },
  }),
  'server.enrolment_refused': event({
    title: 'Enrolment refused',
    weight: 'alarming',
    data: z.object({
      askedName: name,
      tokenName: name.nullable(),
      why: z.enum([
        'unknown token',
        'expired',
        'used up',
        'revoked',
        'keys are in use',
        'keys are not valid',
      ]),
    }),
    say: (_who, data) => `A machine that calls itself ${data.askedName} was not enrolled: ${data.why}`,
    sample: { askedName: 'web-9', tokenName: null, why: 'unknown token' },
  }),
  'server.renamed': event({
    title: 'Server renamed',
    weight: 'notable',
    data: z.object({ before: name, after: name }),
    say: (who, data) => `${who} renamed ${data.before} to ${data.after}`,
    sample: { before: 'web-1', after: 'shop-web-1' },
  }),
  'server.groups_set': event({
    title: 'Groups of a server set',
    weight: 'notable',
    data: z.object({
      added: z.array(name).max(200),
      removed: z.array(name).max(200),
      groups: z.number().int(),
    }),
    say: (who, data) =>
      `${who} changed the groups of a server: ${data.added.length} added, ${data.removed.length} removed`,
    sample: { added: ['Payments'], removed: [], groups: 1 },
  }),
  'server.removed': event({
    title: 'Server removed',
    weight: 'alarming',
    data: z.object({ name }),
    say: (who, data) => `${who} removed ${data.name}: its agent is refused from now on`,
    sample: { name: 'web-1' },
  }),
  'server.connected': event({
    title: 'Server connected',
    weight: 'routine',
    data: z.object({
      address: z.string().max(100),
      agentVersion: z.string().max(40),
      protocolVersion: z.number().int(),
    }),
    say: (who, data) => `${who} connected from ${data.address}`,
    sample: { address: '10.0.0.7', agentVersion: '0.1.0', protocolVersion: 1 },
  }),
  'server.disconnected': event({
    title: 'Server disconnected',
    weight: 'routine',
    data: z.object({ why }),
    say: (who, data) => `${who} is no longer connected: ${data.why}`,
    sample: { why: 'the connection ended' },
  }),
  'server.reports_lost': event({
    title: 'Reports lost',
    weight: 'alarming',
    data: z.object({
      from: z.number().int(),
      to: z.number().int(),
      state: z.enum(['lost', 'missing']),
      since: z.iso.datetime().nullable(),
      until: z.iso.datetime().nullable(),
      why,
    }),
    say: (who, data) =>
      `${data.to - data.from + 1} reports of ${who} (${data.from} to ${data.to}) did not arrive: ${data.why}`,
    sample: {
      from: 41,
      to: 44,
      state: 'lost',
      since: '2026-11-20T10:00:00.000Z',
      until: '2026-11-20T10:02:00.000Z',
      why: 'the queue was full',
    },
  }),
  'server.checkpoint_refused': event({
    title: 'Checkpoint refused by an agent',
    weight: 'alarming',
    data: z.object({ why, kept: z.string().max(10_000), offered: z.string().max(10_000) }),
    say: (who, data) => `${who} refused a checkpoint of this journal: ${data.why}`,
    sample: { why: 'it does not extend the one that is kept', kept: '', offered: '' },
  }),
  'server.reports_rewound': event({
    title: 'An agent went back in time',
    weight: 'alarming',
    data: z.object({ why }),
    say: (who, data) => `${who} numbers its reports anew: ${data.why}`,
    sample: { why: 'the agent would give number 7 next and 90 are stored: its queue is an older copy' },
  }),
  'server-token.created': event({
    title: 'Registration token made',
    weight: 'notable',
    data: z.object({
      name,
      groups: z.array(name).max(200),
      expiresAt: z.iso.datetime().nullable(),
      uses: z.number().int().nullable(),
    }),
    say: (who, data) => `${who} made the registration token ${data.name}`,
    sample: { name: 'Autumn machines', groups: ['Payments'], expiresAt: null, uses: 10 },
  }),
  'server-token.revoked': event({
    title: 'Registration token revoked',
    weight: 'notable',
    data: z.object({ name, usedCount: z.number().int() }),
    say: (who, data) => `${who} revoked the registration token ${data.name}, used ${data.usedCount} times`,
    sample: { name: 'Autumn machines', usedCount: 3 },
  }),
} as const
