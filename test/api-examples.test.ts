import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { contracts } from '../apps/server/contract.ts'
import type { Endpoint } from '../base/common/api.ts'

/** docs/api.md is for people and is written by hand; what it shows must be what the schemas take and give. */
const text = readFileSync(new URL('../docs/api.md', import.meta.url), 'utf8')
const endpoints: Record<string, Endpoint> = Object.assign({}, ...contracts.map(({ api }) => api))

const sections = text
  .split(/^#{2,3} /m)
  .filter((section) => section.startsWith('`'))
  .map((section) => {
    const name = /^`([^`]+)`/.exec(section)![1]!
    const blocks = [...section.matchAll(/^```(http|json)\n([\s\S]*?)\n```$/gm)].map((match) => match[2]!)
    return { name, address: blocks[0]!, bodies: blocks.slice(1).map((block) => JSON.parse(block) as unknown) }
  })

/** What tests and tools from outside call. */
const promised = [
  ...['auth.sign-in', 'auth.second-factor', 'auth.step-up', 'auth.me', 'auth.sign-out'],
  ...['auth.ways', 'single-sign-on.update'],
  ...['person.create', 'person.invite', 'person.list', 'person.set-role', 'person.suspend', 'person.remove'],
  ...['settings.update', 'group.create', 'group.set-members'],
  ...['token.create', 'token.list', 'token.disable', 'token.rotate'],
  ...['server.list', 'server.set-groups', 'server-token.create'],
  ...['command.submit', 'command.list', 'command.read', 'command.output', 'command.cancel', 'command.stop'],
  ...['terminal.open', 'terminal.list', 'terminal.read', 'terminal.close', 'terminal.ticket'],
  ...['terminal.watch', 'terminal.share', 'terminal.join'],
  ...['terminal.commands', 'recording.search', 'recording.export', 'recording.import'],
  ...['activity.list', 'activity.series'],
  ...['journal.checkpoint', 'journal.entries', 'journal.proof'],
]

test('every name used from outside has an example', () => {
  expect(sections.map(({ name }) => name)).toEqual(promised)
})

test.each(sections)('$name is asked and answers as its example shows', ({ name, address, bodies }) => {
  const endpoint = endpoints[name]!
  if (endpoint.kind !== 'query' && endpoint.kind !== 'command' && endpoint.kind !== 'download')
    throw new Error(`${name} is not called by plain HTTP`)
  const [method, path] = address.split(' ')
  const { pathname, searchParams } = new URL(path!, 'http://annals')
  expect({ method, pathname }).toEqual({
    method: endpoint.kind === 'command' ? 'POST' : 'GET',
    pathname: `/api/${name}`,
  })
  // What is uploaded is the body itself, and what it is called stands in the address.
  const isInAddress = endpoint.kind !== 'command' || endpoint.upload !== undefined
  const ask = isInAddress ? Object.fromEntries(searchParams) : bodies[0]
  expect(endpoint.in.safeParse(ask).error).toBeUndefined()
  if (endpoint.kind === 'download') return
  expect(endpoint.out.parse(bodies.at(-1))).toEqual(bodies.at(-1))
})
