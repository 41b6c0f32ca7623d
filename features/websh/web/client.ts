import { clientOf } from '../../../base/web/client/client.ts'
import type { recordingApi } from '../common/recording-api.ts'
import type { terminalApi } from '../common/terminal-api.ts'

export const terminals = clientOf<typeof terminalApi>()
export const recordings = clientOf<typeof recordingApi>()
