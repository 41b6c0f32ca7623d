import type { Migration } from '../../../base/server/migrate.ts'
import { recordingMigrations } from './recording/index.ts'
import { terminalMigrations } from './terminal/migration.ts'

/** In the order they were released: a recording is of a terminal. */
export const webshMigrations: readonly Migration[] = [...terminalMigrations, ...recordingMigrations]
