import type { Words } from './words.ts'

/** The files of a new feature by their path in its folder: the least that is served, recorded, scoped and compiles. */
export function featureFiles({ folder, thing, camels, camel, pascal, table }: Words): Record<string, string> {
  return {
    [`common/${thing}.ts`]: `import { z } from 'zod'
import { Instant } from '../../../base/common/api.ts'

export const ${pascal} = z.object({
  id: z.uuid(),
  name: z.string(),
  createdAt: Instant,
})
export type ${pascal} = z.infer<typeof ${pascal}>
`,
    'common/api.ts': `import { z } from 'zod'
import { command, PageAsk, page, query, ROLES } from '../../../base/common/api.ts'
import { ${pascal} } from './${thing}.ts'

export const ${camels}Api = {
  '${thing}.list': query({
    allow: ROLES,
    about: 'Those one may see, newest first.',
    in: PageAsk,
    out: page(${pascal}),
  }),
  '${thing}.create': command({
    allow: ['admin', 'member'],
    about: 'Makes one.',
    in: z.object({ name: z.string().trim().min(1).max(120) }),
    out: ${pascal},
  }),
}
`,
    'common/events.ts': `import { z } from 'zod'
import { event } from '../../../base/common/event.ts'

export const ${camels}Events = {
  '${thing}.created': event({
    title: '${title(thing)} created',
    weight: 'notable',
    data: z.object({ name: z.string().max(120) }),
    say: (who, { name }) => \`\${who} created \${name}\`,
    sample: { name: 'First' },
  }),
}
`,
    'common/faults.ts': `import { defineFaults } from '../../../base/common/fault.ts'

export const ${camels}Faults = defineFaults({
  '${thing}.name_taken': [409, (name: string) => \`There is already one called \${name}. Choose another name.\`],
})
`,
    'server/tables.ts': `declare module '../../../base/server/database.ts' {
  interface Database {
    ${table}: { id: string; name: string; person_id: string; created_at: Date }
  }
}

export type ${pascal}Row = import('../../../base/server/database.ts').Database['${table}']
`,
    'server/migrations.ts': `import { sql } from 'kysely'
import type { Migration } from '../../../base/server/migrate.ts'

export const ${camels}Migrations: Migration[] = [
  {
    name: '${folder}/0001-${folder}',
    up: async (db) => {
      await sql\`
        create table ${table} (
          id uuid primary key, name text not null, person_id uuid not null references person, created_at timestamptz not null)\`.execute(
        db,
      )
      await sql\`create unique index ${table}_name on ${table} (lower(name))\`.execute(db)
      await sql\`create index ${table}_person on ${table} (person_id)\`.execute(db)
    },
  },
]
`,
    'server/scope.ts': `import type { Scope } from '../../../base/server/scope.ts'

/** A member sees their own. */
export const ${camels}Scopes = {
  ${table}: {
    admin: 'every row',
    auditor: 'every row',
    member: (row, actor) => row('${table}.person_id', '=', actor.id),
  } satisfies Scope<'${table}'>,
}
`,
    [`server/${folder}.ts`]: `import type { Reader } from '../../../base/server/scope.ts'
import type { ${pascal} } from '../common/${thing}.ts'
import type { ${pascal}Row } from './tables.ts'

export const ${camel}Of = (row: Pick<${pascal}Row, 'id' | 'name' | 'created_at'>): ${pascal} => ({
  id: row.id,
  name: row.name,
  createdAt: row.created_at.toISOString(),
})

/** One more than the limit, so that the caller knows whether there is a next page. */
export async function list${pascal}s(read: Reader, { cursor, limit }: { cursor?: string | undefined; limit: number }) {
  const rows = await read
    .selectFrom('${table}')
    .select(['id', 'name', 'created_at'])
    .$if(cursor !== undefined, (query) => query.where('id', '<', cursor!))
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute()
  const items = rows.slice(0, limit).map(${camel}Of)
  return { items, next: rows.length > limit ? items.at(-1)!.id : null }
}
`,
    'server/routes.ts': `import { newId } from '../../../base/common/id.ts'
import { serve } from '../../../base/server/endpoint.ts'
import type { FeatureParts } from '../../../base/server/parts.ts'
import { ${camels}Api } from '../common/api.ts'
import { ${camels}Events } from '../common/events.ts'
import { ${camels}Faults } from '../common/faults.ts'
import { list${pascal}s, ${camel}Of } from './${folder}.ts'

export function ${camels}Feature(): FeatureParts {
  return serve(${camels}Api, ${camels}Events, {
    '${thing}.list': ({ read, input }) => list${pascal}s(read, input),

    '${thing}.create': async ({ tx, actor, input, now, record }) => {
      const row = { id: newId(now.getTime()), name: input.name, person_id: actor.id, created_at: now }
      const made = await tx
        .insertInto('${table}')
        .values(row)
        .onConflict((conflict) => conflict.doNothing())
        .returning('id')
        .executeTakeFirst()
      if (made === undefined) throw ${camels}Faults['${thing}.name_taken'](input.name)
      await record('${thing}.created', {
        subject: { kind: '${thing}', id: row.id, name: row.name },
        data: { name: row.name },
      })
      return ${camel}Of(row)
    },
  })
}
`,
    'server/index.ts': `import './tables.ts'

export { ${camels}Migrations } from './migrations.ts'
export { ${camels}Feature } from './routes.ts'
export { ${camels}Scopes } from './scope.ts'
`,
    'web/pages.ts': `import type { WebFeature } from '../../../base/web/shell/pages.ts'

export const ${camels}Web: WebFeature = { pages: [] }
`,
  }
}

const title = (thing: string) => {
  const text = thing.replaceAll('-', ' ')
  return text.charAt(0).toUpperCase() + text.slice(1)
}
