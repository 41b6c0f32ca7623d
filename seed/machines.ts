import type { Kysely } from 'kysely'
import type { Database } from '../base/server/database.ts'
import { packShown } from '../features/websh/server/index.ts'
import { type Persona, people, teams } from './story.ts'

const id = (n: number) => `01900000-0000-7000-8000-${String(n).padStart(12, '0')}`
const key = (n: number) => Buffer.alloc(32, n).toString('base64')

/** One server of each team, one of both, one of none. */
export const servers = {
  sea: { id: id(21), name: 'sea-db-1', teams: ['sea'] },
  sky: { id: id(22), name: 'sky-db-1', teams: ['sky'] },
  both: { id: id(23), name: 'both-web-1', teams: ['sea', 'sky'] },
  lone: { id: id(24), name: 'lone-1', teams: [] },
} as const
export type Machine = keyof typeof servers

/** Who ran what where. Mina once ran something on a server she no longer reaches; agents did something on each. */
export const commands = {
  minaSea: { id: id(31), by: 'mina', on: 'sea' },
  theoSea: { id: id(32), by: 'theo', on: 'sea' },
  junoSky: { id: id(33), by: 'juno', on: 'sky' },
  minaBoth: { id: id(34), by: 'mina', on: 'both' },
  adaLone: { id: id(35), by: 'ada', on: 'lone' },
  minaLone: { id: id(36), by: 'mina', on: 'lone' },
  agentSea: { id: id(37), by: undefined, on: 'sea' },
  agentSky: { id: id(38), by: undefined, on: 'sky' },
} as const satisfies Record<string, { id: string; by: Persona | undefined; on: Machine }>

/** Who sat at which machine. Mina once did at a server she no longer reaches. */
export const terminals = {
  minaSea: { id: id(81), by: 'mina', on: 'sea', status: 'ended' },
  theoSea: { id: id(82), by: 'theo', on: 'sea', status: 'live' },
  junoSky: { id: id(83), by: 'juno', on: 'sky', status: 'live' },
  minaLone: { id: id(84), by: 'mina', on: 'lone', status: 'ended' },
  adaBoth: { id: id(85), by: 'ada', on: 'both', status: 'failed' },
} as const satisfies Record<string, { id: string; by: Persona; on: Machine; status: string }>

export const holes = { sea: { id: id(41), on: 'sea' }, sky: { id: id(42), on: 'sky' } } as const
export const tokens = { sea: { id: id(51), name: 'Sea machines' } } as const

/** Tokens that programs send: one of a person of each team, and one that acts on its own in the other. */
export const apiTokens = {
  mina: { id: id(71), name: 'deploy of Mina', by: 'mina', on: 'sea' },
  juno: { id: id(72), name: 'deploy of Juno', by: 'juno', on: 'sky' },
  robot: { id: id(73), name: 'nightly backup', by: undefined, on: 'sky' },
} as const satisfies Record<string, { id: string; name: string; by: Persona | undefined; on: Machine }>

/** Adds machines, what ran on them and what went missing to a story. */
export async function tellOfMachines(db: Kysely<Database>, now: Date) {
  const all = Object.values(servers)
  await db
    .insertInto('server_token')
    .values({
      ...tokens.sea,
      secret_hash: Buffer.alloc(32),
      created_at: now,
      expires_at: null,
      uses: null,
      revoked_at: null,
    })
    .execute()
  await db
    .insertInto('server_token_team')
    .values({ token_id: tokens.sea.id, team_id: teams.sea.id })
    .execute()
  await db
    .insertInto('server')
    .values(
      all.map(({ name, ...server }, n) => ({
        id: server.id,
        name,
        agent_id: id(60 + n),
        signing_key: key(n),
        sealing_key: key(100 + n),
        token_id: null,
        enrolled_at: now,
        removed_at: null,
        facts: null,
        facts_at: null,
        os: 'Debian GNU/Linux 12',
        runs_as: 'root',
        agent_version: '0.1.0',
      })),
    )
    .execute()
  await db
    .insertInto('server_link')
    .values(
      all.map((server) => ({
        server_id: server.id,
        connected_at: now,
        heard_at: now,
        complete_to: now,
        ...silent,
      })),
    )
    .execute()
  await db
    .insertInto('agent_position')
    .values(all.map((server, n) => ({ agent_id: id(60 + n), server_id: server.id })))
    .execute()
  await db
    .insertInto('server_team')
    .values(
      all.flatMap((server) =>
        server.teams.map((team) => ({ server_id: server.id, team_id: teams[team].id })),
      ),
    )
    .execute()
  await db
    .insertInto('command')
    .values(Object.values(commands).map((command) => commandRow(command, now)))
    .execute()
  await db
    .insertInto('command_output')
    .values(
      Object.values(commands).map((command) => ({
        command_id: command.id,
        start: 0,
        track: 1 as const,
        at: now,
        bytes: Buffer.from(`output of ${command.id}\n`),
      })),
    )
    .execute()
  await db
    .insertInto('token')
    .values(
      Object.values(apiTokens).map((token, n) => ({
        id: token.id,
        kind: token.by ? ('personal' as const) : ('service' as const),
        name: token.name,
        person_id: token.by ? people[token.by].id : null,
        role: token.by ? null : ('member' as const),
        secret_hash: Buffer.alloc(32, n),
        scopes: ['command:*'],
        commands: ['uptime'],
        servers: [servers[token.on].id],
        paths: '[]',
        addresses: [],
        created_at: now,
        created_by_id: people[token.by ?? 'ada'].id,
        created_by_name: people[token.by ?? 'ada'].name,
        expires_at: null,
      })),
    )
    .execute()
  await db.insertInto('token_team').values({ token_id: apiTokens.robot.id, team_id: teams.sky.id }).execute()
  await db
    .insertInto('server_hole')
    .values(
      Object.values(holes).map((hole) => ({
        id: hole.id,
        server_id: servers[hole.on].id,
        server_name: servers[hole.on].name,
        from_number: 5,
        to_number: 9,
        since: now,
        until: now,
        state: 'lost' as const,
        why: 'its disk was full',
        found_at: now,
      })),
    )
    .execute()
  await tellOfTerminals(db, now)
}

