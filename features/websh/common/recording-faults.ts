import { defineFaults } from '../../../base/common/fault.ts'

export const recordingFaults = defineFaults({
  'recording.not_a_cast': [
    400,
    (line: number, why: string) =>
      `This is no asciicast that can be imported: line ${line}: ${why}. Nothing was kept.`,
  ],
})
