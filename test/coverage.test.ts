import { expect, test } from 'vitest'
import { contracts } from '../apps/server/contract.ts'

const events = contracts.flatMap((contract) => Object.entries(contract.events))
const endpoints = contracts.flatMap(({ api }) => Object.entries(api))

test.each(events)('%s has a sample its own schema accepts, and a sentence for people', (_kind, event) => {
  expect(event.data.parse(event.sample)).toEqual(event.sample)
  expect(event.say('Ada', event.sample)).toMatch(/\S{3}/)
  expect(event.title).toMatch(/^[A-Z]/)
})

test('names are whole, and nothing is called twice', () => {
  const names = [...endpoints.map(([name]) => name)]
  expect(new Set(names).size).toBe(names.length)
  for (const name of names) expect(name).toMatch(/^[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*$/)
  const kinds = events.map(([kind]) => kind)
  for (const kind of kinds) expect(kind).toMatch(/^[a-z]+(-[a-z]+)*\.[a-z_]+(-[a-z]+)*$/)
})

test('every reading endpoint that members may call says in words which rows they see', () => {
  const reading = endpoints.filter(
    ([name, { kind, allow }]) =>
      ['query', 'channel', 'download'].includes(kind) &&
      allow !== 'anyone' &&
      allow.includes('member') &&
      !name.startsWith('auth.'),
  )
  const silent = reading.filter(([, endpoint]) => !('rows' in endpoint && endpoint.rows))
  expect(
    silent.map(([name]) => name),
    'add rows: … beside about: in its contract',
  ).toEqual([])
})

test('every endpoint says in one line what it is for', () => {
  for (const [name, { about }] of endpoints) expect(about, name).toMatch(/^.{10,160}$/)
})

test('what is recorded of a secret is at most that there was one', () => {
  const suspicious = /password|secret|token|stdin$|cookie|credential/i
  for (const [kind, { sample }] of events)
    for (const [field, value] of Object.entries(sample as object))
      if (suspicious.test(field) && !/(Id|Name|Names|Bytes)$/.test(field))
        expect(typeof value, `${kind}.${field}`).not.toBe('string')
})
