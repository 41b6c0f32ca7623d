import { clientOf } from '../../../base/web/client/client.ts'
import type { activityApi } from '../common/api.ts'

export const activity = clientOf<typeof activityApi>()
