import { generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { rawPublicKey } from '../../wire/sealed.ts'
import type { Client } from '../product.ts'

/** Texts that act where they are not expected: in a terminal, in a page, in a table, in SQL, in a regular expression. */
export const hostileTexts = [
  '\u001b[2J\u001b[1;31mred\u001b[0m',
  '\u001b]0;title\u0007\u001b]52;c;ZXZpbA==\u0007',
  '\u001bP+q544e\u001b\\ \u009b31m \u0085',
  'user\u202Etxt.exe\u202C \u2066isolated\u2069 \u200Bzero',
  '<script>alert(1)</script><img src=x onerror=alert(1)>',
  '"><svg/onload=alert(1)> &lt; &#0;',
  "'; drop table command; --",
  '%_\\%',
  '=HYPERLINK("http://example.invalid")',
  '@SUM(1+1)*cmd|calc',
  'a\r\nSet-Cookie: x=y',
  '\u{1F469}\u200D\u{1F4BB} e\u0301 \uFB01 \uFEFF',
  '\0',
  'nul\0inside',
  '\ud800 alone',
  '\udc00',
]

/** The parts of a JSON schema that the API's document has. */
export interface Schema {
  readonly type?: string | readonly string[]
  readonly format?: string
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: Schema | boolean
}

const anyText = fc.oneof(
  fc.constantFrom(
    ...hostileTexts,
    '',
    ' ',
    '..',
    '0',
    '-1',
    'NaN',
    'null',
    '9999-12-31T23:59:59.999Z',
    '0000-01-01T00:00:00Z',
  ),
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.integer({ min: 200, max: 300_000 }).map((length) => 'x'.repeat(length)),
)
const anyNumber = fc.oneof(
  fc.constantFrom(0, -0, -1, 1, 2 ** 31, 2 ** 32, 2 ** 53, -(2 ** 53), 1e21, 1e308, 0.5),
  fc.integer(),
)
const anything = fc.oneof(anyText, anyNumber, fc.boolean(), fc.constant(null), fc.jsonValue({ maxDepth: 3 }))

/** Mostly what a schema asks for, with hostile content; one value in seven is something else altogether. */
export function sentFor(schema: Schema, ids: readonly string[]): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 6, arbitrary: fitting(schema, ids) }, { weight: 1, arbitrary: anything })
}

function fitting(schema: Schema, ids: readonly string[]): fc.Arbitrary<unknown> {
  const choices = schema.anyOf ?? schema.oneOf
  if (choices !== undefined && choices.length > 0)
    return fc.oneof(...choices.map((each) => sentFor(each, ids)))
  if (schema.const !== undefined) return fc.constant(schema.const)
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum)
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type
  if (type === 'object') {
    const properties = Object.entries(schema.properties ?? {})
    if (properties.length === 0) {
      const { additionalProperties } = schema
      const value = typeof additionalProperties === 'object' ? sentFor(additionalProperties, ids) : anything
      return fc.dictionary(fc.oneof(fc.constantFrom('A', 'PATH', '__proto__'), anyText), value, {
        maxKeys: 4,
      })
    }
    const model = Object.fromEntries(properties.map(([name, each]) => [name, sentFor(each, ids)]))
    return fc.record(model, { requiredKeys: properties.filter((_, at) => at < 3).map(([name]) => name) })
  }
  if (type === 'array') return fc.array(sentFor(schema.items ?? {}, ids), { maxLength: 5 })
  if (type === 'integer' || type === 'number') return anyNumber
  if (type === 'boolean') return fc.boolean()
  if (type === 'string' && schema.format === 'uuid') return fc.oneof(fc.constantFrom(...ids), fc.uuid())
  if (type === 'string' && schema.format === 'date-time')
    return fc.oneof(
      fc
        .date({ noInvalidDate: true, min: new Date(0), max: new Date(253402300799999) })
        .map((at) => at.toISOString()),
      anyText,
    )
  return fc.oneof(anyText, fc.constantFrom(...ids))
}

/** A server without a machine behind it. */
export async function enrolFake(admin: Client, url: string, groupId: string): Promise<string> {
  const { token } = await admin.tell('server-token.create', { name: 'of nobody', groupIds: [groupId] })
  const key = (kind: 'ed25519' | 'x25519') =>
    rawPublicKey(generateKeyPairSync(kind as 'ed25519').publicKey).toString('base64')
  const answer = await fetch(`${url}/api/agent.enrol`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      token,
      name: 'nobody',
      signingKey: key('ed25519'),
      sealingKey: key('x25519'),
      agentVersion: '0',
    }),
  })
  return ((await answer.json()) as { serverId: string }).serverId
}
