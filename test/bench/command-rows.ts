import { createHash } from 'node:crypto'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { openDatabase } from '../../base/server/database.ts'
import { startPostgres } from '../../base/server/embedded-postgres/start-postgres.ts'
import { migrate } from '../../base/server/migrate.ts'
import { migrations } from '../../seed/migrations.ts'

/**
 * A database with as many commands as a large house has after three months, made by SQL: 240 servers and 64 people by
 * a power law, statuses as they come, a tenth of the agents' own, lines and results one could have typed.
 */
export const SERVERS = 240
export const DAYS = 90
export const firstDay = Date.parse('2026-05-01T00:00:00Z')

const numbered = (space: number, n: number) => `0190000${space}-0000-7000-8000-${String(n).padStart(12, '0')}`
export const serverId = (n: number) => numbered(1, n)
const personId = (n: number) => numbered(2, n)

/** Who looks. The heavy member has 15 % of all rows, the other one about 1 %. */
export const lookers = {
  auditor: { id: personId(1), role: 'auditor' },
  heavy: { id: personId(2), role: 'member' },
  member: { id: personId(3), role: 'member' },
} as const
export type Looker = keyof typeof lookers
export const cookieOf = (looker: Looker) => `bench-session-of-${looker}`

/** Texts to look for: in about one of thirty rows, one of a thousand, a hundred rows of ten million, none. */
export const texts = {
  common: 'nginx',
  seldom: 'deploy of release 4711',
  rare: 'quasar-reactor',
  none: 'no such words anywhere',
} as const

const commandLines = [
  "'systemctl status nginx'",
  "'df -h /var/lib/' || (array['docker','postgresql','mysql','nginx','elastic'])[1 + n % 5]",
  "'tail -n ' || n % 500 || ' /var/log/syslog'",
  "'journalctl -u app-' || n % 40 || ' --since \"10 min ago\" --no-pager'",
  "'ps aux --sort=-%mem | head -n ' || 5 + n % 30",
  "'kubectl get pods -n team-' || n % 17 || ' -o wide'",
  "'grep -rn \"error ' || n % 900 || '\" /srv/app/log | tail -n 20'",
  "'apt-get update && apt-get -y upgrade'",
  "'docker logs --tail 100 worker-' || n % 77",
  "'curl -sS -o /dev/null -w %{http_code} http://127.0.0.1:' || 8000 + n % 99 || '/health'",
  "'du -sh /home/* | sort -h | tail -n 5'",
  "'uptime; free -m; vmstat 1 3'",
  "'cat /etc/os-release'",
  "'rsync -a --delete /srv/data/ backup-' || n % 9 || ':/srv/data/'",
  "'psql -c \"select count(*) from orders where day = current_date - ' || n % 30 || '\"'",
  "'id; echo started ' || to_hex(n * 7919 % 1048576)",
]
const results = [
  "''",
  "'ok'",
  "'active (running) since boot; main process ' || 300 + n % 30000 || '; tasks: ' || n % 64",
  "'Filesystem      Size  Used Avail Use% Mounted on' || chr(10) || '/dev/vda1        ' || n % 900 || 'G   ' || n % 400 || 'G   61G  ' || n % 100 || '% /'",
  "'total used free' || chr(10) || n % 99999 || ' ' || n % 5555 || ' ' || n % 777",
  "'NAME READY STATUS RESTARTS AGE' || chr(10) || 'api-' || md5(n::text) || ' 1/1 Running ' || n % 6 || ' 4d'",
  "'200'",
  "'Reading package lists...' || chr(10) || 'Building dependency tree...' || chr(10) || n % 70 || ' upgraded, 0 newly installed.'",
]

