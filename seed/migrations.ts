import type { Migration } from '../base/server/migrate.ts'

/** Every feature's migrations, in the order they are applied. */
export const migrations: Migration[] = []
