import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { newEvent } from '../tools/new/new-event.ts'
import { newFeature } from '../tools/new/new-feature.ts'
import { wordsOf } from '../tools/new/words.ts'
import { root } from './sources.ts'

// Three compilations, on a machine that may be busy with other tests.
vi.setConfig({ testTimeout: 300_000 })

let tree: string
beforeEach(() => {
  tree = mkdtempSync(join(tmpdir(), 'annals-new-'))
  const folders = ['apps', 'base', 'features', 'wire', 'seed', 'test', 'tools']
  const files = [
    'package.json',
    ...['base', 'common', 'server', 'web', 'agent'].map((side) => `tsconfig.${side}.json`),
  ]
  for (const path of [...folders, ...files])
    cpSync(join(root, path), join(tree, path), {
      recursive: true,
      filter: (source) => !/\/(node_modules|dist)$/.test(source),
    })
  symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'))
})
afterEach(() => rmSync(tree, { recursive: true }))

const complaints = (side: string) =>
  spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', `tsconfig.${side}.json`], {
    cwd: tree,
    encoding: 'utf8',
  })
    .stdout.split('\n')
    .filter((line) => line.includes('error'))

test('a new feature with another event compiles on every side and needs nothing done by hand', () => {
  const said = newFeature(tree, 'work-notes')
  expect(said.filter((line) => line.startsWith('by hand'))).toEqual([])
  newEvent(tree, 'work-note.renamed', 'work-notes')
  for (const side of ['common', 'server', 'web']) expect(complaints(side)).toEqual([])
})

test('what is there already is left alone', () => {
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
