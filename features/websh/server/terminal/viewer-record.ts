import type { Kysely } from 'kysely'
import type { Database } from '../../../../base/server/database.ts'
import type { RequestFacts } from '../../../../base/server/endpoint.ts'
import type { TerminalParts } from './parts.ts'
import { aboutRow, type Row } from './terminal-row.ts'
import type { ViewerFacts } from './viewer.ts'

/** Who came by which credential, as entries show them. A guest is who they say they are. */
const actorOf = ({ personId, guestId, name }: Pick<ViewerFacts, 'personId' | 'guestId' | 'name'>) =>
  personId !== null
    ? { id: personId, name, kind: 'person' as const }
    : { id: guestId!, name: `${name} (guest)`, kind: 'anonymous' as const }

/** Somebody is at a terminal: the row and the entry, before they see a byte of it. */
export async function recordJoin(parts: TerminalParts, row: Row, viewer: ViewerFacts, request: RequestFacts) {
  await parts.db.transaction().execute(async (tx) => {
    await tx
      .insertInto('terminal_viewer')
      .values({
        id: viewer.id,
        terminal_id: row.id,
        mode: viewer.mode,
        person_id: viewer.personId,
        guest_id: viewer.guestId,
        name: viewer.name,
        read_only: viewer.readOnly,
        address: viewer.address,
        client: viewer.client,
        browser: viewer.browser,
        joined_at: viewer.joinedAt,
      })
      .execute()
    await parts.writeEntry(tx, {
      kind: 'terminal.joined',
      at: viewer.joinedAt,
      actor: actorOf(viewer),
      ...aboutRow(row),
      request: { ...request, status: 101 },
      data: {
        viewerId: viewer.id,
        mode: viewer.mode,
        ownerName: row.operator_name,
        readOnly: viewer.readOnly,
      },
    })
  })
  parts.sealSoon()
}

/** They are gone; `why` when they had to go. */
export async function recordLeave(
  parts: TerminalParts,
  row: Row,
  viewer: ViewerFacts,
  why: string | null,
  at = parts.now(),
) {
  await parts.db.transaction().execute((tx) => leave(parts, tx, row, viewer, why, at))
  parts.sealSoon()
}

async function leave(
  parts: TerminalParts,
  tx: Kysely<Database>,
  row: Pick<Row, 'id' | 'server_id' | 'server_name' | 'operator_name'>,
  viewer: Pick<ViewerFacts, 'id' | 'mode' | 'personId' | 'guestId' | 'name' | 'joinedAt'>,
  why: string | null,
  at: Date,
) {
  const { numUpdatedRows } = await tx
    .updateTable('terminal_viewer')
    .set({ left_at: at, leave_reason: why })
    .where('id', '=', viewer.id)
    .where('left_at', 'is', null)
    .executeTakeFirstOrThrow()
  if (numUpdatedRows === 0n) return
  await parts.writeEntry(tx, {
    kind: 'terminal.left',
    at,
    actor: actorOf(viewer),
    ...aboutRow(row),
    data: {
      viewerId: viewer.id,
      mode: viewer.mode,
      ownerName: row.operator_name,
      seconds: (at.getTime() - viewer.joinedAt.getTime()) / 1000,
      why: why?.slice(0, 300) ?? null,
    },
  })
}

/** A server that was killed could not write who left. */
export async function recordLeftOver(parts: TerminalParts) {
  const rows = await parts.db
    .selectFrom('terminal_viewer')
    .innerJoin('terminal', 'terminal.id', 'terminal_viewer.terminal_id')
    .select(['terminal_viewer.id', 'mode', 'person_id', 'guest_id', 'name', 'joined_at'])
    .select(['terminal.id as terminal_id', 'server_id', 'server_name', 'operator_name'])
    .where('left_at', 'is', null)
    .execute()
  for (const row of rows)
    await parts.db
      .transaction()
      .execute((tx) =>
        leave(
          parts,
          tx,
          { ...row, id: row.terminal_id },
          { ...row, personId: row.person_id, guestId: row.guest_id, joinedAt: row.joined_at },
          'Annals was not running.',
          parts.now(),
        ),
      )
  if (rows.length > 0) parts.sealSoon()
}
