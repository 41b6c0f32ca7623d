import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brokenWithoutTest, type Count, countOf, filesToRunAgain, type Run } from './count.ts'
import type { Report } from './report.ts'
import type { Suite, VitestRun } from './suites.ts'

/** Runs it with its output shown, and counts. */
export async function runSuite(suite: Suite, signal: AbortSignal): Promise<Count> {
  const { name, program, vitest, environment, isRunAgain } = suite
  if (program !== undefined) {
    const code = await run(program, environment, signal)
    return code === 0
      ? { passed: 1, failed: 0, failures: [], flaky: [] }
      : brokenWithoutTest(name, `exit code ${code}`)
  }
  const first = await runVitest({ ...vitest }, environment, signal)
  const again = isRunAgain && !signal.aborted ? filesToRunAgain(first) : []
  if (again.length === 0) return countOf(name, first)
  console.log(`\nOnce more by themselves: ${again.join(', ')}`)
  return countOf(name, first, await runVitest({ ...vitest, paths: again }, environment, signal))
}

async function runVitest(
  { config, paths = [] }: VitestRun,
  environment: Suite['environment'],
  signal: AbortSignal,
): Promise<Run> {
  const directory = mkdtempSync(join(tmpdir(), 'annals-suite-'))
  const report = join(directory, 'report.json')
  try {
    const words = [
      'run',
      ...paths,
      ...(config === undefined ? [] : ['--config', config]),
      '--reporter=default',
      '--reporter=./tools/check/report.ts',
    ]
    const code = await run(
      ['node_modules/vitest/vitest.mjs', ...words],
      { ...environment, ANNALS_TEST_REPORT: report },
      signal,
    )
    return { report: reportIn(report), code }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

function reportIn(path: string): Report | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Report
  } catch {
    return undefined
  }
}

function run([file, ...words]: readonly string[], environment = {}, signal: AbortSignal): Promise<number> {
  // Biome's launcher and the others are plain JavaScript: run by this very Node, whatever `node` the PATH has.
  const child = spawn(process.execPath, [file!, ...words], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, PATH: `${join(process.execPath, '..')}:${process.env['PATH']}`, ...environment },
    signal,
    killSignal: 'SIGTERM',
  })
  return new Promise((resolve) => {
    child.once('error', () => resolve(1))
    child.once('close', (code) => resolve(code ?? 1))
  })
}
