import { runAll } from './run-all.ts'
import { browser, crash, hostile, onlyThese, onPostgres, statics, unit } from './suites.ts'
import { ensureSystemPrograms } from './system-programs.ts'
import { type TestWords, testWords } from './test-words.ts'

const words = testWords(process.argv.slice(2), process.env['INIT_CWD'] ?? process.cwd())
if ('refusal' in words) {
  console.error(words.refusal)
  process.exitCode = 1
} else process.exitCode = await run(words)

async function run({ paths, named, rounds, postgres }: TestWords): Promise<number> {
  const missing = ensureSystemPrograms(['chromium'])
  if (missing !== undefined) console.log(missing)
  if (paths.length > 0) return runAll(onlyThese(paths, named), { atOnce: 1 })
  const again = postgres === undefined ? [] : onPostgres(postgres)
  // Those that wait more than they compute begin beside the longest; the last ones keep both processors busy to the end.
  return runAll([unit, ...statics, crash(rounds), hostile, browser, ...again])
}
