import type { Feature } from '../../../../base/server/endpoint.ts'
import type { Parts } from '../../../../base/server/parts.ts'
import { ScreenFollower } from './follow/follower.ts'
import { Screens } from './follow/screens.ts'
import { Recordings } from './recordings.ts'
import { type RecordingParts, recordingRoutes } from './routes.ts'
import { recordingTopic } from './tail.ts'

export { recordingMigrations } from './migration.ts'
export type { Recorder } from './recorder.ts'
export type { NewRecording, Recordings } from './recordings.ts'
export { recordingScopes } from './scope.ts'

export interface RecordingTopic {
  readonly recordings: Recordings
  readonly routes: Feature
  readonly start: () => void
  readonly stop: () => Promise<void>
}

/** Keeping, drawing and replaying recordings. */
export function recordingTopicOf(
  parts: Parts & Pick<RecordingParts, 'entriesOf' | 'entryProof'>,
): RecordingTopic {
  const screens = new Screens()
  const follower = new ScreenFollower(parts, screens)
  const recordings = new Recordings(parts, (id) => {
    parts.bus.publish(recordingTopic(id))
    follower.poke()
  })
  return {
    recordings,
    routes: recordingRoutes(Object.assign(Object.create(parts), { recordings, screens }) as RecordingParts),
    start() {
      recordings.start()
      follower.start()
    },
    async stop() {
      await recordings.stop()
      await follower.stop()
    },
  }
}
