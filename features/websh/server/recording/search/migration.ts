import { sql } from 'kysely'
import type { Migration } from '../../../../../base/server/migrate.ts'

/** Signatures there are have one bit for a part of three letters and keep it; what is drawn from here on has three. */
export const searchMigration: Migration = {
  name: 'websh/0005-signature-bits',
  up: async (db) => {
    await sql`alter table recording_text_block add column short_bits smallint not null default 1`.execute(db)
  },
}
