import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { CloseOrder, OpenOrder, TerminalReports } from '../common/wire.ts'

type Samples = Record<string, { kind: string; body: unknown }>
const read = (name: string): { valid: Samples; invalid: Samples } =>
  JSON.parse(readFileSync(new URL(`../../../wire/fixtures/${name}.json`, import.meta.url), 'utf8'))

const tables = [
  { name: 'orders', schemas: { 'terminal.open': OpenOrder, 'terminal.close': CloseOrder } },
  { name: 'reports', schemas: TerminalReports },
] as const

test.each(tables)(
  'every terminal fixture of $name is judged as it should be, and none is missing',
  ({ name, schemas }) => {
    const { valid, invalid } = read(name)
    const known = schemas as Record<string, { safeParse(value: unknown): { success: boolean } }>
    const judge = (samples: Samples) =>
      Object.entries(samples)
        .filter(([, { kind }]) => kind in known)
        .map(([key, { kind, body }]) => `${key}: ${known[kind]!.safeParse(body).success}`)
    expect(judge(valid).filter((line) => !line.endsWith(': true'))).toEqual([])
    expect(judge(invalid).filter((line) => !line.endsWith(': false'))).toEqual([])
    const sampled = new Set(Object.values(valid).map(({ kind }) => kind))
    expect(Object.keys(known).filter((kind) => !sampled.has(kind))).toEqual([])
  },
)
