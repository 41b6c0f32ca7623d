import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { sql } from 'kysely'
import type { world } from '../../seed/world.ts'
import type { Place } from './hunt.ts'

type World = Awaited<ReturnType<typeof world>>

/** Every row of every table, with bytes in hexadecimal. */
export async function tablesOf({ db }: World): Promise<Place[]> {
  const { rows: tables } = await sql<{ name: string }>`
    select c.oid::regclass::text as name from pg_class c
     where c.relkind in ('r', 'p') and not c.relispartition and c.relnamespace = 'public'::regnamespace`.execute(
    db,
  )
  const places: Place[] = []
  for (const { name } of tables) {
    const { rows } = await sql.raw<{ row: string }>(`select t::text as row from ${name} t`).execute(db)
    places.push({ where: `table ${name}`, text: rows.map(({ row }) => row).join('\n') })
  }
  return places
}

/** Every file below a directory, but for those that are kept secret themselves: the keys. */
export function filesOf(directory: string): Place[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map((name) => join(directory, name))
    .filter((path) => statSync(path).isFile() && relative(directory, path).split('/')[0] !== 'keys')
    .flatMap((path) => {
      const bytes = readFileSync(path)
      const where = `file ${relative(directory, path)}`
      return [
        { where, text: bytes.toString() },
        { where, text: bytes.toString('hex') },
      ]
    })
}
