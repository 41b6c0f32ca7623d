import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  sql,
} from 'kysely'
import { describe, expect, test } from 'vitest'
import { ShadowTables } from './shadow.ts'

interface Tables {
  server: { id: string; name: string }
  command: { id: string; server_id: string; line: string }
  public_note: { id: string }
}

const db = new Kysely<Tables>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (each) => new PostgresIntrospector(each),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
})
const known = ['server', 'command', 'public_note']
const read = db.withPlugin(
  new ShadowTables({
    has: (table) => known.includes(table),
    of: (table) => {
      if (!known.includes(table)) throw new Error(`table ${table} has no scope`)
      return table === 'public_note' ? undefined : sql`mine`.toOperationNode()
    },
  }),
)

const shadowed = (query: string) =>
  [...query.matchAll(/"(\w+)" as not materialized/g)].map((match) => match[1]).sort()

describe('every table a query names is shadowed', () => {
  test('in FROM', () => {
    expect(read.selectFrom('command').selectAll().compile().sql).toBe(
      'with "command" as not materialized (select * from "public"."command" where mine) select * from "command"',
    )
  })

  test('in a join, under an alias, in a subquery, in a lateral, in a union and in its own WITH', () => {
    const queries = [
      read.selectFrom('public_note').innerJoin('command', 'command.id', 'public_note.id').select('line'),
      read.selectFrom('command as c').select('c.line').where('c.line', '=', 'x'),
      read
        .selectFrom('public_note')
        .select('id')
        .where('id', 'in', (eb) => eb.selectFrom('command').select('id')),
      read
        .selectFrom('public_note')
        .select((eb) => eb.selectFrom('command').select('line').limit(1).as('line')),
      read
        .selectFrom('public_note')
        .select('id')
        .where((eb) => eb.exists(eb.selectFrom('command').select('id'))),
      read.selectFrom('public_note').select('id').union(db.selectFrom('command').select('id')),
      read
        .with('newest', (cte) => cte.selectFrom('command').select('id'))
        .selectFrom('newest')
        .select('id'),
      read.selectFrom((eb) => eb.selectFrom('command').select('id').as('inner')).select('inner.id'),
      read.selectFrom(read.selectFrom('command').select('id').as('inner')).select('inner.id'),
      read
        .selectFrom('public_note')
        .select(({ selectFrom }) =>
          sql<string>`coalesce(${selectFrom('command').select('line').limit(1)}, '')`.as('x'),
        ),
    ]
    for (const query of queries)
      expect(shadowed(query.compile().sql), query.compile().sql).toEqual(['command'])
  })

  test('and only those', () => {
    expect(shadowed(read.selectFrom('public_note').selectAll().compile().sql)).toEqual([])
    expect(
      shadowed(
        read.selectFrom('server').innerJoin('command', 'server_id', 'server.id').select('line').compile().sql,
      ),
    ).toEqual(['command', 'server'])
  })
})

describe('what cannot be looked into throws', () => {
  test.each([
    [
      'a table without a rule',
      () =>
        read
          .selectFrom('secret' as 'server')
          .selectAll()
          .compile(),
    ],
    ['a schema in the name', () => read.withSchema('public').selectFrom('server').selectAll().compile()],
    [
      'raw SQL that reads by text',
      () => read.selectFrom('public_note').select(sql`(select name from server limit 1)`.as('x')).compile(),
    ],
    [
      'a WITH clause that takes the name of a table',
      () =>
        read
          .with('command', (cte) => cte.selectFrom('server').select('id'))
          .selectFrom('command')
          .selectAll()
          .compile(),
    ],
    ['anything but a select', () => (read as Kysely<Tables>).deleteFrom('server').compile()],
  ])('%s', (_what, compile) => {
    expect(compile).toThrow()
  })
})
