import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Entry } from '../../../base/server/journal/entry.ts'
import { entryBody, subjectKeyOf } from '../../../base/server/journal/entry-body.ts'
import { eachRow } from '../postgres/copy.ts'
import { ColumnCheck, type Lookups } from './columns.ts'

const ids = Array.from({ length: 9 }, (_, place) => `0199a5f0-0000-7000-8000-00000000000${place}`)
const kinds = ['a', 'command.submitted', 'command.submit']
const refs = new Uint8Array(10 * 36)
for (const [place, id] of ids.entries()) refs.set(Buffer.from(id), (place + 1) * 36)
const lookups: Lookups = { refs, kinds: [undefined, ...kinds] }

interface Row {
  readonly at: number
  readonly subject: bigint | null
  readonly actor: number
  readonly server: number | null
  readonly work: number | null
  readonly kind: number
  readonly body: string
}

/** One row as binary COPY sends it. */
function encode(row: Row): Buffer {
  const field = (bytes: Buffer | null) => {
    const length = Buffer.alloc(4)
    length.writeInt32BE(bytes === null ? -1 : bytes.length)
    return bytes === null ? length : Buffer.concat([length, bytes])
  }
  const int = (bytes: number, value: number | bigint | null) => {
    if (value === null) return field(null)
    const buffer = Buffer.alloc(bytes)
    if (bytes === 8) buffer.writeBigInt64BE(BigInt(value))
    else buffer.writeIntBE(Number(value), 0, bytes)
    return field(buffer)
  }
  const microseconds = (row.at - Date.UTC(2000, 0, 1)) * 1000
  return Buffer.concat([
    Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1'),
    Buffer.from([0, 8]),
    int(8, 5),
    int(8, microseconds),
    int(8, row.subject),
    int(4, row.actor),
    int(4, row.server),
    int(4, row.work),
    int(2, row.kind),
    field(Buffer.from(row.body)),
  ])
}

function problem(row: Row): string | undefined {
  let found: string | undefined
  const check = new ColumnCheck(lookups)
  const bytes = encode(row)
  eachRow(8, (buffer, fields) => {
    found = check.problem(buffer, fields)
  })(bytes, 0, bytes.length)
  return found
}

const text = fc.string({ unit: 'binary', maxLength: 12 })
const place = fc.nat(8)
const named = fc.option(fc.record({ place, name: text }), { nil: undefined })
const anyEntry = fc.record({
  at: fc.integer({ min: Date.UTC(1970, 0, 1), max: Date.UTC(2200, 0, 1) }),
  kind: fc.nat(2),
  actor: fc.record({ place, name: text, via: fc.option(text, { nil: undefined }) }),
  server: named,
  work: named,
  subject: fc.option(
    fc.record({
      kind: fc.constantFrom('command', 'odd"kind', 'x'),
      id: fc.oneof(fc.uuid(), text),
      name: fc.option(text, { nil: undefined }),
    }),
    { nil: undefined },
  ),
  request: fc.option(fc.record({ id: text, address: text }), { nil: undefined }),
  data: fc.jsonValue(),
})

function rowOf(given: typeof anyEntry extends fc.Arbitrary<infer T> ? T : never): Row {
  const of = (thing: { place: number; name: string }) => ({ id: ids[thing.place]!, name: thing.name })
  const entry: Entry = {
    at: new Date(given.at),
    kind: kinds[given.kind]!,
    actor: {
      ...of(given.actor),
      kind: 'person',
      ...(given.actor.via !== undefined && { via: { id: 'v', name: given.actor.via } }),
    },
    ...(given.server && { server: of(given.server) }),
    ...(given.work && { workSession: of(given.work) }),
    ...(given.subject && {
      subject: {
        kind: given.subject.kind,
        id: given.subject.id,
        ...(given.subject.name !== undefined && { name: given.subject.name }),
      },
    }),
    ...(given.request && { request: given.request }),
    data: given.data,
  }
  return {
    at: given.at,
    subject: given.subject ? BigInt(subjectKeyOf(given.subject.id)) : null,
    actor: given.actor.place + 1,
    server: given.server ? given.server.place + 1 : null,
    work: given.work ? given.work.place + 1 : null,
    kind: given.kind + 1,
    body: entryBody(entry),
  }
}

test('columns that were derived from the text agree with it, whatever the text', () => {
  fc.assert(
    fc.property(anyEntry, (given) => {
      expect(problem(rowOf(given))).toBeUndefined()
    }),
    { numRuns: 500 },
  )
})

test('a column that says anything else is found, whichever it is', () => {
  fc.assert(
    fc.property(anyEntry, fc.nat(5), (given, which) => {
      const row = rowOf(given)
      const bent: Row[] = [
        { ...row, at: row.at + 1 },
        { ...row, kind: (row.kind % 3) + 1 },
        { ...row, actor: (row.actor % 9) + 1 },
        { ...row, server: row.server === null ? 1 : row.work === null ? null : (row.server % 9) + 1 },
        { ...row, work: row.work === null ? 1 : null },
        { ...row, subject: row.subject === null ? 0n : row.subject ^ 1n },
      ]
      expect(problem(bent[which]!)).toBeTypeOf('string')
    }),
    { numRuns: 500 },
  )
})
