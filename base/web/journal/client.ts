import type { journalApi } from '../../common/journal/api.ts'
import { clientOf } from '../client/client.ts'

export const journal = clientOf<typeof journalApi>()
