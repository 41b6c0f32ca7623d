import { z } from 'zod'
import type { Contract } from '../../apps/server/contract.ts'
import { madeBy, table } from './table.ts'

/** What is recorded: every kind of journal entry, the fields of its data, and how it reads. */
export function eventsDocument(contracts: readonly Contract[]): string {
  const sections = contracts
    .filter(({ events }) => Object.keys(events).length > 0)
    .map(({ feature, events }) => {
      const rows = Object.entries(events).map(([kind, { title, weight, data, say, sample }]) => [
        `\`${kind}\``,
        title,
        weight,
        fieldsOf(data),
        say('Mina Cho', data.parse(sample)),
      ])
      return `## ${feature}\n\n${table(['Kind', 'Title', 'Weight', 'Data', 'Reads'], rows)}`
    })
  return `${[
    madeBy,
    '# Events',
    'Every kind of entry the journal can hold. Beside its data an entry has who acted, when, from where, and the server, work session and thing it is about, with the names they had.',
    ...sections,
  ].join('\n\n')}\n`
}

function fieldsOf(data: z.ZodType): string {
  const { properties = {}, required = [] } = z.toJSONSchema(data, {
    io: 'output',
    unrepresentable: 'any',
  }) as {
    properties?: Record<string, unknown>
    required?: string[]
  }
  const names = Object.keys(properties).map((name) => (required.includes(name) ? name : `${name}?`))
  return names.length > 0 ? names.map((name) => `\`${name}\``).join(' ') : '–'
}
