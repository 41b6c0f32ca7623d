import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { onlyThese } from './suites.ts'
import { testWords } from './test-words.ts'

const root = resolve(import.meta.dirname, '../..')
const typed = (...words: string[]) => testWords(words, resolve(root, 'test'))

test('a file is run as its suite runs it, wherever its name was typed, and once', () => {
  const words = typed('../features/commands', 'e2e/denied.e2e.ts', 'crash', '-t', 'is sent')
  if ('refusal' in words) throw new Error(words.refusal)
  expect(onlyThese(words.paths, words.named)).toEqual([
    { name: 'unit', vitest: { paths: ['features/commands'], named: 'is sent' }, isRunAgain: false },
    {
      name: 'browser',
      vitest: {
        config: 'test/e2e/vitest.config.ts',
        paths: ['test/e2e/denied.e2e.ts'],
        named: 'is sent',
      },
      isRunAgain: false,
    },
    expect.objectContaining({
      vitest: { config: 'test/crash/vitest.config.ts', paths: ['test/crash'], named: 'is sent' },
      isRunAgain: false,
    }),
  ])
})

test('nothing named is everything', () => {
  expect(typed('--rounds', '30')).toEqual({ paths: [], named: undefined, rounds: 30, postgres: undefined })
})

test.each([
  [['nowhere.test.ts'], /no such file or folder: nowhere\.test\.ts/],
  [['--rounds', 'many'], /--rounds takes a whole number from 1 on, not many/],
  [['--rounds', '0'], /--rounds takes a whole number/],
  [['--watch'], /--watch[\s\S]*npm test -- <file or folder>/],
  [['-t', 'is sent'], /Name a file or a folder/],
])('%j is refused with a sentence', (words, sentence) => {
  expect(typed(...words)).toEqual({ refusal: expect.stringMatching(sentence) })
})
