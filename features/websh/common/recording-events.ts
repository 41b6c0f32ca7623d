import { z } from 'zod'
import { event } from '../../../base/common/event.ts'

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/)

export const recordingEvents = {
  'recording.segments': event({
    title: 'Recording continued',
    weight: 'routine',
    /** Segments `from`, `from + 1`, … of this terminal's piece stream, each with the hash of its bytes. */
    data: z.object({
      from: z.number().int(),
      startOffset: z.number().int(),
      segments: z
        .array(z.object({ length: z.number().int(), toMilliseconds: z.number().int(), sha256: Sha256 }))
        .min(1)
        .max(200),
    }),
    say: (_who, data) =>
      `${data.segments.length === 1 ? 'A segment was' : `${data.segments.length} segments were`} recorded`,
    sample: {
      from: 0,
      startOffset: 0,
      segments: [
        {
          length: 4711,
          toMilliseconds: 9810,
          sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
        },
      ],
    },
  }),
  'recording.closed': event({
    title: 'Recording closed',
    weight: 'routine',
    data: z.object({
      how: z.enum(['complete', 'interrupted', 'broken']),
      why: z.string().max(300).nullable(),
      segments: z.number().int(),
      bytes: z.number().int(),
      durationMilliseconds: z.number().int(),
    }),
    say: (_who, data) =>
      data.how === 'complete'
        ? `The recording is complete: ${data.segments} segments`
        : `The recording was ${data.how} after ${data.segments} segments: ${data.why}`,
    sample: { how: 'complete', why: null, segments: 12, bytes: 401_233, durationMilliseconds: 812_004 },
  }),
  'recording.segments_removed': event({
    title: 'Part of a recording removed',
    weight: 'notable',
    /** Which segments have no bytes any more. Their hashes are those the entries of `recording.segments` hold. */
    data: z.object({
      why: z.string().max(300),
      segments: z
        .array(
          z.object({
            no: z.number().int(),
            length: z.number().int(),
            fromMilliseconds: z.number().int(),
            toMilliseconds: z.number().int(),
            sha256: Sha256,
          }),
        )
        .min(1)
        .max(200),
      /** Removed in this act, told in several entries when there are many. */
      inAll: z.number().int(),
      /** Segments the recording was closed with. */
      of: z.number().int(),
    }),
    say: (who, data) =>
      `${who} removed ${data.inAll} of ${data.of} segments of the recording (${data.why}); their hashes stay`,
    sample: {
      why: 'kept for 90 days',
      segments: [
        {
          no: 3,
          length: 4711,
          fromMilliseconds: 9810,
          toMilliseconds: 19_790,
          sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
        },
      ],
      inAll: 1,
      of: 12,
    },
  }),
  'recording.imported': event({
    title: 'Recording imported',
    weight: 'notable',
    data: z.object({
      format: z.enum(['asciicast-v2', 'asciicast-v3']),
      title: z.string().max(120),
      startedAt: z.iso.datetime(),
      durationMilliseconds: z.number().int(),
      bytes: z.number().int(),
      commands: z.number().int(),
      /** The file ended in the middle of a line. */
      isCut: z.boolean(),
    }),
    say: (who, data) => `${who} imported the recording ${data.title}`,
    sample: {
      format: 'asciicast-v2',
      title: 'restore drill',
      startedAt: '2026-08-03T09:00:00.000Z',
      durationMilliseconds: 61_000,
      bytes: 40_112,
      commands: 9,
      isCut: false,
    },
  }),
} as const
