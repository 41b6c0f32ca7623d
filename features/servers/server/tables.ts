import type { Generated } from 'kysely'

declare module '../../../base/server/database.ts' {
  interface Database {
    server: {
      id: string
      name: string
      agent_id: string
      /** Raw Ed25519 public key, base64. */
      signing_key: string
      /** Raw X25519 public key, base64. */
      sealing_key: string
      token_id: string | null
      enrolled_at: Date
      removed_at: Date | null
      /** Facts as JSON text, and what lists show of them. */
      facts: string | null
      facts_at: Date | null
      os: string | null
      /** The account the agent runs as. */
      runs_as: string | null
      agent_version: string | null
    }
    /** The link's state, apart from what people change: written often, by the link alone. */
    server_link: {
      server_id: string
      is_connected: Generated<boolean>
      connected_at: Date | null
      heard_at: Date | null
      protocol_version: number | null
      address: string | null
      clock_offset_ms: number | null
      queue_reports: number | null
      queue_oldest_at: Date | null
      complete_to: Date | null
      checkpoint_size: number | null
      checkpoint_alarm: string | null
    }
    /** How far each agent's numbered reports are stored. */
    agent_position: { agent_id: string; server_id: string; committed: Generated<number> }
    server_team: { server_id: string; team_id: string }
    server_token: {
      id: string
      name: string
      /** SHA-256 of the token. */
      secret_hash: Buffer
      created_at: Date
      expires_at: Date | null
      uses: number | null
      used_count: Generated<number>
      revoked_at: Date | null
    }
    server_token_team: { token_id: string; team_id: string }
    server_hole: {
      id: string
      server_id: string
      server_name: string
      from_number: number
      to_number: number
      since: Date | null
      until: Date | null
      state: 'lost' | 'missing' | 'filled'
      why: string
      found_at: Date
    }
  }
}
