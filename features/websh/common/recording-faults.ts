import { defineFaults } from '../../../base/common/fault.ts'

export const recordingFaults = defineFaults({
  'recording.not_a_cast': [
    400,
    (line: number, why: string) =>
      `This is no asciicast that can be imported: line ${line}: ${why}. Nothing was kept.`,
  ],
  'recording.not_sealed': [
    409,
    () =>
      'Segments of this recording were removed a moment ago, and the journal has not sealed that yet. Export it again in a few seconds.',
  ],
  'recording.not_settled': [
    409,
    (why: string) => `Nothing was removed from this recording: ${why}. Try again later.`,
  ],
})
