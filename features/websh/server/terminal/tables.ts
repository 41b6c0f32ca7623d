import type { Generated } from 'kysely'
import type { ClientType, TerminalStatus, ViewerMode } from '../../common/terminal.ts'

declare module '../../../../base/server/database.ts' {
  interface Database {
    terminal: {
      /** Time-ordered: newest first is by id. */
      id: string
      /** null only for what was recorded elsewhere. */
      server_id: string | null
      /** The name the server had. */
      server_name: string
      operator_id: string | null
      operator_name: string
      operator_kind: 'person' | 'token' | 'agent' | 'system'
      /** The credential a person acted through, where it was not their own session. */
      via_id: string | null
      via_name: string | null
      work_session_id: string | null
      work_session_name: string | null
      /** As it was asked for; as what it runs once it started. */
      account: string | null
      os_group: string | null
      uid: number | null
      gid: number | null
      shell: string | null
      pid: number | null
      client_type: ClientType
      address: string | null
      /** The User-Agent header, bounded, and what a person reads of it. */
      client: string | null
      browser: string | null
      /** As they are now. */
      cols: number
      rows: number
      status: TerminalStatus
      opened_at: Date
      started_at: Date | null
      ended_at: Date | null
      exit_code: number | null
      signal: string | null
      end_reason: string | null
      close_requested_at: Date | null
      /** The agent's process that holds it: another one does not have it. */
      agent_run: string | null
      strict: boolean
      idle_minutes: number | null
      shell_integration: boolean | null
    }
    /** Who was at a terminal, from when to when. */
    terminal_viewer: {
      id: string
      terminal_id: string
      mode: ViewerMode
      person_id: string | null
      guest_id: string | null
      name: string
      read_only: boolean
      address: string
      client: string
      browser: string | null
      joined_at: Date
      left_at: Date | null
      leave_reason: string | null
    }
    /** A link by which guests come. At most one of a terminal has not ended. */
    terminal_share: {
      id: string
      terminal_id: string
      /** SHA-256 of the secret in the link. */
      secret_hash: Buffer
      /** argon2id. */
      password_hash: string | null
      read_only: boolean
      created_by: string | null
      created_at: Date
      expires_at: Date
      ended_at: Date | null
      end_why: 'withdrawn' | 'replaced' | 'expired' | 'terminal ended' | null
      /** Wrong passwords in a row, and until when no other is tried. */
      failures: Generated<number>
      locked_until: Date | null
    }
    terminal_guest: {
      id: string
      share_id: string
      name: string
      /** SHA-256 of what proves the guest when they come back. */
      secret_hash: Buffer
      address: string
      client: string
      admitted_at: Date
    }
    /** One row. */
    terminal_policy: {
      only: Generated<boolean>
      strict: Generated<boolean>
      when_recording_breaks: Generated<'end' | 'go-on'>
      idle_minutes: number | null
      shell_integration: Generated<boolean>
      sharing: Generated<boolean>
      input_masks: Generated<string[]>
    }
  }
}
