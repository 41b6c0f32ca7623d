import { z } from 'zod'
import { command, InstantAsk, PageAsk, page, query, ROLES, Role } from '../../../base/common/api.ts'
import { ServiceRole, Token, TokenKind, TokenName, TokenState, tokenBounds } from './token.ts'

const lists = {
  scopes: tokenBounds.scopes.default([]),
  commands: tokenBounds.commands.default([]),
  servers: tokenBounds.servers.default([]),
  paths: tokenBounds.paths.default([]),
  addresses: tokenBounds.addresses.default([]),
}

/** Tokens: made, changed and seen by people only. */
export const tokenApi = {
  'token.create': command({
    allow: ROLES,
    about: 'Makes a token and shows its secret this once.',
    stepUp: true,
    peopleOnly: true,
    in: z
      .object({
        name: TokenName,
        kind: TokenKind.default('personal'),
        ...lists,
        expiresAt: InstantAsk.optional(),
        role: ServiceRole.optional(),
        groupIds: z.array(z.uuid()).max(50).optional(),
      })
      .refine(
        ({ kind, role, groupIds }) => kind === 'service' || (role === undefined && groupIds === undefined),
        'role and groupIds are for service tokens; a personal token has those of its person',
      ),
    out: z.object({ id: z.uuid(), secret: z.string() }),
  }),
  'token.list': query({
    allow: ROLES,
    about:
      "Tokens, newest first and without their secrets: everyone's for administrators and auditors, their own for members.",
    peopleOnly: true,
    rows: 'their own',
    in: PageAsk.extend({
      kind: TokenKind.optional(),
      state: TokenState.optional(),
      personId: z.uuid().optional(),
      /** Looked for in names, letter case ignored. */
      text: z.string().max(200).optional(),
    }),
    out: page(Token),
  }),
  'token.read': query({
    allow: ROLES,
    about: 'One token with its bounds, without its secret.',
    peopleOnly: true,
    rows: 'their own',
    in: z.object({ id: z.uuid() }),
    out: Token,
  }),
  'token.update': command({
    allow: ROLES,
    about: "Changes a token's name, end or bounds; what is left out stays. Holds from its next request.",
    stepUp: true,
    peopleOnly: true,
    in: z.object({
      id: z.uuid(),
      name: TokenName.optional(),
      scopes: tokenBounds.scopes.optional(),
      commands: tokenBounds.commands.optional(),
      servers: tokenBounds.servers.optional(),
      paths: tokenBounds.paths.optional(),
      addresses: tokenBounds.addresses.optional(),
      /** null: no end. */
      expiresAt: InstantAsk.nullable().optional(),
    }),
    out: Token,
  }),
  'token.rotate': command({
    allow: ROLES,
    about: 'Replaces the secret and shows the new one this once. The old one ends at once.',
    stepUp: true,
    peopleOnly: true,
    in: z.object({ id: z.uuid() }),
    out: z.object({ id: z.uuid(), secret: z.string() }),
  }),
  'token.disable': command({
    allow: ROLES,
    about: 'Ends a token at once, also on its open streams. It can be enabled again.',
    peopleOnly: true,
    in: z.object({ id: z.uuid() }),
    out: Token,
  }),
  'token.enable': command({
    allow: ROLES,
    about: 'Lets a disabled token be used again.',
    peopleOnly: true,
    in: z.object({ id: z.uuid() }),
    out: Token,
  }),
  'token.scopes': query({
    allow: ROLES,
    about: 'Everything a scope can name: each resource with what can be done there and by whom.',
    peopleOnly: true,
    rows: 'what everybody sees',
    in: z.object({}),
    out: z.object({
      resources: z.array(
        z.object({
          name: z.string(),
          actions: z.array(
            z.object({
              name: z.string(),
              manner: z.enum(['read', 'write']),
              about: z.string(),
              allow: z.array(Role),
            }),
          ),
        }),
      ),
    }),
  }),
}
