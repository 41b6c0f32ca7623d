import {
  type Expression,
  type ExpressionBuilder,
  expressionBuilder,
  type Kysely,
  type QueryCreator,
  type SqlBool,
  sql,
  type Transaction,
} from 'kysely'
import type { Role } from '../common/api.ts'
import type { Actor } from './actor.ts'
import type { Database } from './database.ts'
import { ShadowTables } from './shadow.ts'

/**
 * Every row, no row, or the rows a condition picks. A condition compares columns with the actor's resolved ids
 * (`= any($ids)`): a subquery in its place was measured up to 80 times slower (docs/decisions/0005).
 */
export type Rule<T extends keyof Database> =
  | 'every row'
  | 'no row'
  | ((row: ExpressionBuilder<Database, T>, actor: Actor) => Expression<SqlBool>)

export type Scope<T extends keyof Database> = Readonly<Record<Role, Rule<T>>>

/** One scope per table. A table, or a role, without a rule does not compile. */
export type Scopes = { readonly [T in keyof Database]: Scope<T> }

/** The only way a feature reads: it has no insert, no update and no way around the actor's scope. */
export type Reader = Pick<QueryCreator<Database>, 'selectFrom' | 'with'>

/**
 * Opens the database as one actor sees it.
 *
 * Each table a query names, in a FROM, a join or a subquery, is shadowed by a WITH clause of the same name that holds
 * only the actor's rows. Nothing has to remember a filter. A table that is not in `scopes` throws, and so does raw SQL
 * that reads from a table by text.
 */
export function readAs(db: Kysely<Database> | Transaction<Database>, scopes: Scopes, actor: Actor): Reader {
  if (actor.role === 'system') return db
  return db.withPlugin(
    new ShadowTables({
      has: (table) => Object.hasOwn(scopes, table),
      of: (table) => shadowOf(scopes, actor, table),
    }),
  )
}

/** Undefined: the table is seen whole. */
function shadowOf(scopes: Scopes, actor: Actor, table: string) {
  const scope = (scopes as Record<string, Scope<never> | undefined>)[table]
  if (scope === undefined) throw new Error(`table ${table} has no scope: nobody may read it`)
  const rule: Rule<never> = actor.role === 'none' || actor.role === 'system' ? 'no row' : scope[actor.role]
  if (rule === 'every row') return undefined
  if (rule === 'no row') return sql<SqlBool>`false`.toOperationNode()
  return (rule as (row: unknown, actor: Actor) => Expression<SqlBool>)(
    expressionBuilder(),
    actor,
  ).toOperationNode()
}

/** Comparisons for rules: the ids travel as one array parameter, so the planner sees how many there are. */
export const isOneOf = (column: string, ids: readonly string[]): Expression<SqlBool> =>
  sql<SqlBool>`${sql.ref(column)} = any(${ids as string[]}::uuid[])`
