import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Suite } from './suites.ts'

export interface Count {
  readonly passed: number
  readonly failed: number
}

/** Runs it with its output shown, and counts. What breaks without a test to blame counts as one failure. */
export async function runSuite(suite: Suite, signal: AbortSignal): Promise<Count> {
  if (suite.program !== undefined) {
    const code = await run(suite.program, suite.environment, signal)
    return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }
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
    return countOf(report, code)
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

function countOf(report: string, code: number): Count {
  try {
    const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, 'utf8')) as {
      numPassedTests: number
      numFailedTests: number
    }
    const hidden = code !== 0 && numFailedTests === 0 ? 1 : 0
    return { passed: numPassedTests, failed: numFailedTests + hidden }
  } catch {
    return { passed: 0, failed: 1 }
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
