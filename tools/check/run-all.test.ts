import { expect, test } from 'vitest'
import type { Count } from './count.ts'
import { runAll } from './run-all.ts'
import type { Outcome } from './run-suite.ts'
import type { Suite } from './suites.ts'

const passed: Count = { passed: 3, failed: 0, failures: [], flaky: [] }
const failed: Count = { passed: 2, failed: 1, failures: ['b.test.ts: it holds: it did not'], flaky: [] }
const flaky: Count = { passed: 3, failed: 0, failures: [], flaky: failed.failures }

/** Suites by name that end when they are told to, or at once. */
function scripted(outcomes: Record<string, (log: string[]) => Promise<Outcome>>) {
  const log: string[] = []
  const said: string[] = []
  const suites = Object.keys(outcomes).map((name): Suite => ({ name }))
  const run = async ({ name }: Suite, _: AbortSignal, show: (line: string) => void): Promise<Outcome> => {
    log.push(`${name} begins`)
    show('at work')
    const outcome = await outcomes[name]!(log)
    log.push(`${name} ends`)
    return outcome
  }
  return { log, said, ran: () => runAll(suites, { run, say: (line: string) => void said.push(line) }) }
}

test('two suites run at once in the order given, each line says whose it is, and results stand in that order', async () => {
  const slow = Promise.withResolvers<Outcome>()
  const { log, said, ran } = scripted({
    unit: () => slow.promise,
    style: async () => ({ count: passed }),
    crash: async () => {
      slow.resolve({ count: passed })
      return { count: failed }
    },
  })
  expect(await ran()).toBe(1)
  expect(log.slice(0, 4)).toEqual(['unit begins', 'style begins', 'style ends', 'crash begins'])
  expect(said.slice(0, 3)).toEqual(['unit │ at work', 'style │ at work', 'crash │ at work'])
  expect(said.slice(3).map((line) => line.replace(/ in \d+ s/, ''))).toEqual([
    '',
    'passed  unit: 3 passed, 0 failed',
    'passed  style: 3 passed, 0 failed',
    'FAILED  crash: 2 passed, 1 failed',
    'failed  b.test.ts: it holds: it did not',
    '8 passed, 1 failed',
  ])
})

test('what failed is run once more when every suite has ended, one after another', async () => {
  const again = (name: string, count: Count) => async (log: string[]) => ({
    count: failed,
    again: async () => {
      log.push(`${name} again`)
      await Promise.resolve()
      log.push(`${name} ends again`)
      return count
    },
  })
  const { log, said, ran } = scripted({
    unit: again('unit', flaky),
    browser: again('browser', flaky),
    crash: async () => ({ count: passed }),
  })
  expect(await ran()).toBe(0)
  expect(log.slice(-5)).toEqual([
    'crash ends',
    'unit again',
    'unit ends again',
    'browser again',
    'browser ends again',
  ])
  expect(said.at(-1)).toBe('9 passed, 0 failed')
})
