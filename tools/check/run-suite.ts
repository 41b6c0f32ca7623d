import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { setTimeout as wait } from 'node:timers/promises'
import { brokenWithoutTest, type Count, countOf, filesToRunAgain, type Run } from './count.ts'
import type { Report } from './report.ts'
import type { Suite, VitestRun } from './suites.ts'

/** How long the last lines of a program that has ended may take. */
const DRAIN_MILLISECONDS = 5_000

type Show = (line: string) => void

export interface Outcome {
  readonly count: Count
  /** Runs the files that failed once more by themselves, where that is done, and counts anew (ADR 19). */
  readonly again?: () => Promise<Count>
}

/** Runs it, shows what it prints line by line, and counts. */
export async function runSuite(suite: Suite, signal: AbortSignal, show: Show): Promise<Outcome> {
  const { name, program, vitest, environment, isRunAgain } = suite
  if (program !== undefined) {
    const code = await run(program, environment, signal, show)
    if (code !== 0) return { count: brokenWithoutTest(name, `exit code ${code}`) }
    return { count: { passed: 1, failed: 0, failures: [], flaky: [] } }
  }
  const first = await runVitest({ ...vitest }, environment, signal, show)
  const count = countOf(name, first)
  const paths = isRunAgain ? filesToRunAgain(first) : []
  if (paths.length === 0) return { count }
  const again = async () => {
    show(`Once more by themselves: ${paths.join(', ')}`)
    return countOf(name, first, await runVitest({ ...vitest, paths }, environment, signal, show))
  }
  return { count, again }
}

async function runVitest(
  { config, paths = [], named }: VitestRun,
  environment: Suite['environment'],
  signal: AbortSignal,
  show: Show,
): Promise<Run> {
  const directory = mkdtempSync(join(tmpdir(), 'annals-suite-'))
  const report = join(directory, 'report.json')
  try {
    const words = [
      'run',
      ...paths,
      ...(config === undefined ? [] : ['--config', config]),
      ...(named === undefined ? [] : ['--testNamePattern', named]),
      '--reporter=default',
      '--reporter=./tools/check/report.ts',
    ]
    const code = await run(
      ['node_modules/vitest/vitest.mjs', ...words],
      { ...environment, ANNALS_TEST_REPORT: report },
      signal,
      show,
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

async function run(
  [file, ...words]: readonly string[],
  environment = {},
  signal: AbortSignal,
  show: Show,
): Promise<number> {
  // Biome's launcher and the others are plain JavaScript: run by this very Node, whatever `node` the PATH has.
  const child = spawn(process.execPath, [file!, ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PATH: `${join(process.execPath, '..')}:${process.env['PATH']}`, ...environment },
    signal,
    killSignal: 'SIGTERM',
  })
  const shown = Promise.all([child.stdout, child.stderr].map((output) => showLines(output, show)))
  const code = await new Promise<number>((resolve) => {
    child.once('error', () => resolve(1))
    child.once('exit', (code) => resolve(code ?? 1))
  })
  // What a test left behind may hold the output open for ever.
  await Promise.race([shown, wait(DRAIN_MILLISECONDS, undefined, { ref: false })])
  child.stdout.destroy()
  child.stderr.destroy()
  return code
}

async function showLines(output: Readable, show: Show): Promise<void> {
  for await (const line of createInterface({ input: output })) if (line !== '') show(line)
}
