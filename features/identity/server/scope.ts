import { isOneOf, type Scope } from '../../../base/server/scope.ts'
import { signInScopes } from './sign-in/scope.ts'
import { singleSignOnScopes } from './single-sign-on/scope.ts'
import { tokenScopes } from './tokens/scope.ts'

const everyone = { admin: 'every row', auditor: 'every row' } as const

/** A member sees themselves and the people they share a group with, and of their groups who is in them. */
export const identityScopes = {
  ...signInScopes,
  ...tokenScopes,
  ...singleSignOnScopes,
  person: {
    ...everyone,
    member: (_row, actor) => isOneOf('person.id', actor.personIds),
  } satisfies Scope<'person'>,
  session: {
    admin: (row, actor) => row('session.person_id', '=', actor.id),
    auditor: (row, actor) => row('session.person_id', '=', actor.id),
    member: (row, actor) => row('session.person_id', '=', actor.id),
  } satisfies Scope<'session'>,
  team: { ...everyone, member: (_row, actor) => isOneOf('team.id', actor.groupIds) } satisfies Scope<'team'>,
  team_member: {
    ...everyone,
    member: (_row, actor) => isOneOf('team_member.team_id', actor.groupIds),
  } satisfies Scope<'team_member'>,
  person_link: { ...everyone, member: 'no row' } satisfies Scope<'person_link'>,
  workspace: { ...everyone, member: 'every row' } satisfies Scope<'workspace'>,
}
