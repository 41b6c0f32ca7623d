import { runSuite } from './run-suite.ts'

/** Writes the style into every file; what cannot be put right by itself is printed. */
const { failed } = await runSuite(
  { name: 'format', program: ['node_modules/@biomejs/biome/bin/biome', 'check', '--write', '.'] },
  new AbortController().signal,
)
process.exitCode = failed
