import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import type { Suite } from './suites.ts'

export interface Count {
  readonly passed: number
  readonly failed: number
  /** Of what failed: the test's file and name with the first line of why. */
  readonly failures: readonly string[]
}

/** Runs it with its output shown, and counts. What breaks without a test to blame counts as one failure. */
export async function runSuite(suite: Suite, signal: AbortSignal): Promise<Count> {
  if (suite.program !== undefined) {
    const code = await run(suite.program, suite.environment, signal)
    return code === 0 ? { passed: 1, failed: 0, failures: [] } : brokenWithoutTest(suite, `exit code ${code}`)
  }
  const directory = mkdtempSync(join(tmpdir(), 'annals-suite-'))
  const report = join(directory, 'report.json')
  try {
    const words = [
      'run',
      ...(suite.vitest ?? []),
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ]
    const code = await run(['node_modules/vitest/vitest.mjs', ...words], suite.environment, signal)
    return countOf(suite, report, code)
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

/** What vitest's JSON report says, as far as it is read here. */
interface Report {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly testResults: readonly {
    readonly name: string
    readonly status: string
    readonly message: string
    readonly assertionResults: readonly {
      readonly fullName: string
      readonly status: string
      readonly failureMessages: readonly string[] | null
    }[]
  }[]
}

function countOf(suite: Suite, path: string, code: number): Count {
  let report: Report
  try {
    report = JSON.parse(readFileSync(path, 'utf8')) as Report
  } catch {
    return brokenWithoutTest(suite, 'it ended without a report')
  }
  const failures = report.testResults.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status }) => status === 'failed')
      .map(
        (test) => `${relative('.', name)}: ${test.fullName.trim()}: ${firstLine(test.failureMessages?.[0])}`,
      ),
  )
  const passed = report.numPassedTests
  if (code === 0 || report.numFailedTests > 0) return { passed, failed: report.numFailedTests, failures }
  const files = report.testResults
    .filter(({ status, message }) => status === 'failed' && message !== '')
    .map(({ name, message }) => `${relative('.', name)}: ${firstLine(message)}`)
  const said =
    files.length > 0 ? files : ['no test of it failed: see its output for an error outside of them']
  return { passed, failed: 1, failures: said.map((line) => `${suite.name}: ${line}`) }
}

const brokenWithoutTest = ({ name }: Suite, why: string): Count => ({
  passed: 0,
  failed: 1,
  failures: [`${name}: ${why}`],
})

const firstLine = (text = '') => stripVTControlCharacters(text).split('\n', 1)[0]!.slice(0, 300)

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
