import pino from 'pino'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { type ArrivedReport, HOLE, type LinkReactions } from './agent-link.ts'
import type { AgentStore } from './agent-store.ts'
import { type LostReports, LostReports as LostReportsSchema } from './hole.ts'
import { type ReportSource, ReportWriter } from './report-writer.ts'

const at = new Date('2026-11-20T10:00:00Z')

/** A store that forgets what a failed transaction wrote. */
function memory(failures: ((text: string) => Error | undefined)[] = []) {
  const positions = new Map<string, number>()
  const stored: string[] = []
  let commits = 0
  const store: AgentStore<string[]> = {
    find: async () => undefined,
    async commit(steps, write) {
      const tx: string[] = []
      // As one SQL statement does it: each row is compared as it was before, and moves once.
      const due = steps.filter(({ agentId, after }) => (positions.get(agentId) ?? 0) === after)
      await write(tx, new Set(due.map(({ agentId }) => agentId)))
      for (const { agentId, upTo } of due) positions.set(agentId, upTo)
      stored.push(...tx)
      commits++
    },
  }
  const reactions: LinkReactions<string[]>[] = [
    {
      reports: {
        kinds: { 'note.made': z.object({ text: z.string() }) },
        store: async (reports, { tx, refuse }) => {
          for (const report of reports) {
            const { text } = (report as ArrivedReport<{ text: string }>).body
            for (const fail of failures) {
              const error = fail(text)
              if (error) throw error
            }
            if (text === 'nonsense') refuse(report, 'that is nonsense')
            else tx.push(`${report.agentId} ${text}`)
          }
        },
      },
    },
    {
      reports: {
        kinds: { [HOLE]: LostReportsSchema },
        store: async (reports, { tx }) => {
          for (const { agentId, body } of reports as ArrivedReport<LostReports>[])
            tx.push(`${agentId} hole ${body.from}-${body.to}: ${body.why}`)
        },
      },
    },
  ]
  const writer = new ReportWriter({ store, reactions, log: pino({ level: 'silent' }), now: () => at })
  return { writer, stored, positions, commits: () => commits }
}

function source(agentId: string) {
  const heard: string[] = []
  let settle: () => void = () => {}
  const me: ReportSource = {
    agentId,
    committed: (upTo) => {
      heard.push(`committed ${upTo}`)
      settle()
    },
    outrun: () => {
      heard.push('outrun')
      settle()
    },
  }
  const until = async (line: string) => {
    while (!heard.includes(line)) await new Promise<void>((resolve) => (settle = resolve))
  }
  return { me, heard, until }
}

const report = (agentId: string, n: number, text: unknown, kind = 'note.made'): ArrivedReport => ({
  agentId,
  serverId: agentId,
  serverName: agentId,
  n,
  from: n,
  kind,
  body: { text },
  at,
  receivedAt: at,
})

test('what several agents send at once lands in one transaction', async () => {
  const { writer, stored, commits } = memory()
  const [one, two] = [source('one'), source('two')]
  writer.add(one.me, report('one', 1, 'a'))
  writer.add(two.me, report('two', 1, 'b'))
  writer.add(one.me, report('one', 2, 'c'))
  await Promise.all([one.until('committed 2'), two.until('committed 1')])
  expect(stored).toEqual(['one a', 'one c', 'two b'])
  expect(commits()).toBe(1)
})

test('a report that breaks the transaction becomes a hole and holds up nobody, not even its own agent', async () => {
  const { writer, stored } = memory([(text) => (text === 'poison' ? new TypeError('bad') : undefined)])
  const [one, two] = [source('one'), source('two')]
  for (const [n, text] of ['a', 'poison', 'c', 'd'].entries()) writer.add(one.me, report('one', n + 1, text))
  writer.add(two.me, report('two', 1, 'b'))
  await Promise.all([one.until('committed 4'), two.until('committed 1')])
  expect(stored.filter((line) => line.startsWith('one'))).toEqual([
    'one a',
    'one hole 2-2: a report of kind note.made could not be stored here',
    'one c',
    'one d',
  ])
  expect(stored).toContain('two b')
})

test('a database that is away is waited for, and nothing becomes a hole', async () => {
  let left = 3
  const { writer, stored } = memory([
    () => (left-- > 0 ? Object.assign(new Error('gone'), { code: '57P01' }) : undefined),
  ])
  const one = source('one')
  writer.add(one.me, report('one', 1, 'a'))
  await one.until('committed 1')
  expect(stored).toEqual(['one a'])
})

test('a report nobody can read, of a kind nobody knows, or that makes no sense is a hole that says why', async () => {
  const { writer, stored } = memory()
  const one = source('one')
  writer.add(one.me, report('one', 1, 7))
  writer.add(one.me, report('one', 2, 'a', 'note.burnt'))
  writer.add(one.me, report('one', 3, 'nonsense'))
  await one.until('committed 3')
  expect(stored).toHaveLength(3)
  expect(stored[0]).toMatch(/^one hole 1-1: a report of kind note.made could not be read/)
  expect(stored[1]).toBe('one hole 2-2: this server does not know reports of kind note.burnt')
  expect(stored[2]).toBe('one hole 3-3: that is nonsense')
})

test('an agent whose position moved elsewhere is told and writes nothing, while the others do', async () => {
  const { writer, stored, positions } = memory()
  positions.set('one', 8)
  const [one, two] = [source('one'), source('two')]
  writer.add(one.me, report('one', 1, 'a'))
  writer.add(two.me, report('two', 1, 'b'))
  await Promise.all([one.until('outrun'), two.until('committed 1')])
  expect(stored).toEqual(['two b'])
})

test('more reports than one batch holds are stored in order, all of them', async () => {
  const { writer, stored } = memory()
  const one = source('one')
  for (let n = 1; n <= 1700; n++) writer.add(one.me, report('one', n, String(n)))
  await one.until('committed 1700')
  expect(stored).toEqual(Array.from({ length: 1700 }, (_, index) => `one ${index + 1}`))
})

test('many reports of one agent are stored in several transactions, its position moving once in each', async () => {
  const { writer, stored, positions, commits } = memory()
  const agent = source('a')
  for (let n = 1; n <= 1600; n++) writer.add(agent.me, report('a', n, `${n}`))
  await agent.until('committed 1600')
  expect(positions.get('a')).toBe(1600)
  expect(stored).toHaveLength(1600)
  expect(agent.heard).toEqual(['committed 500', 'committed 1000', 'committed 1500', 'committed 1600'])
  expect(commits()).toBe(4)
})