/** The shares of states are those of a house where most goes well. */
const insert = (from: number, to: number, rows: number) => `
  insert into command (id, server_id, server_name, operator_id, operator_name, operator_kind, shell, account, line, state,
    submitted_at, scheduled_at, due_at, delivered_at, picked_up_at, started_at, finished_at, heard_at, pid, exit_code,
    elapsed_ms, result, stdout_bytes, stream_offset, output_length, address, client)
  select
    (lpad(to_hex(ms), 12, '0') || '7' || lpad(to_hex(n % 4096), 3, '0') || '8' || substr(md5(n::text), 1, 15))::uuid,
    ('01900001-0000-7000-8000-' || lpad(server::text, 12, '0'))::uuid, 'server-' || server,
    case when shell = 'system' then ('01900002-0000-7000-8000-' || lpad(person::text, 12, '0'))::uuid end,
    case when shell = 'system' then 'Person ' || person else 'agent' end,
    case when shell = 'system' then 'person' else 'agent' end, shell,
    case when shell = 'system' then 'deploy' end,
    case when n % 200003 = 77 then 'start the quasar-reactor' when n % 1009 = 5 then 'deploy of release 4711 to ' || server
      when shell = 'internal' then 'facts of this machine' else (case n * 48271 % 65537 % ${commandLines.length} ${cases(commandLines)} end) end,
    state, at, case when luck5 < 0.03 then at end, at,
    at, at + interval '12 ms', at + interval '12 ms', case when is_over then at + interval '2 s' end, at, 100 + n % 30000,
    case state when 'success' then 0 when 'failed' then 1 + n % 3 end, case when is_over then 20 + n % 9000 end,
    case when luck4 < 0.000005 then 'quasar-reactor tripped' else (case n * 40692 % 65519 % ${results.length} ${cases(results)} end) end,
    n % 3000, n % 3000, n % 3000, '10.0.0.7', 'Mozilla/5.0'
  from (
    select n, ms, to_timestamp(ms / 1000.0) as at, luck4, luck5,
      case when luck1 < 0.1 then 'internal' else 'system' end as shell,
      1 + floor(${SERVERS} * luck2 ^ 2.5)::int as server,
      case when luck3 < 0.15 then 2 when luck3 < 0.16 then 3 when luck3 < 0.16012 then 4
        else 5 + floor(60 * luck6 ^ 2)::int end as person,
      case when n > ${rows} - 400 then 'running' when n > ${rows} - 900 then 'queued'
        when luck4 < 0.885 then 'success' when luck4 < 0.975 then 'failed' when luck4 < 0.985 then 'cancelled'
        when luck4 < 0.99 then 'rejected' when luck4 < 0.9901 then 'stuck' when luck4 < 0.9902 then 'scheduled'
        else 'success' end as state,
      n <= ${rows} - 900 and not (luck4 >= 0.99 and luck4 < 0.9902) as is_over
    from (
      select n, ${firstDay}::bigint + n * ${DAYS * 86_400_000}::bigint / ${rows} as ms, random() as luck1, random() as luck2,
        random() as luck3, random() as luck4, random() as luck5, random() as luck6
      from generate_series(${from}::bigint, ${to}::bigint) n offset 0) draw) row`

const cases = (all: readonly string[]) => all.map((text, at) => `when ${at} then ${text}`).join(' ')

export interface CommandRows extends AsyncDisposable {
  readonly url: string
  /** For the data of a server that is started on this database. */
  readonly directory: string
}

/**
 * Starts the database of this many rows; makes it where there is none of this schema yet, and keeps it for the next run.
 * @param isFresh makes it anew
 */
export async function openCommandRows(rows: number, isFresh: boolean): Promise<CommandRows> {
  const key = createHash('sha256')
    .update(insert(1, rows, rows))
    .update(await schemaText())
  const directory = `/var/tmp/annals-bench-list-${rows}-${key.digest('hex').slice(0, 12)}`
  const isMade = join(directory, 'made')
  if (isFresh || !existsSync(isMade)) {
    rmSync(directory, { recursive: true, force: true })
    const loading = await startPostgres({
      dataDirectory: directory,
      durable: false,
      sharedBuffersMegabytes: 512,
      settings: { maintenance_work_mem: '1GB', max_wal_size: '8GB', max_parallel_maintenance_workers: 1 },
    })
    try {
      await make(loading.url, rows)
    } finally {
      await loading.stop()
    }
    writeFileSync(isMade, '')
  }
  const { url, stop } = await startPostgres({ dataDirectory: directory, durable: false })
  await makeRest(url)
  rmSync(join(directory, 'server'), { recursive: true, force: true })
  return { url, directory, [Symbol.asyncDispose]: stop }
}

