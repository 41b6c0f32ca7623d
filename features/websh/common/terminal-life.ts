import type { recordingEvents } from './recording-events.ts'
import type { terminalEvents } from './terminal-events.ts'

type Kind = keyof typeof recordingEvents | keyof typeof terminalEvents

/** Entries about a terminal itself: the newest of them is what its row is sealed by. */
export const LIFE_KINDS = [
  'terminal.opened',
  'terminal.refused',
  'terminal.started',
  'terminal.failed',
  'terminal.close-requested',
  'terminal.ended',
  'recording.segments',
  'recording.closed',
  'recording.segments_removed',
  'recording.imported',
] as const satisfies readonly Kind[]

/** Entries about who looked at it, while it ran and after. They say nothing of what is recorded, and come at any time. */
export const VIEWING_KINDS = [
  'record.viewed',
  'terminal.watch-asked',
  'terminal.guest-admitted',
  'terminal.joined',
  'terminal.left',
] as const satisfies readonly (Kind | 'record.viewed')[]
