import type { ColumnType, Generated } from 'kysely'
import type { Role } from '../../../base/common/api.ts'
import type {
  GroupRole,
  PersonStatus,
  Preferences,
  SecondFactorPolicy,
  SignInMethod,
} from '../common/person.ts'

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
      /** Rows about a removed person stay, and so does this one. */
      status: Generated<PersonStatus>
      email: string | null
      /** They wrote it themselves, rather than an administrator or a provider: it proves nothing. */
      is_email_own: Generated<boolean>
      /** Of a person who was removed the username may belong to another one by now. */
      removed_at: Generated<Date | null>
      preferences: ColumnType<Preferences, string | undefined, string>
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
      /** A session at 'second-factor' belongs to nobody yet: the password was right and the second factor is due. */
      stage: Generated<'open' | 'second-factor'>
      method: Generated<SignInMethod>
      /** When the person last proved who they are in this session. */
      confirmed_at: Date | null
      /** What a passkey was last asked to sign in this session; good for one answer. */
      challenge: Generated<string | null>
      challenge_at: Generated<Date | null>
      /** A provider asked for a second factor and an administrator trusts its word: none is asked for here. */
      is_factor_trusted: Generated<boolean>
      /** Second factors that were wrong. */
      tries: Generated<number>
    }
    /** A group of people and servers; "group" is a reserved word. */
    team: { id: string; name: string; created_at: Date }
    team_member: { team_id: string; person_id: string; role: GroupRole }
    /** One row. */
    workspace: {
      only: Generated<boolean>
      name: string
      time_zone: string
      second_factor: Generated<SecondFactorPolicy>
      /** How long a proof of who is there counts. */
      step_up_seconds: Generated<number>
      session_seconds: Generated<number>
      /** A session not used for this long ends. */
      session_idle_seconds: Generated<number>
      /** Failures in a row before the next attempt has to wait. */
      lock_out_failures: Generated<number>
      lock_out_seconds_max: Generated<number>
      /** Whether the owners and managers of a group see the record of its servers. */
      group_record: Generated<boolean>
    }
  }
}
