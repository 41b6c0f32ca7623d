import { z } from 'zod'
import { event } from '../../../base/common/event.ts'
import { Changed, changedWords } from './changed.ts'

export const settingsEvents = {
  'settings.updated': event({
    title: 'Settings changed',
    weight: 'notable',
    data: z.object({ changed: Changed }),
    say: (who, data) => `${who} changed the settings: ${changedWords(data.changed)}`,
    sample: { changed: { secondFactor: { before: 'optional', after: 'admins' } } },
  }),
} as const
