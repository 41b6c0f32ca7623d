import type { ColumnType, Generated } from 'kysely'
import type { Role } from '../../../../base/common/api.ts'
import type { RoleMapping } from '../../common/single-sign-on.ts'

declare module '../../../../base/server/database.ts' {
  interface Database {
    /** One row: the provider and what an administrator decided about it. */
    single_sign_on: {
      only: Generated<boolean>
      enabled: Generated<boolean>
      issuer: Generated<string>
      client_id: Generated<string>
      /** Sealed with the words `single sign-on <issuer>`; null for a public client. */
      client_secret: Buffer | null
      label: Generated<string>
      scopes: Generated<string[]>
      creates_people: Generated<boolean>
      links_by_email: Generated<boolean>
      username_claim: Generated<string>
      groups_claim: string | null
      roles_claim: string | null
      roles: ColumnType<RoleMapping[], string | undefined, string>
      default_role: Extract<Role, 'member' | 'auditor'> | null
      synchronizes: Generated<boolean>
      trusts_second_factor: Generated<boolean>
      password_for: Generated<'everyone' | 'admins'>
    }
    /** Which value of the groups claim gives which group. */
    single_sign_on_group: { claim_value: string; team_id: string }
    /** Who somebody is at a provider; the pair of both names is theirs for ever. */
    person_identity: { issuer: string; subject: string; person_id: string; linked_at: Date }
    /** States that came back, for as long as one may be presented; each counts once. */
    single_sign_on_state: { state_hash: Buffer; used_at: Date }
  }
}
