import { clientOf } from '../../../base/web/client/client.ts'
import type { commandsApi } from '../common/api.ts'

export const commands = clientOf<typeof commandsApi>()
