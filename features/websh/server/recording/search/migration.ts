import { sql } from 'kysely'
import type { Migration } from '../../../../../base/server/migrate.ts'

/** Signatures there are have one bit for a part of three letters and keep it; what is drawn from here on has three. */
export const searchMigration: Migration = {
  name: 'websh/0005-signature-bits',
  up: async (db) => {
    await sql`alter table recording_text_block add column short_bits smallint not null default 1`.execute(db)
  },
}

/** Long parts are signed as well, in layers of their own: all texts are signed anew, behind what goes on. */
export const layerMigration: Migration = {
  name: 'websh/0006-signature-layers',
  up: async (db) => {
    const statements = [
      'delete from recording_text_block',
      'alter table recording_text_block drop column short_bits',
      'alter table recording_text_block add column layer smallint not null default 0',
      'alter table recording_text_block drop constraint recording_text_block_pkey',
      'alter table recording_text_block add primary key (to_seq, layer)',
    ]
    for (const statement of statements) await sql.raw(statement).execute(db)
  },
}
