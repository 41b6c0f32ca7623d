import { isOneOf, type Scope } from '../../../../base/server/scope.ts'

const everyone = { admin: 'every row', auditor: 'every row' } as const
const nobody = { admin: 'no row', auditor: 'no row', member: 'no row' } as const

/**
 * A recording is its operator's, and where the workspace grants it of those who own or manage the server's groups. That one
 * may watch a terminal does not show what it said before. Its parts are read by the id of one that was seen, never on their own.
 */
export const recordingScopes = {
  recording: {
    ...everyone,
    member: (row, actor) => {
      const own = row('recording.operator_id', '=', actor.id)
      if (!actor.recordServerIds?.length) return own
      return row.or([own, isOneOf('recording.server_id', actor.recordServerIds)])
    },
  } satisfies Scope<'recording'>,
  recording_segment: nobody satisfies Scope<'recording_segment'>,
  recording_chunk: nobody satisfies Scope<'recording_chunk'>,
  recording_snapshot: nobody satisfies Scope<'recording_snapshot'>,
  recording_removal: nobody satisfies Scope<'recording_removal'>,
  recording_leftover: nobody satisfies Scope<'recording_leftover'>,
  terminal_command: {
    ...everyone,
    member: (row, actor) => {
      const own = row('terminal_command.operator_id', '=', actor.id)
      if (!actor.recordServerIds?.length) return own
      return row.or([own, isOneOf('terminal_command.server_id', actor.recordServerIds)])
    },
  } satisfies Scope<'terminal_command'>,
  recording_text: {
    ...everyone,
    member: (row, actor) => {
      const own = row('recording_text.operator_id', '=', actor.id)
      if (!actor.recordServerIds?.length) return own
      return row.or([own, isOneOf('recording_text.server_id', actor.recordServerIds)])
    },
  } satisfies Scope<'recording_text'>,
  recording_text_block: nobody satisfies Scope<'recording_text_block'>,
  recording_gap: {
    ...everyone,
    member: (row, actor) => {
      const own = row('recording_gap.operator_id', '=', actor.id)
      if (!actor.recordServerIds?.length) return own
      return row.or([own, isOneOf('recording_gap.server_id', actor.recordServerIds)])
    },
  } satisfies Scope<'recording_gap'>,
}
