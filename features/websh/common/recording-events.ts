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
} as const
