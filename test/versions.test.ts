import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from './sources.ts'

/** One version for all that is released together: the root's `package.json` says it. */

const read = (path: string) => readFileSync(join(root, path), 'utf8')
const { version, workspaces } = JSON.parse(read('package.json')) as { version: string; workspaces: string[] }
const folders = workspaces.flatMap((place) =>
  place.endsWith('/*')
    ? readdirSync(join(root, place.slice(0, -2))).map((name) => join(place.slice(0, -2), name))
    : place,
)

test('every package of the workspace has the version of the whole, in the lockfile too', () => {
  const { packages } = JSON.parse(read('package-lock.json')) as {
    packages: Record<string, { version: string }>
  }
  const said = ['', ...folders].flatMap((folder) => [
    [
      join(folder, 'package.json'),
      (JSON.parse(read(join(folder, 'package.json'))) as { version: string }).version,
    ],
    [`package-lock.json: ${folder || 'the root'}`, packages[folder]?.version],
  ])
  expect(said.length).toBeGreaterThan(10)
  expect(said.filter(([, one]) => one !== version)).toEqual([])
})

test('the changelog begins with what is unreleased, or with this version, and each version below is older', () => {
  const headings = [...read('CHANGELOG.md').matchAll(/^## (.+)$/gm)].map(([, heading]) => heading!)
  const released = headings[0] === 'Unreleased' ? headings.slice(1) : headings
  expect(released[0]).toBe(version)
  const number = (text: string) => text.split('.').reduce((sum, part) => sum * 1000 + Number(part), 0)
  expect(released).toEqual(released.toSorted((one, other) => number(other) - number(one)))
})
