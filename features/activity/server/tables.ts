import type { Actor } from '../../../base/server/actor.ts'

/** What a count stands for. */
export type Dimension = 'total' | 'action' | 'person' | 'server' | 'sign-in'

declare module '../../../base/server/database.ts' {
  interface Database {
    /** One row for each request and outcome, found in the journal; what it says beside this is read from there. */
    activity: {
      /** The number of the first entry. */
      seq: number
      /** The number of the last entry. */
      last_seq: number
      at: Date
      actor_id: string
      actor_kind: Actor['kind']
      action: string
      object_kind: string | null
      object_id: string | null
      server_ids: string[]
      status: number
      request_id: string
      entries: number
      times: number
      new_address: boolean
      /** A session began. */
      signed_in: boolean
      /** What text is looked for in: the sentence and the names, at most 600 characters. */
      words: string
    }
    /** One row: which entries of the journal the log has, and the time of the newest of them. */
    activity_mark: { seq: number; at: Date | null }
    /**
     * Counts of requests: everybody's where `owner_id` is EVERYBODY, else that actor's; of all actions where `action` is
     * empty, else of that one. `n` has, where `span` is 0, the 24 hours of the day that begins at `at`; where it is 1, the
     * 31 days of that month; where it is 2, the 12 months of that year; each of UTC.
     */
    activity_count: {
      owner_id: string
      action: string
      dimension: Dimension
      span: number
      at: Date
      key: string
      failed: boolean
      n: number[]
    }
    /** The name that somebody, or a server, had in the newest request of an actor: the legend of a chart. */
    activity_name: { id: string; actor_id: string; name: string; seq: number }
    activity_address: {
      actor_id: string
      address: string
      seq: number
      at: Date
      /** The first address ever seen of this one. */
      is_first: boolean
    }
  }
}
