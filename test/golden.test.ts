import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { contracts } from '../apps/server/contract.ts'
import { goldenDocuments } from '../tools/golden/documents.ts'
import { sourceFiles } from './sources.ts'

test.each(Object.entries(goldenDocuments))(
  'docs/%s says what the contract says (npm run golden writes it)',
  (name, make) => {
    expect(make()).toBe(readFileSync(new URL(`../docs/${name}`, import.meta.url), 'utf8'))
  },
)

test('every contract table of a feature is in the contract', () => {
  const listed = sourceFiles().find(({ path }) => path === 'apps/server/contract.ts')!.imports
  const tables = sourceFiles().filter(({ path }) =>
    /^features\/[^/]+\/common\/(api|events|faults)\.ts$/.test(path),
  )
  expect(tables.map(({ path }) => path).filter((path) => !listed.includes(path))).toEqual([])
})

test('no two features promise the same name', () => {
  for (const part of ['api', 'events', 'faults'] as const) {
    const names = contracts.flatMap((contract) => Object.keys(contract[part]))
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([])
  }
})

test('names are two words of the field with a dot between', () => {
  const names = contracts.flatMap(({ api, events, faults }) =>
    [api, events, faults].flatMap((table) => Object.keys(table)),
  )
  expect(names.filter((name) => !/^[a-z]+(-[a-z]+)*\.[a-z]+([-_][a-z]+)*$/.test(name))).toEqual([])
})

test("every event's sample fits its own schema, and its sentence names the actor", () => {
  for (const { events } of contracts)
    for (const [kind, { data, sample, say }] of Object.entries(events)) {
      expect(data.safeParse(sample).error, kind).toBeUndefined()
      expect(say('Mina Cho', data.parse(sample)), kind).not.toContain('undefined')
    }
})
