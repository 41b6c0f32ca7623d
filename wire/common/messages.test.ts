import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  AgentMessage,
  CheckpointAlarmReport,
  HoleReport,
  OrderRefusedReport,
  Report,
  ServerMessage,
} from './messages.ts'

const read = (name: string) =>
  JSON.parse(readFileSync(new URL(`../fixtures/${name}.json`, import.meta.url), 'utf8'))

const tables = [
  { name: 'agent-messages', schema: AgentMessage },
  { name: 'server-messages', schema: ServerMessage },
] as const

for (const { name, schema } of tables) {
  const { valid, invalid } = read(name)
  describe(name, () => {
    test.each(Object.keys(valid))('%s is understood', (key) => {
      expect(schema.safeParse(valid[key]).error).toBeUndefined()
    })
    test.each(Object.keys(invalid))('%s is refused', (key) => {
      expect(schema.safeParse(invalid[key]).success).toBe(false)
    })
    test('every kind of message has a valid sample', () => {
      const sampled = new Set(Object.values(valid as Record<string, { t: string }>).map(({ t }) => t))
      const known = schema.options.map((option) => option.shape.t.value)
      expect(known.filter((t) => !sampled.has(t))).toEqual([])
    })
    test('anything else is refused without an exception', () => {
      fc.assert(fc.property(fc.anything(), (value) => typeof schema.safeParse(value).success === 'boolean'))
    })
    test('a valid message with one field replaced by anything is judged without an exception', () => {
      const samples = fc.constantFrom(...Object.values(valid as Record<string, object>))
      fc.assert(
        fc.property(samples, fc.nat(), fc.jsonValue(), (sample, at, value) => {
          const keys = Object.keys(sample)
          const changed = { ...sample, [keys[at % keys.length]!]: value }
          return typeof schema.safeParse(changed).success === 'boolean'
        }),
      )
    })
  })
}

const ownReports = {
  hole: HoleReport,
  'checkpoint.alarm': CheckpointAlarmReport,
  'order.refused': OrderRefusedReport,
}

test("the agent's own reports are understood, and their invalid samples are not", () => {
  const { valid, invalid } = read('reports')
  const judge = (reports: Record<string, Report>) =>
    Object.values(reports)
      .filter(({ kind }) => kind in ownReports)
      .map((report) => ownReports[report.kind as keyof typeof ownReports].safeParse(report.body).success)
  expect(judge(valid)).not.toContain(false)
  expect(judge(invalid)).not.toContain(true)
  for (const report of Object.values(valid)) expect(Report.safeParse(report).error).toBeUndefined()
})
