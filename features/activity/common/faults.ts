import { defineFaults } from '../../../base/common/fault.ts'

export const activityFaults = defineFaults({
  'activity.bad_cursor': [
    400,
    () =>
      'That cursor is not from this list. Begin again without one, or send the `next` of the page before.',
  ],
  'activity.bad_range': [400, () => '`from` has to be before `to`, and the range has at most ten years.'],
})
