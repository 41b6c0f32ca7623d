import { isOneOf, type Scope } from '../../../../base/server/scope.ts'

const nobody = { admin: 'no row', auditor: 'no row', member: 'no row' } as const

/** What proves who somebody is, and where they signed in from, is theirs alone: an administrator sees none of it either. */
export const signInScopes = {
  totp: ownRows('totp.person_id') satisfies Scope<'totp'>,
  passkey: ownRows('passkey.person_id') satisfies Scope<'passkey'>,
  recovery_code: ownRows('recovery_code.person_id') satisfies Scope<'recovery_code'>,
  known_place: ownRows('known_place.person_id') satisfies Scope<'known_place'>,
  sign_in_failure: nobody satisfies Scope<'sign_in_failure'>,
}

function ownRows(column: string) {
  const own = (_row: unknown, actor: { readonly id: string }) => isOneOf(column, [actor.id])
  return { admin: own, auditor: own, member: own }
}
