import { isOneOf, type Scope } from '../../../base/server/scope.ts'

const everyone = { admin: 'every row', auditor: 'every row' } as const

/** A member sees the servers their groups give, and of those servers' groups only their own. */
export const serverScopes = {
  server: {
    ...everyone,
    member: (_row, actor) => isOneOf('server.id', actor.serverIds),
  } satisfies Scope<'server'>,
  server_link: {
    ...everyone,
    member: (_row, actor) => isOneOf('server_link.server_id', actor.serverIds),
  } satisfies Scope<'server_link'>,
  agent_position: {
    ...everyone,
    member: (_row, actor) => isOneOf('agent_position.server_id', actor.serverIds),
  } satisfies Scope<'agent_position'>,
  server_team: {
    ...everyone,
    member: (_row, actor) => isOneOf('server_team.team_id', actor.groupIds),
  } satisfies Scope<'server_team'>,
  server_token: { ...everyone, member: 'no row' } satisfies Scope<'server_token'>,
  server_token_team: { ...everyone, member: 'no row' } satisfies Scope<'server_token_team'>,
  server_hole: {
    ...everyone,
    member: (_row, actor) => isOneOf('server_hole.server_id', actor.serverIds),
  } satisfies Scope<'server_hole'>,
}
