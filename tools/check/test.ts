import { runAll } from './run-all.ts'
import { browser, crash, crashOn, hostile, onlyThese, type Suite, statics, storage, unit } from './suites.ts'
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
  const other = (suite: (binDirectory: string) => Suite) => (postgres === undefined ? [] : [suite(postgres)])
  // Those that wait more than they compute begin beside the longest; the last ones keep both processors busy to the end.
  const waiting = [crash(rounds), hostile, ...other(crashOn)]
  return runAll([unit, ...statics, ...waiting, browser, ...other(storage)])
}
