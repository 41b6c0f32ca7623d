import type { Failure, FileReport, Report } from './report.ts'

export interface Count {
  readonly passed: number
  readonly failed: number
  /** Of what failed: the test's file and name with the first line of why. */
  readonly failures: readonly string[]
  /** The same of what failed once and passed when its file was run again by itself. */
  readonly flaky: readonly string[]
}

/** One run: what Vitest reported, undefined where it ended without a word, and its exit code. */
export interface Run {
  readonly report: Report | undefined
  readonly code: number
}

/** More than so many files do not fail by accident. */
const FILES_AGAIN_MAX = 5

/** Files of which something failed, to be run once more by themselves (ADR 19). */
export function filesToRunAgain({ report }: Run): string[] {
  const failed = report?.files.filter(({ failures }) => failures.length > 0) ?? []
  return failed.length <= FILES_AGAIN_MAX ? failed.map(({ path }) => path) : []
}

/**
 * A file that failed and then passed whole counts as passed, and says so. Of one that failed again, whatever failed
 * in either run has failed. What breaks without a test to blame counts as one failure.
 */
export function countOf(suite: string, first: Run, again?: Run): Count {
  if (first.report === undefined) return brokenWithoutTest(suite, 'it ended without a report')
  const second = new Map(again?.report?.files.map((file) => [file.path, file]))
  const flaky: string[] = []
  const failures: string[] = []
  let passed = 0
  for (const file of first.report.files) {
    const both = inBoth(file, second.get(file.path))
    passed += both.passed
    flaky.push(...both.flaky.map((failure) => lineOf(file, failure)))
    failures.push(...both.failures.map((failure) => lineOf(file, failure)))
  }
  const outside = [...first.report.outside, ...(again?.report?.outside ?? [])]
  failures.push(...outside.map((why) => `${suite}: ${why}`))
  const { code } = again ?? first
  if (failures.length === 0 && code !== 0)
    failures.push(`${suite}: exit code ${code}, and no test of it failed: see its output`)
  return { passed, failed: failures.length, failures, flaky }
}

export const brokenWithoutTest = (suite: string, why: string): Count => ({
  passed: 0,
  failed: 1,
  failures: [`${suite}: ${why}`],
  flaky: [],
})

interface InBoth {
  readonly passed: number
  readonly failures: readonly Failure[]
  readonly flaky: readonly Failure[]
}

function inBoth(first: FileReport, second: FileReport | undefined): InBoth {
  const { passed, failures } = first
  if (failures.length === 0 || second === undefined) return { passed, failures, flaky: [] }
  const tests = failures.filter(({ test }) => test !== '').length
  // A file that runs fewer tests than it did has not passed.
  if (second.failures.length === 0 && second.passed >= Math.max(1, passed + tests))
    return { passed: second.passed, failures: [], flaky: failures }
  const fresh = second.failures.filter(({ test }) => !failures.some((failure) => failure.test === test))
  const lost = fresh.filter(({ test }) => test !== '').length
  return { passed: Math.max(0, passed - lost), failures: [...failures, ...fresh], flaky: [] }
}

const lineOf = ({ path }: FileReport, { test, why }: Failure) =>
  test === '' ? `${path}: ${why}` : `${path}: ${test}: ${why}`
