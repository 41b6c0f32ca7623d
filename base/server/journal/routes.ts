import type { Kysely } from 'kysely'
import { baseFaults } from '../../common/fault.ts'
import { journalApi } from '../../common/journal/api.ts'
import { toBase64 } from '../../common/journal/bytes.ts'
import { journalEvents } from '../../common/journal/events.ts'
import type { Actor } from '../actor.ts'
import type { Database } from '../database.ts'
import { type Ask, type Feature, serve } from '../endpoint.ts'
import type { Reader } from '../scope.ts'
import { entryProof } from './entry-proof.ts'
import type { Journal } from './journal.ts'
import { hashing } from './sha256.ts'

const readsAll = (actor: Actor) =>
  actor.role === 'admin' || actor.role === 'auditor' || actor.role === 'system'

const isOwn = (body: string, actor: Actor) =>
  (JSON.parse(body) as { actor: { id: string } }).actor.id === actor.id

/** Whether the row an entry is about is one the reader sees, by kind of subject. */
export type SubjectsSeen = Readonly<Record<string, (read: Reader, id: string) => Promise<boolean>>>

/** An entry is seen by who acted, and by whoever sees the row it is about: the outcome of one's own command is an agent's act. */
async function isSeen(
  body: string,
  { actor, read }: Pick<Ask<unknown>, 'actor' | 'read'>,
  subjects: SubjectsSeen,
) {
  if (readsAll(actor) || isOwn(body, actor)) return true
  const { subject } = JSON.parse(body) as { subject?: { kind: string; id: string } }
  return subject !== undefined && ((await subjects[subject.kind]?.(read, subject.id)) ?? false)
}

/** Reading the journal. What one may not see and what is not there answer alike. */
export function journalFeature(journal: Journal, db: Kysely<Database>, subjects: SubjectsSeen = {}): Feature {
  return serve(journalApi, journalEvents, {
    'journal.checkpoint': async () => {
      const { origin, size, root, at, note } = journal.head()
      return {
        origin,
        size,
        root: toBase64(root),
        at: at.toISOString(),
        note,
        keys: copyOf(await journal.read.keys()),
      }
    },

    'journal.entries': async ({ input, actor }) => {
      const actorId = readsAll(actor) ? undefined : actor.id
      const { items, next, size } = await journal.read.entries({ ...input, actorId })
      return {
        items: items.map(({ sequence, at, kind, body }) => ({
          sequence,
          at: at.toISOString(),
          kind,
          entry: JSON.parse(body) as unknown,
          body,
          hash: toBase64(hashing.leaf(Buffer.from(body))),
        })),
        next,
        size,
      }
    },

    'journal.proof': async ({ input, actor, read }) => {
      const proof = await entryProof(journal, input.sequence)
      if (proof === undefined || !(await isSeen(proof.body, { actor, read }, subjects))) {
        throw baseFaults['request.not_found']('entry')
      }
      return { ...proof, path: [...proof.path], keys: copyOf(proof.keys) }
    },

    'journal.consistency': async ({ input }) => {
      const until = input.to ?? journal.head().size
      if (input.from > until || until > journal.head().size) {
        throw baseFaults['request.invalid'](
          `the journal has ${journal.head().size} entries, and from may not be after to`,
        )
      }
      const { from, to, path, head } = await journal.read.consistency(input.from, input.to)
      return {
        from,
        to,
        path: path.map(toBase64),
        checkpoint: head.note,
        keys: copyOf(await journal.read.keys()),
      }
    },

    'journal.bundle': async ({ input, actor, request, now }) => {
      const until = input.to ?? journal.head().size
      if (input.from > until || until > journal.head().size) {
        throw baseFaults['request.invalid'](
          `the journal has ${journal.head().size} entries, and from may not be after to`,
        )
      }
      const { from, to, body } = await journal.read.bundle(input.from, until)
      // Recorded before the first byte leaves: what is taken out of here is itself part of the record.
      await db.transaction().execute((tx) =>
        journal.record(tx, {
          kind: 'journal.exported',
          at: now,
          actor,
          request: { ...request, status: 200 },
          data: { from, to },
        }),
      )
      journal.poke()
      return { name: `journal-${from}-${to}.ndjson`, contentType: 'application/x-ndjson', body }
    },
  })
}

const copyOf = ({ first, rotations }: Awaited<ReturnType<Journal['read']['keys']>>) => ({
  first,
  rotations: [...rotations],
})
