import { contracts } from '../../apps/server/contract.ts'
import { apiTokens, commands, servers } from '../../seed/machines.ts'
import { gone, type Persona, people } from '../../seed/story.ts'
import type { world } from '../../seed/world.ts'

export type World = Awaited<ReturnType<typeof world>>
export const personas = Object.keys(people) as Persona[]

type Items = { items: Record<string, unknown>[] }
const field = (name: string) => (body: unknown) =>
  (body as Items).items.map((item) => String(item[name])).sort()

/**
 * How to look through each reading endpoint as somebody: what it shows, as sorted names. By id, it is asked for every
 * id there is, and what answers 200 is what is seen.
 */
interface Look {
  readonly inputs?: Readonly<Record<string, object>>
  readonly read: (body: unknown) => unknown
}

const byServer = Object.fromEntries(Object.entries(servers).map(([name, { id }]) => [name, { id }]))
const byCommand = Object.fromEntries(Object.entries(commands).map(([name, { id }]) => [name, { id }]))
const byToken = Object.fromEntries(Object.entries(apiTokens).map(([name, { id }]) => [name, { id }]))
const byPerson = Object.fromEntries(
  Object.entries({ ...people, ...gone }).map(([name, { id }]) => [name, { id }]),
)
const whole = () => true

export const looks: Readonly<Record<string, Look>> = {
  'auth.me': { read: (body) => (body as { username: string }).username },
  'person.list': { read: field('username') },
  'person.read': { inputs: byPerson, read: (body) => (body as { username: string }).username },
  'group.list': {
    read: (body) =>
      (body as Items).items.map(({ name, members, serverIds }) => ({
        name,
        members: (members as { username: string }[]).map(({ username }) => username),
        servers: (serverIds as string[]).length,
      })),
  },
  'token.list': {
    read: (body) =>
      (body as Items).items.map(({ name, groups, serverNames }) => ({
        name,
        groups: (groups as unknown[]).length,
        servers: (serverNames as unknown[]).length,
      })),
  },
  'token.read': { inputs: byToken, read: (body) => (body as { name: string }).name },
  'server.list': {
    read: (body) =>
      (body as Items).items.map(({ name, groups, link }) => ({
        name,
        link,
        groups: (groups as { name: string }[]).map((group) => group.name).sort(),
      })),
  },
  'server.read': { inputs: byServer, read: (body) => (body as { name: string }).name },
  'server.holes': { read: field('serverName') },
  'server-token.list': {
    read: (body) => (body as Items).items.map(({ name, groups }) => [name, (groups as unknown[]).length]),
  },
  'command.list': {
    read: (body) => ({
      lines: field('line')(body),
      servers: (body as { completeness: { servers: number } }).completeness.servers,
    }),
  },
  'command.read': { inputs: byCommand, read: whole },
  'command.output': {
    inputs: byCommand,
    read: (body) => (body as { pieces: { text: string }[] }).pieces.map(({ text }) => text),
  },
  'command.download': { inputs: byCommand, read: (body) => String(body).slice(0, 10) },
}

/** Endpoints that show no rows of anybody's, and why they are not looked through here. */
export const withoutRows: Readonly<Record<string, string>> = {
  'access.matrix': 'the contract itself, the same for everybody',
  'settings.read': 'see settings.test.ts: a member sees no policy',
  'auth.session': 'says only whether the caller is signed in',
  'token.scopes': 'the contract, which is public',
  'journal.checkpoint': 'the head is the same for everybody who may ask',
  'journal.consistency': 'hashes, which tell nothing of what they cover',
  'journal.entries': 'see journal.test.ts',
  'journal.proof': 'see journal.test.ts',
  'journal.bundle': 'see journal.test.ts',
}

export const readers = contracts.flatMap(({ api }) =>
  Object.entries(api)
    .filter(([, endpoint]) => endpoint.kind === 'query' || endpoint.kind === 'download')
    .map(([name]) => name),
)

/** Everything one person sees through every reading endpoint. */
export async function everythingSeenBy(w: World, persona: Persona) {
  const seen: Record<string, unknown> = {}
  for (const [name, { inputs, read }] of Object.entries(looks)) {
    if (inputs === undefined) {
      const { status, body } = await w.as(persona).ask(name)
      seen[name] = status === 200 ? read(body) : status
      continue
    }
    const found: Record<string, unknown> = {}
    for (const [key, input] of Object.entries(inputs)) {
      const { status, body } = await w.as(persona).ask(name, input)
      if (status === 200) found[key] = read(body)
      else if (status !== 404) found[key] = status
    }
    seen[name] = found
  }
  return seen
}
