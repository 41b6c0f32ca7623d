import { writeFileSync } from 'node:fs'
import { stripVTControlCharacters } from 'node:util'
import type { Reporter, SerializedError, TestModule } from 'vitest/node'

/** What a run of Vitest came to. */
export interface Report {
  readonly files: readonly FileReport[]
  /** What broke outside of every file: the first line of each error. */
  readonly outside: readonly string[]
}

export interface FileReport {
  /** From the root: `base/common/api.test.ts`. */
  readonly path: string
  readonly passed: number
  readonly failures: readonly Failure[]
}

export interface Failure {
  /** The test with the names of what it stands in; empty where the file itself broke. */
  readonly test: string
  /** The first line of the first error. */
  readonly why: string
}

/** Vitest's own JSON leaves out what broke outside of the tests. Written to the file that ANNALS_TEST_REPORT names. */
// biome-ignore lint/style/noDefaultExport: Vitest takes a reporter from there.
export default class ReportWriter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    const report: Report = { files: modules.map(fileReport), outside: errors.map(firstLine) }
    writeFileSync(process.env['ANNALS_TEST_REPORT']!, JSON.stringify(report))
  }
}

function fileReport(module: TestModule): FileReport {
  const tests = [...module.children.allTests()].map((test) => ({ test, result: test.result() }))
  const broken = [module, ...module.children.allSuites()].flatMap((part) => part.errors())
  return {
    path: module.relativeModuleId,
    passed: tests.filter(({ result }) => result.state === 'passed').length,
    failures: [
      ...broken.map((error) => ({ test: '', why: firstLine(error) })),
      ...tests.flatMap(({ test, result }) =>
        result.state === 'failed' ? [{ test: test.fullName, why: firstLine(result.errors[0]) }] : [],
      ),
    ],
  }
}

const firstLine = (error: Pick<SerializedError, 'name' | 'message'> | undefined) =>
  stripVTControlCharacters(error?.message ?? 'no reason was given')
    .split('\n', 1)[0]!
    .slice(0, 300)
