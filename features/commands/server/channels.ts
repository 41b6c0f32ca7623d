import type { Completeness } from '../../../base/common/api.ts'
import type { ChannelHandler } from '../../../base/server/endpoint.ts'
import type { CommandDetail, CommandRow, OutputPiece } from '../common/command.ts'
import { type Filter, matchingCommands } from './list-commands.ts'
import { outputPage } from './output-pages.ts'
import { ANY_COMMAND, type CommandsParts, oneCommand } from './parts.ts'
import { commandDetail } from './rows.ts'

const ROWS_MAX = 200

/** Rows of a list as they appear and change. The list itself is read with command.list; this only says what is new. */
export const changes = (
  parts: CommandsParts,
): ChannelHandler<Filter, { rows: CommandRow[]; completeness: Completeness | null }> => ({
  topics: () => [ANY_COMMAND, 'server'],
  next: async ({ poked, actor, read, input, now }) => {
    const ids = poked === 'everything' ? [] : [...poked].filter((id) => id !== '').slice(0, ROWS_MAX)
    const rows = await matchingCommands(parts, read, input, ids)
    return { messages: [{ rows, completeness: await parts.completeness(actor, now) }] }
  },
})

type Follow = { command: CommandDetail; pieces: OutputPiece[]; next: number | null }

/** One command with its output from a place on. */
export const follow = (
  parts: CommandsParts,
): ChannelHandler<{ id: string; after?: number | undefined }, Follow> => ({
  topics: ({ input }) => [oneCommand(input.id)],
  next: async ({ cursor, read, input }) => {
    const messages: Follow[] = []
    for (let after = (cursor as number | undefined) ?? input.after ?? 0; ; ) {
      // The output first: a command that ended meanwhile is then seen with all of it on the next round.
      const page = await outputPage(parts, read, input.id, after)
      const command = await commandDetail(parts, read, input.id)
      messages.push({ command, pieces: page.pieces, next: page.next })
      if (page.next === null) return { messages, cursor: after }
      if (page.next === after || messages.length >= 8) return { messages, cursor: page.next }
      after = page.next
    }
  },
})
