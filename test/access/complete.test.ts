import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { endpoints, resourceOf } from './answers.ts'
import { asks } from './asks.ts'

test('every endpoint is asked', () => {
  const forgotten = Object.keys(endpoints).filter((name) => !(name in asks))
  expect(
    forgotten,
    `${forgotten.join(', ')} has no line in test/access/asks.ts: say there what it is asked with, then run vitest on test/access with -u and read what it answers to whom.`,
  ).toEqual([])
  expect(Object.keys(asks).filter((name) => !(name in endpoints))).toEqual([])
})

test('every resource has its file here, so that its endpoints really are asked', () => {
  const folder = new URL('./', import.meta.url)
  const texts = readdirSync(folder)
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => readFileSync(new URL(name, folder), 'utf8'))
  const called = texts.flatMap((text) => [
    ...(/^answersOf\((.*)\)$/m.exec(text)?.[1] ?? '').matchAll(/'([a-z-]+)'/g),
  ])
  expect(called.map((match) => match[1]).sort()).toEqual(
    [...new Set(Object.keys(endpoints).map(resourceOf))].sort(),
  )
})
