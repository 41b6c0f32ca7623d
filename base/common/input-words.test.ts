import { expect, test } from 'vitest'
import { z } from 'zod'
import { InstantAsk } from './api.ts'
import { inputWords } from './input-words.ts'

const said = (schema: z.ZodType, value: unknown) =>
  schema.safeParse(value, { error: inputWords }).error?.issues[0]?.message

test.each([
  [z.string(), undefined, 'it is missing'],
  [z.coerce.number(), undefined, 'give a number'],
  [z.number(), '60', 'give a number'],
  [z.int(), 1.5, 'give a whole number'],
  [z.boolean(), 'yes', 'give true or false'],
  [z.array(z.string()), 'one', 'give a list'],
  [z.string().min(1), '', 'it is empty'],
  [z.string().min(8), 'short', 'give at least 8 characters'],
  [z.string().max(1), 'ab', 'give at most 1 character'],
  [z.array(z.string()).min(1), [], 'give at least 1 item'],
  [z.number().max(200), 999, 'give at most 200'],
  [z.number().positive(), 0, 'give more than 0'],
  [z.uuid(), '7', 'give an id, such as 01a1fd91-a66f-74af-9fb8-aa7848e7a143'],
  [InstantAsk, 'yesterday', 'give a time with its zone, such as 2026-11-21T10:05:43Z'],
  [z.enum(['a', 'b']), 'c', 'use one of a, b'],
  [z.literal('a'), 'c', 'use a'],
  [
    z.record(z.string().regex(/^[A-Z]/, 'begin with a capital'), z.string()),
    { '1': '' },
    'begin with a capital',
  ],
  [z.union([z.enum(['A', 'both']), z.enum(['a', 'both'])]), 'c', 'use one of A, both, a'],
])('a refused field says what to do, %#', (schema, value, words) => {
  expect(said(schema, value)).toBe(words)
})

test('a schema with words of its own keeps them', () => {
  expect(said(z.string().min(8, 'use at least 8 characters'), 'short')).toBe('use at least 8 characters')
})

test('nothing that was sent is repeated', () => {
  for (const schema of [z.uuid(), InstantAsk, z.enum(['a']), z.number(), z.string().max(3), z.email()])
    expect(said(schema, 'hunter22-secret')).not.toContain('hunter22')
})
