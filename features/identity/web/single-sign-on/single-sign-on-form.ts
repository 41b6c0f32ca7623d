import type { AskOf } from '../../../../base/web/client/client.ts'
import type { identityApi } from '../../common/api.ts'
import { type GroupMapping, type RoleMapping, SingleSignOn } from '../../common/single-sign-on.ts'

export type Stored = SingleSignOn & { readonly hasClientSecret: boolean; readonly callback: string }

/** A row of an editor, which keeps its place while it is typed in. */
export interface Row<T> {
  readonly key: number
  readonly value: T
}
let rows = 0
export const row = <T>(value: T): Row<T> => ({ key: ++rows, value })

/** The settings as they are typed. */
export interface Draft
  extends Omit<SingleSignOn, 'scopes' | 'groupsClaim' | 'rolesClaim' | 'groups' | 'roles'> {
  readonly scopes: string
  readonly groupsClaim: string
  readonly rolesClaim: string
  readonly groups: readonly Row<GroupMapping>[]
  readonly roles: readonly Row<RoleMapping>[]
  /** Empty: as it is. */
  readonly clientSecret: string
  readonly removesSecret: boolean
}

export const draftOf = (stored: Stored): Draft => ({
  ...SingleSignOn.parse(stored),
  scopes: stored.scopes.join(' '),
  groupsClaim: stored.groupsClaim ?? '',
  rolesClaim: stored.rolesClaim ?? '',
  groups: stored.groups.map(row),
  roles: stored.roles.map(row),
  clientSecret: '',
  removesSecret: false,
})

type Update = AskOf<typeof identityApi, 'single-sign-on.update'>

/** What saving sends: the fields that differ. */
export function changesOf(stored: Stored, draft: Draft): Update {
  const { clientSecret, removesSecret, scopes, groupsClaim, rolesClaim, groups, roles, ...plain } = draft
  const wanted: SingleSignOn = {
    ...plain,
    scopes: scopes.split(/\s+/).filter((scope) => scope !== ''),
    groupsClaim: groupsClaim.trim() === '' ? null : groupsClaim.trim(),
    rolesClaim: rolesClaim.trim() === '' ? null : rolesClaim.trim(),
    groups: groups.map(({ value }) => value),
    roles: roles.map(({ value }) => value),
  }
  const changed = Object.entries(wanted).filter(
    ([field, value]) => JSON.stringify(value) !== JSON.stringify(stored[field as keyof SingleSignOn]),
  )
  return {
    ...Object.fromEntries(changed),
    ...(removesSecret ? { clientSecret: null } : clientSecret === '' ? {} : { clientSecret }),
  }
}
