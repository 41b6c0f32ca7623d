import { expect, test } from 'vitest'
import { isOwn, maySeeMore, ownRows } from './own-rows.ts'

const member = { id: 'me', role: 'member', seesGroupRecord: true } as const

test('a member’s list asks for their own rows alone, also where they may see more', () => {
  const live: { live: string; personId?: string } = { live: 'true' }
  expect(ownRows(live, member, {})).toEqual({ live: 'true', personId: 'me' })
})

test('who is let see the record of a group can ask for all of it, by an address that can be kept', () => {
  expect(maySeeMore(member)).toBe(true)
  expect(maySeeMore({ ...member, seesGroupRecord: false })).toBe(false)
  expect(ownRows({}, member, { whose: 'all' })).toEqual({})
  expect(isOwn(member, { whose: 'all' })).toBe(false)
})

test('a person named in the address is asked for, and nobody else narrows an administrator’s list', () => {
  expect(ownRows({ personId: 'you' }, member, {})).toEqual({ personId: 'you' })
  expect(ownRows({}, { ...member, role: 'admin' }, {})).toEqual({})
})
