import type { PersonLink } from '../../common/person.ts'

declare module '../../../../base/server/database.ts' {
  interface Database {
    /** A link by which a person sets a password, once. */
    person_link: {
      id: string
      person_id: string
      purpose: PersonLink['purpose']
      /** SHA-256 of what stands behind the #. */
      secret_hash: Buffer
      created_at: Date
      expires_at: Date
      /** The name whoever made it had. */
      created_by: string
      used_at: Date | null
      withdrawn_at: Date | null
      /** null: not sent by mail. */
      mail_to: string | null
      mail_state: 'waiting' | 'sent' | 'failed' | null
      mail_at: Date | null
      mail_problem: string | null
    }
  }
}
