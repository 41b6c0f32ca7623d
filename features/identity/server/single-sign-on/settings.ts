import type { Selectable } from 'kysely'
import type { Database } from '../../../../base/server/database.ts'
import type { Reader } from '../../../../base/server/scope.ts'
import type { SecretBox } from '../../../../base/server/secret-box.ts'
import type { SingleSignOn } from '../../common/single-sign-on.ts'
import type { Client } from './provider.ts'

type Row = Selectable<Database['single_sign_on']>

export interface Stored {
  readonly row: Row
  readonly settings: SingleSignOn
}

/** How single sign-on is set up, as whoever reads sees it; `db` itself where nobody is signed in yet. */
export async function readSettings(read: Reader): Promise<Stored> {
  const row = await read.selectFrom('single_sign_on').selectAll().executeTakeFirstOrThrow()
  const groups = await read
    .selectFrom('single_sign_on_group')
    .select(['claim_value', 'team_id'])
    .orderBy('claim_value')
    .orderBy('team_id')
    .execute()
  return {
    row,
    settings: {
      enabled: row.enabled,
      issuer: row.issuer,
      clientId: row.client_id,
      label: row.label,
      scopes: row.scopes,
      createsPeople: row.creates_people,
      linksByEmail: row.links_by_email,
      usernameClaim: row.username_claim,
      groupsClaim: row.groups_claim,
      groups: groups.map(({ claim_value, team_id }) => ({ value: claim_value, groupId: team_id })),
      rolesClaim: row.roles_claim,
      roles: row.roles,
      defaultRole: row.default_role,
      synchronizes: row.synchronizes,
      trustsSecondFactor: row.trusts_second_factor,
      passwordFor: row.password_for,
    },
  }
}

/** A secret opens only with the issuer it was given for. */
const contextOf = (issuer: string) => `single sign-on ${issuer}`

export const sealClientSecret = (secrets: SecretBox, secret: string, issuer: string) =>
  secrets.seal(secret, contextOf(issuer))

export const clientIn = (secrets: SecretBox, { row }: Stored): Client => ({
  clientId: row.client_id,
  clientSecret:
    row.client_secret === null ? undefined : secrets.open(row.client_secret, contextOf(row.issuer)),
})
