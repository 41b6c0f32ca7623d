import { createHash } from 'node:crypto'
import { newSecret } from '../../features/identity/server/tokens/secret.ts'
import { commands, servers, tokens } from '../../seed/machines.ts'
import { gone, links, people, teams } from '../../seed/story.ts'
import type { world } from '../../seed/world.ts'

export type World = Awaited<ReturnType<typeof world>>

const id = (n: number) => `01900000-0000-7000-8000-${String(n).padStart(12, '0')}`
const sha256 = (text: string) => createHash('sha256').update(text).digest()

/** One of everything an endpoint can be asked for: what is Theo's and of his team, what is Juno's and of hers, what is nobody's. */
export interface Side {
  readonly person: string
  readonly username: string
  readonly team: string
  readonly server: string
  readonly command: string
  readonly queued: string
  readonly running: string
  readonly token: string
  readonly session: string
  readonly passkey: string
  readonly notice: string
  readonly link: string
  readonly linkSecret: string
  readonly serverToken: string
  /** What a machine enrols with. */
  readonly registration: string
  readonly terminal: string
  readonly liveTerminal: string
  readonly shareSecret: string
  /** Numbers of an entry and of a row of the log of activity. */
  readonly entry: number
}

export interface Sides {
  readonly sea: Side
  readonly sky: Side
  readonly absent: Side
}

/** Secrets of the tokens that ask. */
export const bearers = {
  personal: newSecret('personal'),
  ofAdmin: newSecret('personal'),
  foreign: newSecret('personal'),
  service: newSecret('service'),
}

const ids = {
  sea: { ...numbered(300), team: teams.sea.id, server: servers.sea.id, command: commands.theoSea.id },
  sky: { ...numbered(400), team: teams.sky.id, server: servers.sky.id, command: commands.junoSky.id },
  absent: { ...numbered(500), team: id(511), server: id(512), command: id(513) },
}

function numbered(from: number) {
  return {
    ...{ queued: id(from + 1), running: id(from + 2), token: id(from + 3), passkey: id(from + 4) },
    ...{ notice: id(from + 5), liveTerminal: id(from + 6), share: id(from + 7) },
  }
}

