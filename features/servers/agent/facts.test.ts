import { expect, test } from 'vitest'
import { Facts } from '../../../wire/common/facts.ts'
import { lastingFacts, readFacts } from './facts.ts'

test('the facts of this very machine have the shape the server reads', async () => {
  const facts = await readFacts()
  expect(Facts.safeParse(facts).error).toBeUndefined()
  expect(facts.runsAs.uid).toBe(process.geteuid?.())
  expect(facts.accounts.map(({ name }) => name)).toContain('root')
  expect(facts.disks.length).toBeGreaterThan(0)
  expect(facts.memoryBytes).toBeGreaterThan(0)
})

test('how full a disk is does not count as a change', async () => {
  const facts = await readFacts()
  const fuller = { ...facts, disks: facts.disks.map((disk) => ({ ...disk, freeBytes: 0 })) }
  expect(lastingFacts(fuller)).toEqual(lastingFacts(facts))
  expect(lastingFacts({ ...facts, hostname: 'other' })).not.toEqual(lastingFacts(facts))
})
