import type { JobKind } from '../../../base/server/jobs/jobs.ts'
import type { Dispatcher } from './dispatch.ts'
import { followers } from './followers.ts'
import { ANY_COMMAND, type CommandsParts, oneCommand } from './parts.ts'
import { release } from './release.ts'

/** The chosen time of one command has come. */
export const dueJob = (
  parts: Pick<CommandsParts, 'bus' | 'writeEntries' | 'sealSoon'>,
  dispatcher: Dispatcher,
): JobKind => ({
  run: async (tx, { key }, now) => {
    const { due, withheldIds } = await release(parts, tx, [key], now)
    const following = await followers(parts, tx, withheldIds, now)
    return () => {
      dispatcher.send(due)
      for (const id of [...due.map((one) => one.id), ...withheldIds]) {
        parts.bus.publish(ANY_COMMAND, id)
        parts.bus.publish(oneCommand(id))
      }
      following.afterCommit(dispatcher)
      if (withheldIds.length > 0) parts.sealSoon()
    }
  },
})
