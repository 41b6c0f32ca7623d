import type { Scope } from '../../../../base/server/scope.ts'

const nobody = { admin: 'no row', auditor: 'no row', member: 'no row' } as const

/** A recording is read by the id of a terminal that was seen, never on its own. */
export const recordingScopes = {
  recording: nobody satisfies Scope<'recording'>,
  recording_segment: nobody satisfies Scope<'recording_segment'>,
  recording_chunk: nobody satisfies Scope<'recording_chunk'>,
  recording_snapshot: nobody satisfies Scope<'recording_snapshot'>,
}
