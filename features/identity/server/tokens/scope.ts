import type { Scope } from '../../../../base/server/scope.ts'

const everyone = { admin: 'every row', auditor: 'every row' } as const

/** A member sees their own tokens. Groups hang on service tokens, which are no member's. */
export const tokenScopes = {
  token: {
    ...everyone,
    member: (row, actor) => row('token.person_id', '=', actor.id),
  } satisfies Scope<'token'>,
  token_team: { ...everyone, member: 'no row' } satisfies Scope<'token_team'>,
}
