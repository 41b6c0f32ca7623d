import { parseArgs } from 'node:util'
import { runAll } from './run-all.ts'
import { browser, crash, hostile, onPostgres, statics, unit } from './suites.ts'
import { ensureSystemPrograms } from './system-programs.ts'

/**
 * Everything, browser included.
 * --postgres <bin directory>: afterwards what depends on the database once more, on that PostgreSQL.
 * --rounds <n>: of the crash suite.
 */
const { values } = parseArgs({
  options: { postgres: { type: 'string' }, rounds: { type: 'string', default: '20' } },
})
const missing = ensureSystemPrograms(['chromium'])
if (missing !== undefined) console.log(missing)
const again = values.postgres === undefined ? [] : onPostgres(values.postgres)
// Those that wait more than they compute begin beside the longest; the last ones keep both processors busy to the end.
process.exitCode = await runAll([unit, ...statics, crash(Number(values.rounds)), hostile, browser, ...again])
