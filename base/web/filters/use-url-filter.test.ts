import { expect, test } from 'vitest'
import { isStep } from './use-url-filter.ts'

test('back undoes a filter that was set, changed or cleared', () => {
  expect(isStep({}, { status: 'Failed' })).toBe(true)
  expect(isStep({ status: 'Failed' }, { status: 'Success' })).toBe(true)
  expect(isStep({ status: 'Failed', date: '24h' }, { status: undefined, date: undefined })).toBe(true)
})

test('words are one step, however long they are typed', () => {
  expect(isStep({}, { text: 'n' })).toBe(true)
  expect(isStep({ text: 'n' }, { text: 'nginx' })).toBe(false)
  expect(isStep({ text: 'nginx' }, { text: '' })).toBe(true)
})

test('rows that are opened, the moment of a replay and what changes nothing are no steps', () => {
  expect(isStep({}, { open: 'a row' })).toBe(false)
  expect(isStep({ t: '1' }, { t: '2' })).toBe(false)
  expect(isStep({ status: 'Failed' }, { status: 'Failed', text: '' })).toBe(false)
})
