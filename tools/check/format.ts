import { runSuite } from './run-suite.ts'

/** Writes the style into every file; what cannot be put right by itself is printed. */
const { count } = await runSuite(
  { name: 'format', program: ['node_modules/@biomejs/biome/bin/biome', 'check', '--write', '.'] },
  new AbortController().signal,
  console.log,
)
process.exitCode = count.failed
