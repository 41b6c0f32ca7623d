import { clientOf } from '../../../base/web/client/client.ts'
import type { identityApi } from '../common/api.ts'

export const identity = clientOf<typeof identityApi>()
