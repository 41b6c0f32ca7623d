import type { Generated } from 'kysely'
import type { CommandShell, CommandStatus, ErrorPhase } from '../common/command.ts'

declare module '../../../base/server/database.ts' {
  interface Database {
    command: {
      /** Time-ordered: newest first is by id. */
      id: string
      server_id: string
      /** The name the server had. */
      server_name: string
      operator_id: string | null
      operator_name: string
      operator_kind: 'person' | 'token' | 'agent' | 'system'
      /** The token a person acted through, by the name it had. */
      operator_via_id: Generated<string | null>
      operator_via_name: Generated<string | null>
      work_session_id: string | null
      work_session_name: string | null
      shell: CommandShell
      account: string | null
      os_group: string | null
      line: string
      env_names: string[]
      stdin_bytes: number | null
      timeout_seconds: number | null
      run_after: string | null
      state: CommandStatus
      submitted_at: Date
      scheduled_at: Date | null
      /** Delay counts from here: the submission, the chosen time, or the end of the command it waited for. */
      due_at: Date
      delivered_at: Date | null
      picked_up_at: Date | null
      started_at: Date | null
      finished_at: Date | null
      /** Last sign of life: output, a report, or a beat that named it. */
      heard_at: Date | null
      cancel_requested_at: Date | null
      stop_requested_at: Date | null
      pid: number | null
      exit_code: number | null
      signal: string | null
      error_phase: ErrorPhase | null
      reason: string | null
      elapsed_ms: number | null
      /** First 200 characters of what came back. */
      result: Generated<string>
      stdout_bytes: Generated<number>
      stderr_bytes: Generated<number>
      /** Bytes that were produced and are kept nowhere. */
      dropped_bytes: Generated<number>
      /** How much of the agent's output stream is durable here. */
      stream_offset: Generated<number>
      /** Output bytes stored, gaps counted by what they stand for. */
      output_length: Generated<number>
      /** Where the whole output is when it is more than the rows hold. */
      output_blob: string | null
      /** Of the kept output bytes, hexadecimal; set when it is complete. */
      output_sha256: string | null
      address: string | null
      client: string | null
    }
    /** Unusual turns of a command, beside the times in its row. */
    command_turn: { command_id: string; at: Date; turn: string }
    /** The first 512 KiB of output as they come, and the last 512 KiB once it is complete. */
    command_output: {
      command_id: string
      /** Of the first byte, in the combined output. */
      start: number
      track: 1 | 2
      at: Date
      bytes: Buffer
    }
    /** Environment values and standard input, sealed to the agent's key. Gone as soon as the agent has the command. */
    command_secret: { command_id: string; sealed: string }
  }
}
