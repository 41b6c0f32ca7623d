import { z } from 'zod'
import { Instant } from '../../../base/common/api.ts'

/** `interrupted`: the server or the agent was gone and what was on its way is lost. `broken`: it could not be written any more. */
export const RecordingState = z.enum(['recording', 'complete', 'interrupted', 'broken', 'removed'])
export type RecordingState = z.infer<typeof RecordingState>

export const ExportFormat = z.enum(['asciicast-v2', 'asciicast-v3', 'text', 'evidence'])
export type ExportFormat = z.infer<typeof ExportFormat>

const bytes = z.number().int().min(0)
const milliseconds = z.number().int().min(0)

/**
 * Segments that follow each other and whose bytes were removed; the hashes of all of them stay in the journal. `milliseconds` are
 * of the last piece before them and of their own last one.
 */
export const RemovedStretch = z.object({
  fromSegment: z.number().int(),
  toSegment: z.number().int(),
  fromOffset: bytes,
  toOffset: bytes,
  fromMilliseconds: milliseconds,
  toMilliseconds: milliseconds,
  /** When and why they were removed. */
  removedAt: Instant,
  why: z.string(),
})
export type RemovedStretch = z.infer<typeof RemovedStretch>

/** Whether a moment lies where nothing is kept. At its two ends one sees what was before it, and what comes after it. */
export const isWithin = (
  { fromMilliseconds, toMilliseconds, toOffset }: RemovedStretch,
  moment: number,
  streamBytes: number,
): boolean =>
  (moment > fromMilliseconds || fromMilliseconds === 0) &&
  (moment < toMilliseconds || (moment === toMilliseconds && toOffset >= streamBytes))

export const RecordingInfo = z.object({
  terminalId: z.uuid(),
  state: RecordingState,
  startedAt: Instant,
  /** Size of the screen at the start. */
  columns: z.number().int(),
  rows: z.number().int(),
  /** Of the last recorded piece. */
  durationMilliseconds: milliseconds,
  outputBytes: bytes,
  /** Bytes of the piece stream, and what it takes on disk with its screens. */
  streamBytes: bytes,
  storedBytes: bytes,
  segments: z.number().int(),
  /** Bytes of output in each of up to 240 equal stretches of the duration: the height of the time line. */
  activity: z.array(bytes).max(240),
  /** How many segments were removed, and where: the first 500 stretches of them, in order. */
  segmentsRemoved: z.number().int(),
  removed: z.array(RemovedStretch).max(500),
})
export type RecordingInfo = z.infer<typeof RecordingInfo>

/** Pieces (common/piece.ts) of the stream from `from` to `to`, base64; cut wherever `to` falls. */
const Pieces = z.object({ from: bytes, to: bytes, bytes: z.string() })

export const RecordingFrame = z.object({
  /** Bytes that bring a terminal of this size to the screen as it was before `pieces`. Empty: a new terminal. */
  screen: z.string(),
  columns: z.number().int(),
  rows: z.number().int(),
  /** Time of the last piece before `pieces`. */
  milliseconds,
  pieces: Pieces,
  /** Nothing is kept of the moment: the screen is the last one before it. */
  removed: RemovedStretch.nullable(),
})
export type RecordingFrame = z.infer<typeof RecordingFrame>

export const RecordingPieces = Pieces.extend({
  /** Length of what there is now; `to` equal to it and the recording closed: there is no more. */
  length: bytes,
  state: RecordingState,
  /** The bytes up to `to` are in this stretch and were removed. What follows begins on an empty screen of this size. */
  removed: RemovedStretch.extend({ columns: z.number().int(), rows: z.number().int() }).nullable(),
})
export type RecordingPieces = z.infer<typeof RecordingPieces>

export const RecordingSegment = z.object({
  no: z.number().int(),
  startOffset: bytes,
  length: bytes,
  fromMilliseconds: milliseconds,
  toMilliseconds: milliseconds,
  /** Of the stream's bytes, hexadecimal. */
  sha256: z.string(),
  /** Number of the journal entry that holds this hash; null while it is not sealed. */
  entry: z.number().int().nullable(),
  /** When its bytes were removed, and the number of the entry that says so; null where they are kept. */
  removedAt: Instant.nullable(),
  removalEntry: z.number().int().nullable(),
})
export type RecordingSegment = z.infer<typeof RecordingSegment>

/** Characters of the longest text that can be looked for in what screens showed. */
export const SEARCHED_CHARACTERS_MAX = 200

/** A line that was on the screen, joined where it wrapped. */
export const RecordingHit = z.object({
  terminalId: z.uuid(),
  /** When it had become this, from the start of the recording. */
  seconds: z.number(),
  /** Where on the screen it began, from 0. */
  row: z.number().int(),
  /** The line, or 240 characters of a longer one around the text. */
  snippet: z.string(),
})
export type RecordingHit = z.infer<typeof RecordingHit>

/** A stretch of a recording of which search does not know all. */
export const RecordingGap = z.object({
  terminalId: z.uuid(),
  /** From the start of the recording. */
  fromSeconds: z.number(),
  toSeconds: z.number(),
  /** `too_much`: more was shown than is kept for search. `undrawn`: it could not be drawn. `removed`: its bytes are gone. */
  why: z.enum(['too_much', 'undrawn', 'removed']),
  /** How many lines are not searched, where that is known. */
  lines: z.number().int().nullable(),
})
export type RecordingGap = z.infer<typeof RecordingGap>

/** One command a person ran in a terminal. */
export const TerminalCommand = z.object({
  terminalId: z.uuid(),
  no: z.number().int(),
  /**
   * As the shell's own hook would log it. bash as `history 1` has it: lines of one command joined by `; ` or blanks, quotes
   * and here-documents with their line ends, `!!` as what it became. zsh and fish as preexec gets it, dash as it was typed;
   * each line of python, sqlite and the like by itself. Left out are empty lines, remarks alone, what Ctrl-C gave up,
   * answers to programs, and what was typed where nothing is shown.
   */
  text: z.string(),
  /** When Enter was pressed, and the same from the start of the recording. */
  at: Instant,
  seconds: z.number(),
  kind: z.enum(['shell', 'repl']),
  /** How many shells deep, from 1. */
  shellDepth: z.number().int().optional(),
  exitCode: z.number().int().optional(),
  /** Who says so: the shell's own marks, what the screen showed when Enter was pressed, or both. */
  source: z.enum(['integration', 'screen', 'both']),
  /** What the screen showed, where it is not what the shell said. */
  disagreement: z.string().optional(),
  /** Its moment cannot be replayed: the segment it is in was removed. */
  moment: z.literal('removed').optional(),
})
export type TerminalCommand = z.infer<typeof TerminalCommand>
