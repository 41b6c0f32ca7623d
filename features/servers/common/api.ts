import { z } from 'zod'
import { channel, command, InstantAsk, PageAsk, page, query, ROLES } from '../../../base/common/api.ts'
import { Facts } from '../../../wire/common/facts.ts'
import { Hole, Server, ServerDetail, ServerToken } from './server.ts'

export const serversApi = {
  'server.list': query({
    allow: ROLES,
    about:
      'Servers one may see, by name: all for administrators and auditors, those of their groups for members.',
    rows: 'servers their groups give them',
    in: PageAsk.extend({
      text: z.string().max(200).optional(),
      groupId: z.uuid().optional(),
      link: z.enum(['connected', 'offline', 'never']).optional(),
    }),
    out: page(Server),
  }),
  'server.read': query({
    allow: ROLES,
    about: 'One server with its facts.',
    rows: 'servers their groups give them',
    in: z.object({ id: z.uuid() }),
    out: ServerDetail,
  }),
  'server.rename': command({
    allow: ['admin'],
    about: 'Gives a server another name. Rows already recorded keep the name they had.',
    in: z.object({ id: z.uuid(), name: z.string().trim().min(1).max(120) }),
    out: Server,
  }),
  'server.set-groups': command({
    allow: ['admin'],
    about: 'Replaces the groups a server belongs to.',
    in: z.object({ id: z.uuid(), groupIds: z.array(z.uuid()).max(200) }),
    out: Server,
  }),
  'server.remove': command({
    allow: ['admin'],
    about: 'Ends the enrolment of a server: its agent is refused from now on, its record stays.',
    in: z.object({ id: z.uuid() }),
    out: z.object({ id: z.uuid() }),
  }),
  'server.holes': query({
    allow: ROLES,
    about: "Stretches of agents' numbered reports that did not arrive.",
    rows: 'of servers their groups give them',
    in: PageAsk.extend({ serverId: z.uuid().optional() }),
    out: page(Hole),
  }),
  'server.changes': channel({
    allow: ROLES,
    about: 'Servers one may see, as their link or facts change.',
    rows: 'servers their groups give them',
    in: z.object({}),
    out: z.object({ servers: z.array(Server), goneIds: z.array(z.uuid()) }),
  }),

  'server-token.create': command({
    allow: ['admin'],
    about: 'Makes a registration token, shown once, and the one command to paste on the machine.',
    in: z.object({
      name: z.string().trim().min(1).max(120),
      expiresAt: InstantAsk.optional(),
      /** How many machines may enrol with it; unlimited when left out. */
      uses: z.number().int().min(1).max(100_000).optional(),
      groupIds: z.array(z.uuid()).max(200).default([]),
    }),
    out: z.object({ id: z.uuid(), token: z.string(), command: z.string() }),
  }),
  'server-token.list': query({
    allow: ['admin', 'auditor'],
    about: 'Registration tokens, without their secrets.',
    in: PageAsk,
    out: page(ServerToken),
  }),
  'server-token.revoke': command({
    allow: ['admin'],
    about: 'Ends a registration token. Machines already enrolled stay.',
    in: z.object({ id: z.uuid() }),
    out: ServerToken,
  }),

  'agent.enrol': command({
    allow: 'anyone',
    about: 'Called by an agent once: a registration token and its public keys for an identity.',
    in: z.object({
      token: z.string().min(10).max(200),
      /** Ed25519, raw 32 bytes, base64: proves the agent at each connection. */
      signingKey: z.string().length(44),
      /** X25519, raw 32 bytes, base64: what only this agent may read is sealed to it. */
      sealingKey: z.string().length(44),
      name: z.string().trim().min(1).max(120),
      agentVersion: z.string().max(40),
      facts: Facts.optional(),
    }),
    out: z.object({
      agentId: z.uuid(),
      serverId: z.uuid(),
      name: z.string(),
      /** Verifier key of the journal (signed-note form): the agent pins it. */
      journalKey: z.string(),
      /** The newest checkpoint, a signed note; null in an empty journal. */
      checkpoint: z.string().nullable(),
    }),
  }),
}
