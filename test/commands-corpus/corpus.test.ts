import { beforeAll, expect, test } from 'vitest'
import { differences, type Measured, measure, missingPrograms, tallies, withoutMissing } from './measure.ts'
import { allOf, precisionOf, recallOf, table, type Way } from './score.ts'
import { sessions } from './sessions/index.ts'

/** Every third session; all of them, which takes some minutes more, with ANNALS_TEST_COMMANDS=all. */
const isWhole = process.env['ANNALS_TEST_COMMANDS'] === 'all'
const missing = missingPrograms(sessions)
const chosen = withoutMissing(sessions, missing).filter((_, index) => isWhole || index % 3 === 0)

let measured: readonly Measured[] = []

beforeAll(async () => {
  if (missing.length > 0)
    console.log(`Sessions with ${missing.join(', ')} are left out: install them to run these, too.`)
  measured = await measure(chosen, isWhole ? 10 : 6)
  console.log(`${table(tallies(measured))}\n${table(tallies(measured, 'way'))}\n${differences(measured)}`)
}, 900_000)

const all = () => allOf([...tallies(measured).values()])
/** Of those that reached the reader in one of these ways. */
const those = (...ways: readonly Way[]) =>
  allOf([...tallies(measured.filter(({ way }) => ways.includes(way))).values()])

test('of what was run in real shells, 99 % is listed, in the very words', () => {
  expect(recallOf(all())).toBeGreaterThanOrEqual(0.99)
})

test('of what is listed, 99 % was run', () => {
  expect(precisionOf(all())).toBeGreaterThanOrEqual(0.99)
})

test('also of a live shell without marks alone, whose echo may come late, 97 % is listed and right', () => {
  expect(recallOf(those('live'))).toBeGreaterThanOrEqual(0.97)
  expect(precisionOf(those('live'))).toBeGreaterThanOrEqual(0.97)
})

test('what was typed where nothing is shown is listed nowhere', () => {
  for (const { session, score } of measured) {
    for (const secret of session.secrets ?? []) expect(JSON.stringify(score.commands)).not.toContain(secret)
  }
})

test('what is said of a command beside its words is right: exit code, depth, moment', () => {
  const share = (fact: keyof Measured['score']['facts']) => {
    const shares = measured.map(({ score }) => score.facts[fact])
    const sum = (part: 'said' | 'right') => shares.reduce((total, each) => total + each[part], 0)
    return sum('right') / Math.max(sum('said'), 1)
  }
  expect(share('exitCode')).toBeGreaterThanOrEqual(0.99)
  expect(share('shellDepth')).toBeGreaterThanOrEqual(0.98)
  expect(share('seconds')).toBeGreaterThanOrEqual(0.98)
})

test('a shell that says what it runs and the screen that shows it agree', () => {
  const commands = measured.flatMap(({ session, score }) => (session.integration ? score.commands : []))
  const told = commands.filter(({ source }) => source !== 'screen')
  expect(told.filter(({ source }) => source === 'both').length).toBeGreaterThanOrEqual(0.98 * told.length)
})