/** What the story lacks, so that there is one of everything on both sides. */
export async function tellBothSides(w: World): Promise<Sides> {
  const { db } = w
  await db.updateTable('workspace').set({ group_record: true }).execute()
  await tellTokens(w)
  const [seaTerminal, skyTerminal] = [await recordingOf(w, 'sea'), await recordingOf(w, 'sky')]
  for (const side of ['sea', 'sky'] as const) {
    const person = side === 'sea' ? people.theo : people.juno
    const command = await db
      .selectFrom('command')
      .selectAll()
      .where('id', '=', ids[side].command)
      .executeTakeFirstOrThrow()
    const unfinished = { ...command, finished_at: null, exit_code: null, result: '', elapsed_ms: null }
    await db
      .insertInto('command')
      .values([
        { ...unfinished, id: ids[side].queued, state: 'queued', picked_up_at: null, started_at: null },
        { ...unfinished, id: ids[side].running, state: 'running' },
      ] as never)
      .execute()
    await db
      .insertInto('passkey')
      .values({
        ...{ id: ids[side].passkey, person_id: person.id, credential_id: `credential-${side}` },
        ...{ public_key: Buffer.alloc(32), counter: 0, transports: '[]', host: 'localhost', name: 'Laptop' },
        ...{ is_backed_up: false, created_at: w.now(), last_used_at: null },
      })
      .execute()
    await db
      .insertInto('known_place')
      .values({
        ...{ id: ids[side].notice, person_id: person.id, address: '10.9.9.9', client: 'elsewhere' },
        ...{ device_hash: sha256(side), first_seen_at: w.now(), last_seen_at: w.now(), is_noticed: false },
        first_session_id: ids[side].share,
      })
      .execute()
  }
  const skyLink = await w.as('ada').tell('person.reset-link', { id: people.juno.id })
  const { id: skyLinkId } = await db
    .selectFrom('person_link')
    .select('id')
    .where('person_id', '=', people.juno.id)
    .executeTakeFirstOrThrow()
  const registration = async (side: 'sea' | 'sky') =>
    (await w.as('ada').tell('server-token.create', { name: `of ${side}`, groupIds: [ids[side].team] })).body
  const [seaToken, skyToken] = [await registration('sea'), await registration('sky')]
  const entries = await tellEntries(w)
  const common = (side: keyof Sides) => {
    const { share: _, ...own } = ids[side]
    return { ...own, shareSecret: `the share of ${side}` }
  }
  return {
    sea: {
      ...common('sea'),
      ...{ person: people.theo.id, username: 'theo', session: sessionOf('theo'), terminal: seaTerminal },
      ...{ link: links.theo.id, linkSecret: links.theo.secret, serverToken: tokens.sea.id },
      ...{ registration: seaToken.token as string, entry: entries.sea },
    },
    sky: {
      ...common('sky'),
      ...{ person: people.juno.id, username: 'juno', session: sessionOf('juno'), terminal: skyTerminal },
      ...{ link: skyLinkId, linkSecret: String(skyLink.body.url ?? skyLink.body.link).split('#')[1] ?? '' },
      ...{ serverToken: skyToken.id as string, registration: skyToken.token as string, entry: entries.sky },
    },
    absent: {
      ...common('absent'),
      ...{
        person: id(501 + 30),
        username: 'nobody-here',
        session: id(532),
        terminal: id(533),
        link: id(534),
      },
      ...{ linkSecret: 'what no link has', serverToken: id(535), entry: 999_999 },
      registration: 'ast_what-no-machine-was-given',
    },
  }
}

function sessionOf(username: string): string {
  return id(100 + Object.keys({ ...people, ...gone }).indexOf(username))
}

async function tellTokens({ db, now }: World) {
  const rules = { scopes: ['none:none'], commands: ['*'], servers: ['*'], paths: '[]', addresses: [] }
  const row = (secret: string, tokenId: string, name: string, personId: string | null) => ({
    ...{
      id: tokenId,
      name,
      kind: personId ? ('personal' as const) : ('service' as const),
      person_id: personId,
    },
    ...{ role: personId ? null : ('member' as const), secret_hash: sha256(secret), ...rules },
    ...{
      created_at: now(),
      created_by_id: people.ada.id,
      created_by_name: people.ada.name,
      expires_at: null,
    },
  })
  await db
    .insertInto('token')
    .values([
      row(bearers.personal, id(601), 'asks as Theo', people.theo.id),
      row(bearers.ofAdmin, id(602), 'asks as Ada', people.ada.id),
      row(bearers.foreign, id(603), 'asks as Theo for something else', people.theo.id),
      row(bearers.service, id(604), 'asks on its own', null),
      row('nobody has this one', ids.sea.token, 'of Theo', people.theo.id),
      row('nobody has that one', ids.sky.token, 'of Juno', people.juno.id),
    ])
    .execute()
  await db
    .insertInto('token_team')
    .values({ token_id: id(604), team_id: teams.sea.id })
    .execute()
}

/**
 * Sessions were used just now, and the proofs of who is there are fresh but for the one that is old; the tokens that ask may
 * ask for exactly one thing.
 */
export async function freshen({ db, now }: World, endpoint: string) {
  await db.updateTable('session').set({ seen_at: now() }).execute()
  await db.updateTable('session').set({ confirmed_at: now() }).where('confirmed_at', 'is not', null).execute()
  const asking = db.updateTable('token').set({ last_used_at: now() })
  await asking.where('id', '=', id(603)).execute()
  await asking
    .set({ scopes: [endpoint.replace('.', ':')] })
    .where('id', 'in', [id(601), id(602), id(604)])
    .execute()
}

