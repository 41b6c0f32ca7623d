import type { Feature } from '../../../../base/server/endpoint.ts'
import type { Parts } from '../../../../base/server/parts.ts'
import { CommandFollower } from './commands/command-follower.ts'
import { ScreenFollower } from './follow/follower.ts'
import { Screens } from './follow/screens.ts'
import { Imports } from './import/imports.ts'
import { Recordings } from './recordings.ts'
import { removeLeftovers } from './removal/leftovers.ts'
import { type Removal, removeSegments } from './removal/remove-segments.ts'
import { removeOrphans } from './remove.ts'
import { type RecordingParts, recordingRoutes } from './routes.ts'
import { Searcher } from './search/search.ts'
import { recordingTopic } from './tail.ts'

export { recordingMigrations } from './migration.ts'
export type { Recorder } from './recorder.ts'
export type { NewRecording, Recordings } from './recordings.ts'
export type { Removal } from './removal/remove-segments.ts'
export { recordingScopes } from './scope.ts'
export { packShown } from './search/shown-text.ts'

const SWEEP_MILLISECONDS = 10 * 60_000

export interface RecordingTopic {
  readonly recordings: Recordings
  readonly routes: Feature
  /** See removal/remove-segments.ts. */
  readonly removeSegments: (removal: Removal) => Promise<{ segments: number; bytes: number }>
  readonly start: () => Promise<void>
  readonly stop: () => Promise<void>
}

/** Keeping, drawing and replaying recordings. */
export function recordingTopicOf(
  parts: Parts & Pick<RecordingParts, 'entriesOf' | 'entryProof'>,
): RecordingTopic {
  const screens = new Screens()
  const searcher = new Searcher(parts.db)
  const imports = new Imports()
  const follower = new ScreenFollower(parts, screens)
  const commands = new CommandFollower(parts, (id) => parts.bus.publish(recordingTopic(id)))
  const recordings = new Recordings(parts, (id) => {
    parts.bus.publish(recordingTopic(id))
    follower.poke()
    commands.poke()
  })
  let beat: NodeJS.Timeout | undefined
  let sweeping: Promise<void> | undefined
  /** Of imports that a database which went away kept from being removed, or from having a terminal. */
  const sweep = () => {
    sweeping ??= removeOrphans(parts, {
      isGoingOn: (id) => recordings.of(id) !== undefined,
      before: new Date(parts.now().getTime() - SWEEP_MILLISECONDS),
    })
      .catch((error) => parts.log.error({ err: error }, 'imports that were given up could not be removed'))
      .finally(() => {
        sweeping = undefined
      })
  }
  return {
    recordings,
    routes: recordingRoutes(
      Object.assign(Object.create(parts), { recordings, screens, searcher, imports }) as RecordingParts,
    ),
    async removeSegments(removal) {
      const removed = await removeSegments(parts, removal)
      follower.poke()
      return removed
    },
    async start() {
      await removeOrphans(parts)
      await removeLeftovers(parts)
      recordings.start()
      follower.start()
      commands.start()
      beat = setInterval(sweep, SWEEP_MILLISECONDS)
      beat.unref()
    },
    async stop() {
      clearInterval(beat)
      await sweeping
      await recordings.stop()
      await Promise.all([follower.stop(), commands.stop(), searcher.stop(), imports.stop()])
    },
  }
}
