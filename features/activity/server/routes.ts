import type { Api } from '../../../base/common/api.ts'
import type { EventTable } from '../../../base/common/event.ts'
import { baseFaults } from '../../../base/common/fault.ts'
import { type ChannelHandler, serve } from '../../../base/server/endpoint.ts'
import type { Journal } from '../../../base/server/journal/journal.ts'
import type { FeatureParts, Parts } from '../../../base/server/parts.ts'
import type { Reader } from '../../../base/server/scope.ts'
import type { ActivityCompleteness, ActivityRow } from '../common/activity.ts'
import { activityApi } from '../common/api.ts'
import { activityEvents } from '../common/events.ts'
import { sentences } from './entry-text.ts'
import { Follower } from './follower.ts'
import { type Filter, type ListParts, listActivity, matchingActivity } from './list.ts'
import { detailOf, listed } from './rows.ts'
import { seriesOf } from './series.ts'
import { TextIndex } from './text-index.ts'

/** What the log reads the contract for: actions, sentences, and which feature they belong to. */
export interface Promised {
  readonly feature: string
  readonly api: Api
  readonly events: EventTable
}

export interface ActivityFeature extends FeatureParts {
  /** Brings the log up to what is sealed now. */
  readonly catchUp: () => Promise<void>
}

const ROWS_MAX = 200

export function activityFeature(
  parts: Pick<Parts, 'db' | 'bus' | 'log'>,
  { journal, contracts }: { journal: Pick<Journal, 'head' | 'onSealed'>; contracts: readonly Promised[] },
): ActivityFeature {
  const names = (table: 'api' | 'events') =>
    contracts.flatMap(({ feature, [table]: entries }) =>
      Object.keys(entries).map((name) => [name, feature] as const),
    )
  const features = new Map([...names('events'), ...names('api')])
  const sentencesOf = sentences(Object.assign({}, ...contracts.map(({ events }) => events)))
  const listParts: ListParts = {
    db: parts.db,
    sentencesOf,
    featureOf: (name) => features.get(name) ?? 'base',
    actionsOf: (feature) => names('api').flatMap(([name, of]) => (of === feature ? [name] : [])),
    textIndex: new TextIndex(parts.db),
  }
  const follower = new Follower(parts, sentencesOf)

  const completeness = async (read: Reader, now: Date): Promise<ActivityCompleteness> => {
    const mark = await read.selectFrom('activity_mark').selectAll().executeTakeFirst()
    const behind = Math.max(0, sizeOf(journal) - (mark?.seq ?? 0))
    return { completeTo: (behind === 0 ? now : (mark?.at ?? new Date(0))).toISOString(), behind }
  }

  const changes: ChannelHandler<Filter, { rows: ActivityRow[]; completeness: ActivityCompleteness }> = {
    topics: () => ['activity'],
    next: async ({ poked, read, input, now }) => {
      const seqs = poked === 'everything' ? [] : [...poked].map(Number).slice(-ROWS_MAX)
      const rows = await matchingActivity(listParts, read, input, seqs, now)
      return { messages: [{ rows, completeness: await completeness(read, now) }] }
    },
  }

  const feature = serve(activityApi, activityEvents, {
    'activity.list': async ({ read, input, now }) => ({
      completeness: await completeness(read, now),
      ...(await listActivity(listParts, read, input, now)),
    }),

    'activity.read': async ({ read, input }) => {
      const row = await read
        .selectFrom('activity')
        .select(listed)
        .where('seq', '=', input.id)
        .executeTakeFirst()
      const detail = row && (await detailOf(listParts, row))
      if (detail === undefined) throw baseFaults['request.not_found']('activity')
      return detail
    },

    'activity.actions': async () => ({
      actions: contracts.flatMap(({ feature, api }) =>
        Object.entries(api).map(([name, { about }]) => ({ name, feature, about })),
      ),
      objects: [...new Set(names('api').map(([name]) => name.split('.')[0]!))].sort(),
    }),

    'activity.series': async (ask) => ({
      completeness: await completeness(ask.read, ask.now),
      ...(await seriesOf(ask)),
    }),

    'activity.changes': changes,
  })

  return {
    ...feature,
    start: async () => follower.start(journal),
    stop: () => follower.stop(),
    catchUp: () => follower.catchUp(),
  }
}

/** A journal that was refused has no head, and the log stays as it is. */
function sizeOf(journal: Pick<Journal, 'head'>): number {
  try {
    return journal.head().size
  } catch {
    return 0
  }
}
