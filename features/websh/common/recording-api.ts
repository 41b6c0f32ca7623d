import { z } from 'zod'
import {
  channel,
  command,
  download,
  Instant,
  InstantAsk,
  PageAsk,
  page,
  query,
  ROLES,
} from '../../../base/common/api.ts'
import {
  ExportFormat,
  RecordingFrame,
  RecordingGap,
  RecordingHit,
  RecordingInfo,
  RecordingPieces,
  RecordingSegment,
  RecordingState,
  SEARCHED_CHARACTERS_MAX,
  TerminalCommand,
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
      'A recording as a file: asciicast, the text that was shown, or evidence for npm run verify -- --recording.',
    rows,
    in: z.object({ id, format: ExportFormat }),
  }),
  'recording.search': query({
    allow: ROLES,
    about:
      'Lines that were on a screen and hold a text, newest first: in one recording, or in all one may see.',
    rows,
    in: z.object({
      text: z.string().min(1).max(SEARCHED_CHARACTERS_MAX),
      id: id.optional(),
      cursor: z.string().max(100).optional(),
    }),
    out: page(RecordingHit).extend({
      /** What was recorded up to then can be found, by the times of the recordings: of one that was brought in, its own. */
      indexedTo: Instant,
      /** What is still being read for search: of how many recordings, and how many bytes of their streams. */
      behind: z.object({ recordings: z.number().int(), bytes: z.number().int() }),
      /** Stretches that are not searched, of the newest recordings first; `hasMoreGaps` when there are others. */
      gaps: z.array(RecordingGap).max(20),
      hasMoreGaps: z.boolean(),
    }),
  }),
  'terminal.commands': query({
    allow: ROLES,
    about:
      'What was run in a terminal, in order. `complete` is false while it is still being worked out; the text is as the shell itself would log it.',
    rows,
    in: z.object({ id, cursor: z.coerce.number().int().min(0).optional() }),
    out: z.object({
      complete: z.boolean(),
      items: z.array(TerminalCommand),
      /** The `cursor` of what follows; null at the end. */
      next: z.number().int().nullable(),
    }),
  }),
  'terminal.find-commands': query({
    allow: ROLES,
    about: 'What was run in terminals, newest first.',
    rows,
    in: PageAsk.extend({
      text: z.string().min(1).max(200).optional(),
      personId: z.uuid().optional(),
      serverId: z.uuid().optional(),
      from: InstantAsk.optional(),
      to: InstantAsk.optional(),
    }),
    out: page(TerminalCommand),
  }),
  'recording.import': command({
    allow: ['admin'],
    about:
      'Keeps a recording made elsewhere: the body is an asciicast of version 2 or 3. Its row is marked as imported.',
    in: z.object({
      /** As Operator and Server of its row; what the cast does not say. */
      title: z.string().trim().min(1).max(120).optional(),
      account: z.string().trim().min(1).max(64).optional(),
    }),
    upload: { type: 'application/x-asciicast', bytesMax: 4 * 1024 ** 3 },
    out: z.object({ id: z.uuid() }),
  }),
  'recording.tail': channel({
    allow: ROLES,
    about: 'How far a recording has come, each time it has come further.',
    rows,
    in: z.object({ id }),
    out: z.object({ length: z.number().int(), milliseconds: z.number().int(), state: RecordingState }),
  }),
}
