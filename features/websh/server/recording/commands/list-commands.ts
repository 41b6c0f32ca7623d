import type { Selectable } from 'kysely'
import { baseFaults } from '../../../../../base/common/fault.ts'
import type { Database } from '../../../../../base/server/database.ts'
import type { Reader } from '../../../../../base/server/scope.ts'
import type { TerminalCommand } from '../../../common/recording.ts'
import type { RecordingParts } from '../routes.ts'

const COMMANDS_IN_PAGE = 1000

type Row = Selectable<Database['terminal_command']>

/** As answers give them; where their moment is gone, they say so. */
async function shownOf({ db }: Pick<RecordingParts, 'db'>, rows: readonly Row[]): Promise<TerminalCommand[]> {
  if (rows.length === 0) return []
  const removed = await db
    .selectFrom('recording_removal')
    .select(['terminal_id', 'from_milliseconds', 'to_milliseconds'])
    .where('terminal_id', 'in', [...new Set(rows.map((row) => row.terminal_id))])
    .execute()
  const isGone = ({ terminal_id, seconds }: Row) =>
    removed.some(
      (stretch) =>
        stretch.terminal_id === terminal_id &&
        stretch.from_milliseconds <= seconds * 1000 &&
        seconds * 1000 <= stretch.to_milliseconds,
    )
  return rows.map((row) => ({ ...shown(row), ...(isGone(row) && { moment: 'removed' as const }) }))
}

const shown = (row: Row): TerminalCommand => ({
  terminalId: row.terminal_id,
  no: row.no,
  text: row.text,
  at: row.at.toISOString(),
  seconds: row.seconds,
  kind: row.kind,
  ...(row.shell_depth !== null && { shellDepth: row.shell_depth }),
  ...(row.exit_code !== null && { exitCode: row.exit_code }),
  source: row.source,
  ...(row.disagreement !== null && { disagreement: row.disagreement }),
})

/** What was run in one terminal, in order; the cursor counts commands. Whoever calls has read the terminal as the actor. */
export async function commandsOf(
  parts: Pick<RecordingParts, 'db'>,
  terminalId: string,
  cursor = 0,
): Promise<{ complete: boolean; items: TerminalCommand[]; next: number | null }> {
  const { db } = parts
  // First whether it is whole: what is found meanwhile is then listed without being promised.
  const recording = await db
    .selectFrom('recording')
    .select('are_commands_whole')
    .where('terminal_id', '=', terminalId)
    .executeTakeFirst()
  const rows = await db
    .selectFrom('terminal_command')
    .selectAll()
    .where('terminal_id', '=', terminalId)
    // What was run within another shell is found before what started that shell.
    .orderBy('seconds')
    .orderBy('no')
    .offset(cursor)
    .limit(COMMANDS_IN_PAGE + 1)
    .execute()
  return {
    complete: recording?.are_commands_whole ?? false,
    items: await shownOf(parts, rows.slice(0, COMMANDS_IN_PAGE)),
    next: rows.length > COMMANDS_IN_PAGE ? cursor + COMMANDS_IN_PAGE : null,
  }
}

interface Wanted {
  readonly cursor?: string | undefined
  readonly limit: number
  readonly text?: string | undefined
  readonly personId?: string | undefined
  readonly serverId?: string | undefined
  readonly from?: string | undefined
  readonly to?: string | undefined
}

/** What was run in the terminals the actor sees, newest first. */
export async function findCommands(parts: Pick<RecordingParts, 'db'>, read: Reader, wanted: Wanted) {
  const after = wanted.cursor === undefined ? undefined : placeOf(wanted.cursor)
  const rows = await read
    .selectFrom('terminal_command')
    .selectAll()
    .$if(wanted.text !== undefined, (query) =>
      query.where('text', 'ilike', `%${wanted.text!.replace(/[\\%_]/g, '\\$&')}%`),
    )
    .$if(wanted.personId !== undefined, (query) => query.where('operator_id', '=', wanted.personId!))
    .$if(wanted.serverId !== undefined, (query) => query.where('server_id', '=', wanted.serverId!))
    .$if(wanted.from !== undefined, (query) => query.where('at', '>=', new Date(wanted.from!)))
    .$if(wanted.to !== undefined, (query) => query.where('at', '<', new Date(wanted.to!)))
    .$if(after !== undefined, (query) =>
      query.where((eb) =>
        eb.or([
          eb('at', '<', after!.at),
          eb.and([
            eb('at', '=', after!.at),
            eb(eb.refTuple('terminal_id', 'no'), '>', eb.tuple(after!.terminalId, after!.no)),
          ]),
        ]),
      ),
    )
    .orderBy('at', 'desc')
    .orderBy('terminal_id')
    .orderBy('no')
    .limit(wanted.limit + 1)
    .execute()
  const items = await shownOf(parts, rows.slice(0, wanted.limit))
  const last = items.at(-1)
  return {
    items,
    next: rows.length > wanted.limit && last ? `${last.at}_${last.terminalId}_${last.no}` : null,
  }
}

/** @throws request.invalid */
function placeOf(cursor: string) {
  const [at, terminalId, no] = cursor.split('_')
  const place = { at: new Date(at ?? ''), terminalId: terminalId ?? '', no: Number(no) }
  if (
    Number.isNaN(place.at.getTime()) ||
    !/^[0-9a-f-]{36}$/.test(place.terminalId) ||
    !Number.isInteger(place.no)
  )
    throw baseFaults['request.invalid']('cursor: it is not one of this list; start without it')
  return place
}
