import type { Scope } from '../../../../base/server/scope.ts'

const settings = { admin: 'every row', auditor: 'every row', member: 'no row' } as const

/** What people without a role here need of it, the sign-in itself reads as Annals. */
export const singleSignOnScopes = {
  single_sign_on: settings satisfies Scope<'single_sign_on'>,
  single_sign_on_group: settings satisfies Scope<'single_sign_on_group'>,
  person_identity: settings satisfies Scope<'person_identity'>,
  single_sign_on_state: {
    admin: 'no row',
    auditor: 'no row',
    member: 'no row',
  } satisfies Scope<'single_sign_on_state'>,
}
