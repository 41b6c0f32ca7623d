import { expect, test } from 'vitest'
import { countParts, rarestParts } from './rare-parts.ts'

const sample = await countParts([
  ...Array.from({ length: 9 }, () => 'cat /etc/os-release'),
  'deploy of release 4711',
  'Systemctl restart nginx',
])

test('of a sample it is counted how many rows have each part, whatever its case, and once for a row', async () => {
  const counts = await countParts([
    'Deploy deploy',
    'deploy',
    ...Array.from({ length: 500 }, () => 'a-b \u{1f600}'),
  ])
  expect([...counts]).toEqual([
    ['dep', 2],
    ['epl', 2],
    ['plo', 2],
    ['loy', 2],
  ])
})

test('the parts that the fewest rows have are chosen, as they were typed', () => {
  expect(rarestParts('Release 4711', sample)).toEqual(['471', 'Rel'])
  expect(rarestParts('release quasar', sample)).toEqual(['qua', 'sar'])
})

test('parts that lie over each other are chosen only where there are no others', () => {
  expect(rarestParts('deploy', sample)).toEqual(['dep', 'loy'])
  expect(rarestParts('nginx', sample)).toEqual(['ngi', 'gin'])
})

test('a text without three letters or digits in a row has none, and neither has any where nothing is known', () => {
  expect(rarestParts('a-b %_', sample)).toEqual([])
  expect(rarestParts('größe ñañ', sample)).toEqual([])
  expect(rarestParts('release', new Map())).toEqual([])
})
