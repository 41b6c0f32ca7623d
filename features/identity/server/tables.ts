import type { Generated } from 'kysely'
import type { Role } from '../../../base/common/api.ts'
import type { GroupRole } from '../common/person.ts'

declare module '../../../base/server/database.ts' {
  interface Database {
    person: {
      id: string
      username: string
      name: string
      role: Role
      account: string | null
      password_hash: string | null
      must_change_password: Generated<boolean>
      created_at: Date
      last_sign_in_at: Date | null
    }
    session: {
      id: string
      person_id: string
      /** SHA-256 of the cookie's value. */
      secret_hash: Buffer
      created_at: Date
      seen_at: Date
      expires_at: Date
      address: string
      client: string
    }
    /** A group of people and servers; "group" is a reserved word. */
    team: { id: string; name: string; created_at: Date }
    team_member: { team_id: string; person_id: string; role: GroupRole }
    /** One row. */
    workspace: { only: Generated<boolean>; name: string; time_zone: string }
  }
}
