import { contracts } from '../../apps/server/contract.ts'
import { apiTokens, commands, servers, terminals } from '../../seed/machines.ts'
import { gone, type Persona, people } from '../../seed/story.ts'
import { startOfStory, type world } from '../../seed/world.ts'

/** Two days around the story, which charts count by hours. */
const storyRange = { from: '2026-08-02T12:00:00Z', to: '2026-08-04T12:00:00Z' }

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
const byTerminal = Object.fromEntries(Object.entries(terminals).map(([name, { id }]) => [name, { id }]))
const byToken = Object.fromEntries(Object.entries(apiTokens).map(([name, { id }]) => [name, { id }]))
const byPerson = Object.fromEntries(
  Object.entries({ ...people, ...gone }).map(([name, { id }]) => [name, { id }]),
)
const withTerminal = (more: object) =>
  Object.fromEntries(Object.entries(byTerminal).map(([name, { id }]) => [name, { id, ...more }]))
const whole = () => true

export const looks: Readonly<Record<string, Look>> = {
  'auth.me': { read: (body) => (body as { username: string }).username },
  'auth.sessions': { read: (body) => (body as Items).items.map(({ isThis, client }) => [isThis, client]) },
  'auth.factors': {
    read: (body) => {
      const { totp, passkeys, recoveryCodes } = body as {
        totp: unknown
        passkeys: unknown[]
        recoveryCodes: unknown
      }
      return { totp: totp !== null, passkeys: passkeys.length, recoveryCodes: recoveryCodes !== null }
    },
  },
  'auth.notices': { read: (body) => (body as Items).items.map(({ address }) => address) },
  'person.list': { read: field('username') },
  'person.read': {
    inputs: byPerson,
    read: (body) => {
      const { groups, links } = body as { groups: { name: string }[]; links: unknown[] }
      return { groups: groups.map(({ name }) => name), links: links.length }
    },
  },
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
  'single-sign-on.read': {
    read: (body) => (body as { groups: { value: string }[] }).groups.map(({ value }) => value),
  },
  'single-sign-on.links': { read: field('username') },
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
  'terminal.list': {
    read: (body) => ({
      terminals: (body as { items: { operator: { name: string }; serverName: string }[] }).items
        .map(({ operator, serverName }) => `${operator.name} on ${serverName}`)
        .sort(),
      servers: (body as { completeness: { servers: number } }).completeness.servers,
    }),
  },
  'terminal.read': { inputs: byTerminal, read: (body) => (body as { can: object }).can },
  'terminal.viewers': { inputs: byTerminal, read: field('name') },
  'recording.read': { inputs: byTerminal, read: (body) => (body as { state: string }).state },
  'recording.frame': { inputs: withTerminal({ milliseconds: 0 }), read: whole },
  'recording.pieces': { inputs: withTerminal({ offset: 0 }), read: whole },
  'recording.segments': { inputs: byTerminal, read: whole },
  'recording.export': { inputs: withTerminal({ format: 'asciicast-v2' }), read: whole },
  'recording.search': {
    inputs: { all: { text: 'uptime' } },
    read: (body) => ({
      lines: field('snippet')(body),
      notSearched: (body as { gaps: { terminalId: string }[] }).gaps
        .map(({ terminalId }) => terminalId)
        .sort(),
    }),
  },
  'terminal.commands': { inputs: byTerminal, read: field('text') },
  'terminal.find-commands': { read: field('text') },
  'activity.list': {
    read: (body) =>
      (body as { items: { user: { name: string }; action: string; address: string }[] }).items
        .filter(({ address }) => address.startsWith('10.0.'))
        .map(({ user, action, address }) => [user.name, action, address]),
  },
  'activity.series': {
    inputs: Object.fromEntries(
      ['hour', 'action', 'person', 'server', 'sign-in'].flatMap((by) =>
        [{}, { action: 'command.submit' }].map((more) => [
          `by ${by}${'action' in more ? ' of one action' : ''}`,
          { by, ...storyRange, ...more },
        ]),
      ),
    ),
    read: chart,
  },
  'command.download': { inputs: byCommand, read: (body) => String(body).slice(0, 10) },
}

/** Sums, keys and names of a chart, and the addresses in it. */
function chart(body: unknown) {
  const { items, total, newAddresses } = body as {
    items: { name: string; succeeded: number; failed: number }[]
    total: object
    newAddresses: { personName: string; address: string }[]
  }
  return {
    items: items.map(({ name, succeeded, failed }) => [name, succeeded, failed]),
    total,
    newAddresses: newAddresses.map(({ personName, address }) => [personName, address]),
  }
}

/** Endpoints that show no rows of anybody's, and why they are not looked through here. */
export const withoutRows: Readonly<Record<string, string>> = {
  'access.matrix': 'the contract itself, the same for everybody',
  'terminal.policy': 'one row, the same for everybody',
  'settings.read': 'see settings.test.ts: a member sees no policy',
  'activity.read': 'see activity.test.ts: one is found by number, and hidden like absent',
  'activity.actions': 'the contract, which is public',
  'auth.ways': 'what the sign-in page offers, the same for everybody',
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

/** What four people did, each from two addresses: the log of activity and its charts are read from the journal. */
export async function tellOfActivity(w: World) {
  const isTold = await w.db.selectFrom('activity').select('seq').limit(1).executeTakeFirst()
  if (isTold) return
  const told = [people.ada, people.mina, people.theo, people.juno].flatMap(({ id, name }, place) =>
    ['auth.signed-in', 'command.submitted'].map((kind, turn) => ({
      kind,
      at: startOfStory,
      actor: { id, name, kind: 'person' as const },
      ...(turn === 1 && { server: Object.values(servers)[place % 2]! }),
      request: {
        id: `01900000-0000-7000-8000-0000000aa${place}0${turn}`,
        address: `10.0.${place}.${turn}`,
        action: turn === 0 ? 'auth.sign-in' : 'command.submit',
        status: 200,
      },
      data: {},
    })),
  )
  await w.db.transaction().execute((tx) => w.journal.recordAll(tx, told))
  await w.followed()
}

/** One look: an endpoint, asked with one input where it takes one. */
export interface Glance {
  readonly name: string
  readonly key?: string
  readonly see: (w: World, persona: Persona) => Promise<unknown>
}

/** Every look there is. What is answered 404 is not seen: undefined. Another status than 200 is seen as itself. */
export const glances: readonly Glance[] = Object.entries(looks).flatMap(
  ([name, { inputs, read }]): Glance[] => {
    const ask = async (w: World, persona: Persona, input?: object) => {
      const { status, body } = await w.as(persona).ask(name, input)
      return status === 200 ? read(body) : status
    }
    if (inputs === undefined) return [{ name, see: ask }]
    return Object.entries(inputs).map(([key, input]) => ({
      name,
      key,
      see: async (w, persona) => {
        const seen = await ask(w, persona, input)
        return seen === 404 ? undefined : seen
      },
    }))
  },
)

/** Everything one person sees through every reading endpoint. */
export async function everythingSeenBy(w: World, persona: Persona) {
  await tellOfActivity(w)
  const seen: Record<string, unknown> = {}
  for (const { name, key, see } of glances) {
    const found = await see(w, persona)
    if (key === undefined) {
      seen[name] = found
      continue
    }
    const byKey = (seen[name] ??= {}) as Record<string, unknown>
    if (found !== undefined) byKey[key] = found
  }
  return seen
}
