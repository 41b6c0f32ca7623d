import { z } from 'zod'
import { type Api, download, Instant, query, ROLES } from '../api.ts'

const Sequence = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER)
const Hash = z.string().length(44)

const Rotation = z.object({
  sequence: z.number().int(),
  origin: z.string(),
  oldKey: z.string(),
  newKey: z.string(),
  endorsement: z.string(),
  acceptance: z.string(),
})

/** Verifier keys, oldest first. `base/common/journal/key-history.ts` checks that each endorsed the next. */
const Keys = z.object({ first: z.string(), rotations: z.array(Rotation) })

export const journalApi = {
  'journal.checkpoint': query({
    allow: ROLES,
    about: 'The newest signed head of the journal.',
    rows: 'what everybody sees',
    in: z.object({}),
    out: z.object({
      origin: z.string(),
      size: z.number().int(),
      root: Hash,
      at: Instant,
      note: z.string(),
      keys: Keys,
    }),
  }),
  'journal.entries': query({
    allow: ROLES,
    about:
      'Sealed entries in the order of their numbers, after one number. A member gets those of their own acts.',
    rows: 'entries of their own acts',
    in: z.object({
      after: Sequence.optional(),
      limit: z.coerce.number().int().min(1).max(1000).default(100),
    }),
    out: z.object({
      items: z.array(
        z.object({
          sequence: z.number().int(),
          at: Instant,
          kind: z.string(),
          /** The entry, read. */
          entry: z.unknown(),
          /** The exact text that is hashed. */
          body: z.string(),
          /** The leaf hash. */
          hash: Hash,
        }),
      ),
      /** The `after` of the next page; null on the last one. */
      next: z.number().int().nullable(),
      /** Entries in the journal. */
      size: z.number().int(),
    }),
  }),
  'journal.proof': query({
    allow: ROLES,
    about:
      'That one entry is in the journal as last signed. Save the answer as a file for npm run verify -- --proof.',
    rows: 'entries of their own acts, and of commands they see',
    in: z.object({ sequence: Sequence }),
    out: z.object({
      proof: z.literal('annals-journal'),
      version: z.literal(1),
      origin: z.string(),
      sequence: z.number().int(),
      body: z.string(),
      leafHash: Hash,
      path: z.array(Hash),
      checkpoint: z.string(),
      keys: Keys,
    }),
  }),
  'journal.consistency': query({
    allow: ROLES,
    about:
      'That the journal of `to` entries, the newest head unless given, begins with the journal of `from` entries.',
    rows: 'what everybody sees',
    in: z.object({ from: Sequence, to: Sequence.optional() }),
    out: z.object({
      from: z.number().int(),
      to: z.number().int(),
      path: z.array(Hash),
      /** The newest head; it signs `to` when `to` was not given. */
      checkpoint: z.string(),
      keys: Keys,
    }),
  }),
  'journal.bundle': download({
    allow: ['admin', 'auditor'],
    about:
      'A range of the journal as a file that proves itself, for npm run verify -- --bundle. `to` is not included.',
    in: z.object({ from: Sequence.default(0), to: Sequence.optional() }),
  }),
} as const satisfies Api