const cast = [
  JSON.stringify({ version: 2, width: 80, height: 24, timestamp: 1_785_000_000 }),
  JSON.stringify([0.1, 'o', '$ uptime\r\nup 3 days\r\n$ ']),
].join('\n')

/** A terminal that has ended, with what was recorded of it, and one that is open. */
async function recordingOf(w: World, side: 'sea' | 'sky'): Promise<string> {
  const { db } = w
  const answer = await w.app.inject({
    ...{ method: 'POST', url: '/api/recording.import', payload: cast },
    headers: { cookie: `annals=${w.cookies.ada}`, 'content-type': 'application/x-asciicast' },
  })
  const terminalId = answer.json().id as string
  const operator = side === 'sea' ? people.theo : people.juno
  const whose = { operator_id: operator.id, server_id: servers[side].id }
  await db
    .updateTable('terminal')
    .set({ ...whose, operator_name: operator.name, server_name: servers[side].name, status: 'ended' })
    .where('id', '=', terminalId)
    .execute()
  for (const table of ['recording', 'recording_text', 'terminal_command'] as const)
    await db.updateTable(table).set(whose).where('terminal_id', '=', terminalId).execute()
  const row = await db
    .selectFrom('terminal')
    .selectAll()
    .where('id', '=', terminalId)
    .executeTakeFirstOrThrow()
  await db
    .insertInto('terminal')
    .values({ ...row, id: ids[side].liveTerminal, status: 'live', ended_at: null, client_type: 'web' })
    .execute()
  await db
    .insertInto('terminal_share')
    .values({
      ...{ id: ids[side].share, terminal_id: ids[side].liveTerminal, password_hash: null, read_only: true },
      ...{ secret_hash: sha256(`the share of ${side}`), created_by: operator.id, created_at: w.now() },
      ...{ expires_at: new Date(w.now().getTime() + 3_600_000 * 24), ended_at: null, end_why: null },
    })
    .execute()
  return terminalId
}

/** An act of each side in the journal, and in the log of activity made of it. @returns their numbers */
async function tellEntries(w: World) {
  const told = (['sea', 'sky'] as const).map((side, place) => {
    const { id: personId, name } = side === 'sea' ? people.theo : people.juno
    return {
      kind: 'command.submitted',
      at: w.now(),
      actor: { id: personId, name, kind: 'person' as const },
      server: { id: servers[side].id, name: servers[side].name },
      request: {
        ...{
          id: id(701 + place),
          address: '10.1.1.1',
          client: 'test',
          action: 'command.submit',
          status: 200,
        },
      },
      data: {},
    }
  })
  await w.db.transaction().execute((tx) => w.journal.recordAll(tx, told))
  await w.followed()
  const { items } = await w.journal.read.entries({ limit: 1000 })
  const numberOf = (personId: string) =>
    items.find(({ kind, body }) => kind === 'command.submitted' && body.includes(`"id":"${personId}"`))!
      .sequence
  return { sea: numberOf(people.theo.id), sky: numberOf(people.juno.id) }
}

/** What is said for an id in the answers that are kept. */
export function namesOf(sides: Sides): [id: string, name: string][] {
  const known = [
    ...Object.entries({ ...people, ...gone }).map(([name, { id }]) => [id, name] as const),
    ...Object.entries(teams).map(([name, { id }]) => [id, `team ${name}`] as const),
    ...Object.entries(servers).map(([name, { id }]) => [id, `server ${name}`] as const),
    ...Object.entries(commands).map(([name, { id }]) => [id, `command ${name}`] as const),
  ]
  const parts = [
    'queued',
    'running',
    'token',
    'session',
    'passkey',
    'notice',
    'terminal',
    'liveTerminal',
  ] as const
  const more = (['sea', 'sky'] as const).flatMap((side) =>
    [...parts, 'serverToken' as const].map((part) => [sides[side][part], `${part} of ${side}`] as const),
  )
  return [...known, ...more].map(([key, name]) => [key, name])
}
