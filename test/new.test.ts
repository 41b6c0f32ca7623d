import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { newEvent } from '../tools/new/new-event.ts'
import { newFeature } from '../tools/new/new-feature.ts'
import { wordsOf } from '../tools/new/words.ts'
import { root } from './sources.ts'

/**
 * A copy of the tree, in which features and events are made. What is tested here is what is new: the tests that are there
 * would take most of the compiler's time.
 */
function copyOfTree() {
  const tree = mkdtempSync(join(tmpdir(), 'annals-new-'))
  const folders = ['apps', 'base', 'features', 'wire', 'seed', 'test', 'tools']
  const files = [
    'package.json',
    ...['base', 'common', 'server', 'web', 'agent'].map((side) => `tsconfig.${side}.json`),
  ]
  const isLeftOut = (source: string) =>
    /\/(node_modules|dist)$|(?<!layers)\.(test|e2e)\.ts$|\/test\/[a-z0-9-]+\//.test(source)
  for (const path of [...folders, ...files])
    cpSync(join(root, path), join(tree, path), { recursive: true, filter: (source) => !isLeftOut(source) })
  symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'))
  return { tree, [Symbol.dispose]: () => rmSync(tree, { recursive: true }) }
}

const complaints = (tree: string, side: string) =>
  spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', `tsconfig.${side}.json`], {
    cwd: tree,
    encoding: 'utf8',
  })
    .stdout.split('\n')
    .filter((line) => line.includes('error'))

test('a new feature with another event compiles on every side and needs nothing done by hand', () => {
  using copy = copyOfTree()
  const { tree } = copy
  const said = newFeature(tree, 'work-notes')
  expect(said.filter((line) => line.startsWith('by hand'))).toEqual([])
  newEvent(tree, 'work-note.renamed', 'work-notes')
  for (const side of ['common', 'server', 'web']) expect(complaints(tree, side)).toEqual([])
})

test('what is there already is left alone', () => {
  using copy = copyOfTree()
  const { tree } = copy
  expect(() => newFeature(tree, 'servers')).toThrow('features/servers is there already')
  expect(() => newEvent(tree, 'server.enrolled', 'servers')).toThrow(
    'server.enrolled is in features/servers/common/events.ts already',
  )
  expect(() => newEvent(tree, 'kite.flown', undefined)).toThrow('No feature speaks of "kite" yet')
})

test.each([
  ['notes', { thing: 'note', table: 'note' }],
  ['work-notes', { thing: 'work-note', table: 'work_note', pascal: 'WorkNote', camels: 'workNotes' }],
  ['policies', { thing: 'policy' }],
  ['Notes', undefined],
  ['note', undefined],
  ['../notes', undefined],
])('%s in its forms', (name, words) => {
  if (words === undefined) expect(wordsOf(name)).toBeUndefined()
  else expect(wordsOf(name)).toMatchObject(words)
})