const silent = {
  protocol_version: 1,
  address: '10.0.0.1',
  clock_offset_ms: 0,
  queue_reports: 0,
  queue_oldest_at: null,
  checkpoint_size: null,
  checkpoint_alarm: null,
}

/** Terminals, who looked at them, and what is kept of them. */
async function tellOfTerminals(db: Kysely<Database>, now: Date) {
  const all = Object.values(terminals)
  await db
    .insertInto('terminal')
    .values(
      all.map(({ id, by, on, status }) => ({
        id,
        server_id: servers[on].id,
        server_name: servers[on].name,
        operator_id: people[by].id,
        operator_name: people[by].name,
        operator_kind: 'person' as const,
        account: by,
        client_type: 'web' as const,
        address: '10.0.0.7',
        client: 'test',
        browser: 'test',
        cols: 80,
        rows: 24,
        status,
        opened_at: now,
        started_at: status === 'failed' ? null : now,
        ended_at: status === 'live' ? null : now,
        strict: false,
      })),
    )
    .execute()
  await db
    .insertInto('recording')
    .values(
      all.map(({ id, by, on, status }) => ({
        terminal_id: id,
        operator_id: people[by].id,
        server_id: servers[on].id,
        started_at: now,
        columns: 80,
        rows: 24,
        // Of live ones too: nobody records here.
        state: status === 'failed' ? ('interrupted' as const) : ('complete' as const),
        closed_at: now,
        are_commands_whole: true,
      })),
    )
    .execute()
  const shown = (by: Persona, on: Machine) => ({
    operator_id: people[by].id,
    server_id: servers[on].id,
  })
  await db
    .insertInto('recording_text')
    .values(
      await Promise.all(
        all.map(async ({ id, by, on }) => ({
          terminal_id: id,
          ...shown(by, on),
          segment_no: 0,
          characters: 40,
          shown: await packShown([{ text: `uptime of ${by} on ${on}`, milliseconds: 1000, row: 0 }]),
        })),
      ),
    )
    .execute()
  await db
    .insertInto('recording_gap')
    .values(
      all.map(({ id, by, on }) => ({
        terminal_id: id,
        ...shown(by, on),
        ...{ from_milliseconds: 2000, to_milliseconds: 3000, why: 'too_much' as const, lines: 7 },
      })),
    )
    .execute()
  await db
    .insertInto('terminal_command')
    .values(
      all.map(({ id, by, on }) => ({
        terminal_id: id,
        no: 0,
        ...shown(by, on),
        at: now,
        seconds: 1,
        text: `uptime # ${by} on ${on}`,
        kind: 'shell' as const,
        source: 'screen' as const,
      })),
    )
    .execute()
  await db
    .insertInto('terminal_viewer')
    .values(
      all.map(({ by, id: terminal }, n) => ({
        id: id(91 + n),
        terminal_id: terminal,
        mode: 'owner' as const,
        person_id: people[by].id,
        name: people[by].name,
        read_only: false,
        address: '10.0.0.7',
        client: 'test',
        joined_at: now,
        left_at: now,
      })),
    )
    .execute()
}

function commandRow({ id, by, on }: { id: string; by: Persona | undefined; on: Machine }, now: Date) {
  return {
    id,
    server_id: servers[on].id,
    server_name: servers[on].name,
    operator_id: by ? people[by].id : null,
    operator_name: by ? people[by].name : 'agent',
    operator_kind: by ? ('person' as const) : ('agent' as const),
    work_session_id: null,
    work_session_name: null,
    shell: by ? ('system' as const) : ('internal' as const),
    account: null,
    os_group: null,
    line: `echo ${by ?? 'agent'} on ${on}`,
    env_names: [],
    stdin_bytes: null,
    timeout_seconds: null,
    run_after: null,
    state: 'success' as const,
    submitted_at: now,
    scheduled_at: null,
    due_at: now,
    delivered_at: now,
    picked_up_at: now,
    started_at: now,
    finished_at: now,
    heard_at: now,
    cancel_requested_at: null,
    stop_requested_at: null,
    pid: 1,
    exit_code: 0,
    signal: null,
    error_phase: null,
    reason: null,
    elapsed_ms: 5,
    result: `output of ${id}`,
    stream_offset: 60,
    output_length: `output of ${id}\n`.length,
    output_blob: null,
    output_sha256: null,
    address: '127.0.0.1',
    client: 'test',
  }
}