/** A changed index is a changed database. */
const schemaText = () => readFile(new URL('../../features/commands/server/migrations.ts', import.meta.url))

/** Everything but the commands is little, and other features may have changed since: it is made anew. */
async function makeRest(url: string): Promise<void> {
  await using database = openDatabase({ url, poolSize: 1 })
  const { pool } = database
  const { rows } = await pool.query<{ name: string }>(
    `select quote_ident(tablename) as name from pg_tables
      where schemaname = 'public' and tablename !~ '^(command|schema_migration)'`,
  )
  for (const { name } of rows) await pool.query(`drop table if exists ${name} cascade`)
  await pool.query('drop function if exists journal_refuse_change')
  await pool.query(`delete from schema_migration where name !~ '^commands/'`)
  await migrate(database.db, migrations)
  await people(pool)
  await pool.query('analyze server, person')
}

async function make(url: string, rows: number): Promise<void> {
  const began = performance.now()
  const say = (what: string) => console.log(`${((performance.now() - began) / 1000).toFixed(0)} s: ${what}`)
  await using database = openDatabase({ url, poolSize: 1 })
  await migrate(database.db, migrations)
  const clients = await Promise.all([connect(url), connect(url)])
  const [one] = clients
  try {
    const { rows: indexes } = await one.query<{ name: string; text: string }>(
      `select indexname as name, indexdef as text from pg_indexes
        where tablename = 'command' and indexname <> 'command_pkey' order by indexdef like '%gin%' desc`,
    )
    for (const { name } of indexes) await one.query(`drop index ${name}`)
    // In the transaction that truncated the table, rows are not written to the log.
    await one.query('begin; truncate command cascade; select setseed(0.42)')
    const step = 1_000_000
    for (let from = 1; from <= rows; from += step) {
      await one.query(insert(from, Math.min(rows, from + step - 1), rows))
      say(`${Math.min(rows, from + step - 1)} rows`)
    }
    await one.query('commit')
    const waiting = [...indexes]
    await Promise.all(
      clients.map(async (client) => {
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
          await client.query(next.text)
          say(next.name)
        }
      }),
    )
    await one.query('vacuum (freeze, analyze) command')
    const { rows: sizes } = await one.query(
      `select relname as name, pg_size_pretty(pg_relation_size(oid)) as size from pg_class
        where relname ~ '^command(_|$)' and pg_relation_size(oid) > 1e6 order by pg_relation_size(oid) desc`,
    )
    console.table(sizes)
  } finally {
    for (const client of clients) await client.end()
  }
}

/** The servers, the people, and an open session of each who looks. */
async function people(client: pg.Pool): Promise<void> {
  await client.query(`
    insert into server (id, name, agent_id, signing_key, sealing_key, enrolled_at)
      select ('01900001-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, 'server-' || n, gen_random_uuid(), n::text, '', now()
      from generate_series(1, ${SERVERS}) n;
    insert into server_link (server_id) select id from server;
    insert into person (id, username, name, role, created_at)
      select ('01900002-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, 'person-' || n, 'Person ' || n,
        case n when 0 then 'admin' when 1 then 'auditor' else 'member' end, now() from generate_series(0, 64) n;
    insert into team (id, name, created_at) values ('01900003-0000-7000-8000-000000000001', 'Everyone', now());
    insert into team_member select '01900003-0000-7000-8000-000000000001', id, 'member' from person;
    insert into server_team select id, '01900003-0000-7000-8000-000000000001' from server`)
}

/** A session each, as if they had just signed in. */
export async function signInLookers(client: pg.Pool): Promise<void> {
  await client.query('delete from session')
  for (const [looker, { id }] of Object.entries(lookers))
    await client.query(
      `insert into session (id, person_id, secret_hash, created_at, seen_at, expires_at, address, client)
         values (gen_random_uuid(), $1, $2, now(), now(), now() + interval '1 day', '127.0.0.1', 'bench')`,
      [
        id,
        createHash('sha256')
          .update(cookieOf(looker as Looker))
          .digest(),
      ],
    )
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  return client
}
