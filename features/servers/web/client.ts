import { clientOf } from '../../../base/web/client/client.ts'
import type { serversApi } from '../common/api.ts'

export const servers = clientOf<typeof serversApi>()
