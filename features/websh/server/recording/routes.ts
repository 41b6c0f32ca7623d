import type { Proof } from '../../../../base/common/journal/proof.ts'
import { type Feature, serve } from '../../../../base/server/endpoint.ts'
import type { SealedBody } from '../../../../base/server/journal/reader.ts'
import type { Parts } from '../../../../base/server/parts.ts'
import { recordingApi } from '../../common/recording-api.ts'
import { recordingEvents } from '../../common/recording-events.ts'
import { commandsOf, findCommands } from './commands/list-commands.ts'
import { exportRecording } from './export/export.ts'
import type { Screens } from './follow/screens.ts'
import { frameAt, PIECES_BYTES_MAX } from './frame.ts'
import { importRecording } from './import/import.ts'
import type { Imports } from './import/imports.ts'
import { recordingInfo, recordingReach } from './info.ts'
import type { Recordings } from './recordings.ts'
import { removedAt } from './removal/stretches.ts'
import type { Searcher } from './search/search.ts'
import { segmentPage } from './segment-page.ts'
import { readStream } from './stream-reader.ts'
import { tail } from './tail.ts'
import { Viewings } from './viewings.ts'

export interface RecordingParts
  extends Pick<Parts, 'db' | 'blobs' | 'bus' | 'log' | 'now' | 'writeEntries' | 'sealSoon'> {
  readonly recordings: Recordings
  /** The sealed entries about one thing, oldest first, behind a sequence number; at most 1000. */
  readonly entriesOf: (subjectId: string, after?: number) => Promise<SealedBody[]>
  /** That an entry is in the journal. */
  readonly entryProof: (sequence: number) => Promise<Proof | undefined>
  readonly screens: Screens
  readonly searcher: Searcher
  readonly imports: Imports
}

export function recordingRoutes(parts: RecordingParts): Feature {
  const viewings = new Viewings()
  return serve(recordingApi, recordingEvents, {
    'recording.read': async (ask) => {
      await viewings.admit(ask)
      return recordingInfo(parts, ask.input.id)
    },
    'recording.frame': async (ask) => {
      await viewings.admit(ask)
      const { pieces, offset, ...frame } = await frameAt(parts, ask.input.id, ask.input.milliseconds)
      return {
        ...frame,
        pieces: { from: offset, to: offset + pieces.length, bytes: pieces.toString('base64') },
      }
    },
    'recording.pieces': async (ask) => {
      await viewings.admit(ask)
      const { id, offset } = ask.input
      const bytes = await readStream(parts, id, offset, offset + PIECES_BYTES_MAX)
      // Read after the bytes: what was closed meanwhile has more, and whoever asks comes again.
      const { state, length } = await recordingReach(parts, id)
      const removed = bytes.length > 0 ? null : ((await removedAt(parts.db, id, offset)) ?? null)
      const to = removed?.toOffset ?? offset + bytes.length
      return {
        from: offset,
        to,
        bytes: bytes.toString('base64'),
        length: Math.max(length, to),
        state,
        removed,
      }
    },
    'recording.segments': async (ask) => {
      await viewings.admit(ask)
      return segmentPage(parts, ask.input.id, ask.input.cursor)
    },
    'recording.export': async (ask) => {
      const terminal = await viewings.admit(ask, `the ${ask.input.format} of`)
      return exportRecording(parts, terminal, ask.input.format)
    },
    'recording.search': async (ask) => {
      if (ask.input.id !== undefined)
        await viewings.admit({ ...ask, input: { id: ask.input.id }, viewed: ask.viewed })
      return parts.searcher.search(ask)
    },
    'terminal.commands': async (ask) => {
      await viewings.admit(ask)
      return commandsOf(parts, ask.input.id, ask.input.cursor)
    },
    'terminal.find-commands': ({ read, input }) => findCommands(parts, read, input),
    'recording.import': importRecording(parts),
    'recording.tail': tail(parts),
  })
}
