import { CompiledQuery } from 'kysely'

const names = new Map<string, string>()

/**
 * A statement that is asked with nearly every request: each connection parses it once, and plans it once it knows that the plan does
 * not depend on the values. Only for what is found by a key, whatever the values: all else is planned with its values
 * (docs/decisions/0005).
 * @param name what PostgreSQL keeps it under, `pg_prepared_statements`
 * @returns what makes it ready for `executeQuery` with the values of $1, $2 …
 */
export function prepared<Row>(name: string, text: string): (...values: unknown[]) => CompiledQuery<Row> {
  if ([...names.values()].includes(name)) throw new Error(`two statements are prepared as ${name}`)
  names.set(text, name)
  return (...values) => CompiledQuery.raw(text, values) as CompiledQuery<Row>
}

/** The name of a statement that is prepared; undefined for every other. */
export const preparedName = (text: string): string | undefined => names.get(text)
