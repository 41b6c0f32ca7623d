import { z } from 'zod'
import { channel, download, Instant, page, query, ROLES } from '../../../base/common/api.ts'
import {
  ExportFormat,
  RecordingFrame,
  RecordingHit,
  RecordingInfo,
  RecordingPieces,
  RecordingSegment,
  RecordingState,
} from './recording.ts'

const rows = 'the recordings of terminals they opened'
const id = z.uuid()

/** Recordings go by the id of their terminal. That somebody replays another's is an entry. */
export const recordingApi = {
  'recording.read': query({
    allow: ROLES,
    about: 'What a recording is: its length, state and where there was activity.',
    rows,
    in: z.object({ id }),
    out: RecordingInfo,
  }),
  'recording.frame': query({
    allow: ROLES,
    about: 'The screen at a moment: a screen before it, and the pieces from there on.',
    rows,
    in: z.object({ id, milliseconds: z.coerce.number().int().min(0) }),
    out: RecordingFrame,
  }),
  'recording.pieces': query({
    allow: ROLES,
    about: 'The pieces from an offset on, at most 512 KiB.',
    rows,
    in: z.object({ id, offset: z.coerce.number().int().min(0) }),
    out: RecordingPieces,
  }),
  'recording.segments': query({
    allow: ROLES,
    about: 'What the journal holds the hashes of, in order; 500 at a time.',
    rows,
    in: z.object({ id, cursor: z.string().max(20).optional() }),
    out: page(RecordingSegment),
  }),
  'recording.export': download({
    allow: ROLES,
    about:
      'A recording as a file: asciicast 2 or 3, the plain text of what was shown, or evidence for npm run verify -- --recording. Every export is recorded.',
    rows,
    in: z.object({ id, format: ExportFormat }),
  }),
  'recording.search': query({
    allow: ROLES,
    about:
      'Lines that were on a screen and hold a text, newest first: in one recording, or in all one may see.',
    rows,
    in: z.object({
      text: z.string().min(1).max(200),
      id: id.optional(),
      cursor: z.string().max(100).optional(),
    }),
    out: page(RecordingHit).extend({
      /** What was recorded up to then can be found. */
      indexedTo: Instant,
    }),
  }),
  'recording.tail': channel({
    allow: ROLES,
    about: 'How far a recording has come, each time it has come further.',
    rows,
    in: z.object({ id }),
    out: z.object({ length: z.number().int(), milliseconds: z.number().int(), state: RecordingState }),
  }),
}
