import type { Bus } from '../../base/server/bus.ts'
import type { WriteEntries } from '../../base/server/endpoint.ts'
import type { Entry } from '../../base/server/journal/entry.ts'
import { subjectKeyOf } from '../../base/server/journal/entry-body.ts'
import type { Journal } from '../../base/server/journal/journal.ts'

const REMEMBERED_MAX = 20_000

/**
 * Tells live pages when the entry about a row got its number, under the topics of the row itself: `command` and
 * `command:<id>`. What was written by another process is seen the next time the row is read.
 */
export function announceSealed(journal: Journal, bus: Bus) {
  const unsealed = new Map<string, { readonly kind: string; readonly id: string }>()
  const remember = ({ subject }: Entry) => {
    if (subject === undefined) return
    unsealed.set(subjectKeyOf(subject.id), subject)
    if (unsealed.size > REMEMBERED_MAX) unsealed.delete(unsealed.keys().next().value!)
  }
  const writeEntries: WriteEntries = async (tx, entries) => {
    await journal.recordAll(tx, entries)
    for (const entry of entries) remember(entry)
  }
  const stop = journal.onSealed(({ entries }) => {
    for (const { subjectKey } of entries()) {
      const subject = subjectKey === null ? undefined : unsealed.get(subjectKey)
      if (subject === undefined) continue
      unsealed.delete(subjectKey!)
      bus.publish(subject.kind, subject.id)
      bus.publish(`${subject.kind}:${subject.id}`, subject.id)
    }
  })
  return { writeEntries, stop }
}
