import type { ColumnType, Generated } from 'kysely'
import type { PathBound } from '../../../../base/common/bounds.ts'
import type { ServiceRole, TokenKind } from '../../common/token.ts'

declare module '../../../../base/server/database.ts' {
  interface Database {
    token: {
      /** Time-ordered: newest first is by id. */
      id: string
      kind: TokenKind
      name: string
      /** Whose it is; null for a service token. */
      person_id: string | null
      /** What a service token acts as; null for a personal one. */
      role: ServiceRole | null
      /** SHA-256 of the secret. */
      secret_hash: Buffer
      /** Of the secret before the last rotation, so that its use can be told from a guess. */
      previous_hash: Generated<Buffer | null>
      scopes: string[]
      commands: string[]
      servers: string[]
      paths: ColumnType<PathBound[], string, string>
      addresses: string[]
      created_at: Date
      created_by_id: string
      created_by_name: string
      expires_at: Date | null
      rotated_at: Generated<Date | null>
      disabled_at: Generated<Date | null>
      disabled_by_id: Generated<string | null>
      disabled_by_name: Generated<string | null>
      last_used_at: Generated<Date | null>
      last_used_address: Generated<string | null>
    }
    /** The groups of a service token. */
    token_team: { token_id: string; team_id: string }
  }
}
