import { runAll } from './run-all.ts'
import { statics, unit } from './suites.ts'

/** Types, style, and every test that needs neither a browser nor minutes. */
process.exitCode = await runAll([unit, ...statics])
