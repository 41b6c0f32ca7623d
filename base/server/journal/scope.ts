import type { Scope } from '../scope.ts'

const reviewers = { admin: 'every row', auditor: 'every row', member: 'no row' } as const
const nobody = { admin: 'no row', auditor: 'no row', member: 'no row' } as const

/** Members reach their own entries through `journal.entries`, which asks for them by actor. */
export const journalScopes = {
  journal: reviewers satisfies Scope<'journal'>,
  journal_kind: reviewers satisfies Scope<'journal_kind'>,
  journal_ref: reviewers satisfies Scope<'journal_ref'>,
  journal_checkpoint: reviewers satisfies Scope<'journal_checkpoint'>,
  journal_identity: reviewers satisfies Scope<'journal_identity'>,
  journal_counted: reviewers satisfies Scope<'journal_counted'>,
  journal_hour_kind: reviewers satisfies Scope<'journal_hour_kind'>,
  journal_hour_actor: reviewers satisfies Scope<'journal_hour_actor'>,
  journal_hour_server: reviewers satisfies Scope<'journal_hour_server'>,
  journal_day_kind: reviewers satisfies Scope<'journal_day_kind'>,
  journal_day_actor: reviewers satisfies Scope<'journal_day_actor'>,
  journal_day_server: reviewers satisfies Scope<'journal_day_server'>,
  journal_pending: nobody satisfies Scope<'journal_pending'>,
  journal_tile: nobody satisfies Scope<'journal_tile'>,
}
