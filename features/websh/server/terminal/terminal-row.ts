import type { Selectable } from 'kysely'
import type { Actor } from '../../../../base/server/actor.ts'
import type { Database } from '../../../../base/server/database.ts'
import type { NewRecording } from '../recording/index.ts'

export type Row = Selectable<Database['terminal']>

const NOBODY = '00000000-0000-0000-0000-000000000000'

/** Who opened a terminal, as entries show them. */
export const operatorOf = (
  row: Pick<Row, 'operator_id' | 'operator_name' | 'operator_kind' | 'via_id' | 'via_name'>,
): Pick<Actor, 'id' | 'name' | 'kind' | 'via'> => ({
  id: row.operator_id ?? NOBODY,
  name: row.operator_name,
  kind: row.operator_kind,
  ...(row.via_id !== null && { via: { id: row.via_id, name: row.via_name ?? '' } }),
})

/** What entries about a terminal say besides their own data. */
export const aboutRow = (row: Pick<Row, 'id' | 'server_id' | 'server_name'>) => ({
  ...(row.server_id !== null && { server: { id: row.server_id, name: row.server_name } }),
  subject: { kind: 'terminal', id: row.id },
})

export const recordingOf = (row: Row): NewRecording => ({
  id: row.id,
  server: row.server_id === null ? undefined : { id: row.server_id, name: row.server_name },
  actor: operatorOf(row),
  startedAt: row.started_at ?? row.opened_at,
  columns: row.cols,
  rows: row.rows,
})
