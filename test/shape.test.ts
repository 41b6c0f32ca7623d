import { expect, test } from 'vitest'
import { sourceFiles } from './sources.ts'

/** Small files, and no central list that grows with every feature: the limits of CONTRIBUTING.md. */
const limits = { code: { median: 80, p90: 220, most: 400 }, tests: { most: 600 } }

const lines = sourceFiles().map(({ path, text, isTest }) => ({
  path,
  lines: text.split('\n').length - 1,
  isTest: isTest || path.startsWith('test/'),
}))
const code = lines.filter((file) => !file.isTest)
const tests = lines.filter((file) => file.isTest)

const quantile = (files: typeof lines, share: number) =>
  files.map((file) => file.lines).sort((a, b) => a - b)[Math.floor((files.length - 1) * share)]!

const summary = (files: typeof lines) =>
  `${files.length} files, median ${quantile(files, 0.5)}, p90 ${quantile(files, 0.9)}, most ${quantile(files, 1)} lines`

const longerThan = (files: typeof lines, most: number) =>
  files.filter((file) => file.lines > most).map((file) => `${file.path} has ${file.lines} lines`)

test('no file has more than 400 lines, no test more than 600', () => {
  console.log(`code: ${summary(code)}\ntests: ${summary(tests)}`)
  expect(longerThan(code, limits.code.most)).toEqual([])
  expect(longerThan(tests, limits.tests.most)).toEqual([])
})

test('most files are small', () => {
  expect(quantile(code, 0.5)).toBeLessThanOrEqual(limits.code.median)
  expect(quantile(code, 0.9)).toBeLessThanOrEqual(limits.code.p90)
})

test('no file is named after nothing', () => {
  const vague = /(^|\/)(utils?|helpers?|managers?|services?|types|misc|common)\.(ts|tsx|mjs)$/
  expect(lines.filter(({ path }) => vague.test(path)).map(({ path }) => path)).toEqual([])
})

test('file names are kebab-case, a component is named as itself', () => {
  const kebab = /^[a-z0-9]+(-[a-z0-9]+)*(\.(test|test-d|e2e|config|fixture))?\.(ts|tsx|mjs)$/
  const component = /^[A-Z][A-Za-z0-9]*(\.test)?\.tsx$/
  const name = (path: string) => path.split('/').at(-1)!
  expect(
    lines
      .filter(({ path }) => !kebab.test(name(path)) && !component.test(name(path)))
      .map(({ path }) => path),
  ).toEqual([])
})

test('nothing is left to do later in a comment', () => {
  const promise = /\b(TODO|FIXME|XXX|HACK)\b/
  const own = 'test/shape.test.ts'
  expect(
    sourceFiles()
      .filter(({ path, text }) => path !== own && promise.test(text))
      .map(({ path }) => path),
  ).toEqual([])
})
