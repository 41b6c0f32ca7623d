import { sql } from 'kysely'
import type { World } from './sides.ts'

/** What one request left in the database. */
export interface Changes {
  readonly tables: readonly string[]
  readonly recorded: readonly string[]
}

/** Made from the journal or counted beside it, a moment later. */
const derived = /^(journal|activity|read_|job)/

/** A server that goes ends its terminals, and their recordings are closed a moment later: of no single answer there. */
export const withoutClosing = ({ tables, recorded }: Changes): Changes => ({
  tables: tables.filter((name) => name !== 'recording'),
  recorded: recorded.filter((kind) => kind !== 'recording.closed'),
})

/**
 * Watches every table by a trigger, which a transaction that was rolled back leaves no trace of, and puts back what was
 * changed. The journal goes on: what it keeps is asked for by kind.
 */
export async function watchChanges({ db }: Pick<World, 'db'>) {
  const { rows: tables } = await sql<{ name: string; columns: string }>`
    select c.relname as name,
           (select string_agg(quote_ident(attname), ', ' order by attnum) from pg_attribute
             where attrelid = c.oid and attnum > 0 and not attisdropped and attgenerated = '') as columns
      from pg_class c
     where c.relkind = 'r' and not c.relispartition and c.relnamespace = 'public'::regnamespace
       and c.relname <> 'schema_migration'`.execute(db)
  const watched = tables.filter(({ name }) => !derived.test(name))
  const columnsOf = new Map(watched.map(({ name, columns }) => [name, columns]))
  await sql
    .raw(`
    drop schema if exists access_test cascade;
    create schema access_test;
    create table access_test.change (n bigint generated always as identity primary key, name text not null, kind text);
    create function access_test.note() returns trigger language plpgsql as $$ begin
      insert into access_test.change (name) values (tg_table_name); return null; end $$;
    create function access_test.note_entry() returns trigger language plpgsql as $$ begin
      insert into access_test.change (name, kind) values ('journal', (select name from journal_kind where no = new.kind_no));
      return null; end $$;
    create trigger access_test after insert on journal_pending for each row execute function access_test.note_entry();
    ${watched
      .map(
        ({ name, columns }) => `
    create table access_test."${name}" as select ${columns} from "${name}";
    create trigger access_test after insert or update or delete on "${name}" for each row execute function access_test.note();`,
      )
      .join('')}`)
    .execute(db)

  const take = async () => {
    const { rows } = await sql<{ name: string; kind: string | null }>`
      with taken as (delete from access_test.change returning *) select name, kind from taken order by n`.execute(
      db,
    )
    return rows
  }
  return {
    /** @param expected how many entries to wait for: refusals are committed beside the answer, not before it. */
    async since(expected: number): Promise<Changes> {
      const rows = await take()
      for (let turn = 0; turn < 2000 && rows.filter(({ kind }) => kind !== null).length < expected; turn++) {
        await new Promise((resolve) => setTimeout(resolve, 2))
        rows.push(...(await take()))
      }
      const changed = new Set(rows.filter(({ kind }) => kind === null).map(({ name }) => name))
      return {
        tables: [...changed].sort(),
        recorded: rows.flatMap(({ kind }) => kind ?? []).sort(),
      }
    },
    /** Puts tables back to what they held when this began. */
    async restore(names: readonly string[]): Promise<void> {
      if (names.length === 0) return
      const statements = names.map(
        (name) => `delete from "${name}";
          insert into "${name}" (${columnsOf.get(name)}) overriding system value select * from access_test."${name}";`,
      )
      await sql
        .raw(`begin; set local session_replication_role = replica; ${statements.join('')} commit`)
        .execute(db)
    },
    stop: async () => void (await sql.raw('drop schema if exists access_test cascade').execute(db)),
  }
}
