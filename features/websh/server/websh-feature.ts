import type { Transaction } from 'kysely'
import type { Database } from '../../../base/server/database.ts'
import type { FeatureParts, Parts } from '../../../base/server/parts.ts'
import type { AgentLinks, LinkReactions } from '../../../wire/server/agent-link.ts'
import type { SayCompleteness, WhenRemoved } from '../../servers/server/index.ts'
import { recordingTopicOf } from './recording/index.ts'
import { terminalTopic } from './terminal/routes.ts'

type RecordingOptions = Omit<Parameters<typeof recordingTopicOf>[0], keyof Parts>

export interface WebshOptions extends RecordingOptions {
  readonly links: AgentLinks
  readonly completeness: SayCompleteness
}

export interface WebshFeature extends FeatureParts {
  readonly reactions: LinkReactions<Transaction<Database>>
  readonly serverRemoved: WhenRemoved
  /** Takes the bytes of some of a recording's segments away and records it, for whoever decides what is kept how long. */
  readonly removeSegments: ReturnType<typeof recordingTopicOf>['removeSegments']
}

/** Terminals, and the recordings of them. */
export function webshFeature(given: Parts & WebshOptions): WebshFeature {
  const recording = recordingTopicOf(given)
  // Spread would take a getter's value once and for all; the address is only known after listening.
  const terminals = terminalTopic(Object.assign(Object.create(given), { recordings: recording.recordings }))
  return {
    api: { ...terminals.api, ...recording.routes.api },
    events: { ...terminals.events, ...recording.routes.events },
    handlers: { ...terminals.handlers, ...recording.routes.handlers },
    reactions: terminals.reactions,
    serverRemoved: terminals.serverRemoved,
    removeSegments: recording.removeSegments,
    start: async () => {
      await recording.start()
      await terminals.start?.()
    },
    stop: async () => {
      await terminals.stop?.()
      await recording.stop()
    },
  }
}
