import { describe, expect, test } from 'vitest'
import { countOf, filesToRunAgain, type Run } from './count.ts'
import type { Failure, FileReport } from './report.ts'
import { summary } from './run-all.ts'

const file = (path: string, passed: number, ...failures: Failure[]): FileReport => ({
  path,
  passed,
  failures,
})
const run = (code: number, files: readonly FileReport[], outside: readonly string[] = []): Run => ({
  report: { files, outside },
  code,
})
const order: Failure = { test: 'lists > come in order', why: 'expected 2 to be 1' }
const beside: Failure = { test: 'lists > are bounded', why: 'expected 9 to be 8' }
const whole = file('a.test.ts', 5)

describe('a run', () => {
  test('in which nothing failed counts what passed', () => {
    expect(countOf('unit', run(0, [whole]))).toEqual({ passed: 5, failed: 0, failures: [], flaky: [] })
  })

  test('names each test that failed, with its file and the first line of why', () => {
    expect(countOf('unit', run(1, [whole, file('b.test.ts', 2, order)]))).toEqual({
      passed: 7,
      failed: 1,
      failures: ['b.test.ts: lists > come in order: expected 2 to be 1'],
      flaky: [],
    })
  })

  test('counts a file that cannot be loaded, beside tests that failed elsewhere', () => {
    const { failed, failures } = countOf(
      'unit',
      run(1, [file('b.test.ts', 2, order), file('c.test.ts', 0, { test: '', why: 'no such module' })]),
    )
    expect(failed).toBe(2)
    expect(failures).toContain('c.test.ts: no such module')
  })

  test.each<[string, Run, string]>([
    ['ends without a report', { report: undefined, code: 137 }, 'unit: it ended without a report'],
    ['breaks outside of its tests', run(1, [whole], ['read ECONNRESET']), 'unit: read ECONNRESET'],
    ['fails without a word', run(1, [whole]), 'unit: exit code 1, and no test of it failed: see its output'],
  ])('that %s has failed once', (_, first, line) => {
    expect(countOf('unit', first)).toMatchObject({ failed: 1, failures: [line] })
  })
})

describe('what is run once more', () => {
  const first = run(1, [whole, file('b.test.ts', 2, order)])

  test('is the files of which something failed, and no file when many did', () => {
    expect(filesToRunAgain(first)).toEqual(['b.test.ts'])
    expect(filesToRunAgain(run(0, [whole]))).toEqual([])
    expect(filesToRunAgain({ report: undefined, code: 1 })).toEqual([])
    const many = Array.from({ length: 6 }, (_, number) => file(`${number}.test.ts`, 0, order))
    expect(filesToRunAgain(run(1, many))).toEqual([])
  })

  test('and passes then, counts as passed and is named as flaky', () => {
    expect(countOf('unit', first, run(0, [file('b.test.ts', 3)]))).toEqual({
      passed: 8,
      failed: 0,
      failures: [],
      flaky: ['b.test.ts: lists > come in order: expected 2 to be 1'],
    })
  })

  test('and fails again, has failed once', () => {
    expect(countOf('unit', first, run(1, [file('b.test.ts', 2, order)]))).toMatchObject({
      passed: 7,
      failed: 1,
      flaky: [],
    })
  })

  test('and fails by another test, has failed by both', () => {
    expect(countOf('unit', first, run(1, [file('b.test.ts', 2, beside)]))).toEqual({
      passed: 6,
      failed: 2,
      failures: [
        'b.test.ts: lists > come in order: expected 2 to be 1',
        'b.test.ts: lists > are bounded: expected 9 to be 8',
      ],
      flaky: [],
    })
  })

  test.each<[string, Run]>([
    ['ends without a report', { report: undefined, code: 1 }],
    ['does not run', run(0, [])],
    ['leaves out what failed', run(0, [file('b.test.ts', 2)])],
  ])('and %s, has failed', (_, again) => {
    expect(countOf('unit', first, again)).toMatchObject({ passed: 7, failed: 1, flaky: [] })
  })

  test('hides nothing that broke outside of the tests, in either run', () => {
    const passes = [file('b.test.ts', 3)]
    expect(countOf('unit', run(1, first.report!.files, ['boom']), run(0, passes)).failed).toBe(1)
    expect(countOf('unit', first, run(1, passes, ['boom'])).failures).toEqual(['unit: boom'])
    expect(countOf('unit', first, run(1, passes)).failed).toBe(1)
  })
})

test('the last lines name the suites, then what was flaky, then what failed', () => {
  const first = run(1, [whole, file('b.test.ts', 2, order)])
  const results = [
    { name: 'unit', count: countOf('unit', first, run(0, [file('b.test.ts', 3)])), seconds: 3.2 },
    { name: 'browser', count: countOf('browser', first), seconds: 4 },
  ]
  expect(summary(results)).toEqual([
    'passed  unit: 8 passed, 0 failed, 1 flaky in 3 s',
    'FAILED  browser: 7 passed, 1 failed in 4 s',
    'flaky  b.test.ts: lists > come in order: expected 2 to be 1',
    'failed  b.test.ts: lists > come in order: expected 2 to be 1',
  ])
})
