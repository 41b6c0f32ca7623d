import { baseFaults } from '../../../../base/common/fault.ts'
import type { ChannelHandler } from '../../../../base/server/endpoint.ts'
import type { RecordingState } from '../../common/recording.ts'
import { recordingReach } from './info.ts'
import './tables.ts'
import type { RecordingParts } from './routes.ts'

/** Announced with a recording's id whenever more of it is on disk. */
export const recordingTopic = (terminalId: string) => `recording:${terminalId}`

type Reach = { length: number; milliseconds: number; state: RecordingState }

/** How far a recording has come, so that a player fetches what is new; done when it is closed. */
export const tail = (parts: RecordingParts): ChannelHandler<{ id: string }, Reach> => ({
  topics: ({ input }) => [recordingTopic(input.id)],
  next: async ({ read, input }) => {
    const recording = await read
      .selectFrom('recording')
      .select('terminal_id')
      .where('terminal_id', '=', input.id)
      .executeTakeFirst()
    if (recording === undefined) throw baseFaults['request.not_found']('recording')
    const reach = await recordingReach(parts, input.id)
    return { messages: [reach], done: reach.state !== 'recording' }
  },
})
