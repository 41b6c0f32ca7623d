import pg from 'pg'
import { oldestMajor } from './installation.ts'
import { StartupRefusal } from './startup-refusal.ts'

interface Facts {
  readonly version: string
  readonly number: number
  readonly encoding: string
  readonly database: string
  readonly user: string
  readonly standby: boolean
  readonly may_create: boolean
  readonly trigram: boolean
}

const question = `
  select current_setting('server_version') as version, current_setting('server_version_num')::int as number,
         current_setting('server_encoding') as encoding, current_database() as database, current_user as "user",
         pg_is_in_recovery() as standby,
         has_database_privilege(current_database(), 'create') and has_schema_privilege('public', 'create') as may_create,
         exists (select 1 from pg_available_extensions where name = 'pg_trgm') as trigram`

/**
 * Asks the PostgreSQL of DATABASE_URL whether Annals can use it.
 * @throws StartupRefusal saying what to change. Passwords are never part of it.
 */
export async function checkExternalDatabase(url: string): Promise<void> {
  const facts = await ask(url)
  const complaint = complain(facts)
  if (complaint !== undefined) throw new StartupRefusal(`DATABASE_URL: ${complaint}`)
}

function complain(facts: Facts): string | undefined {
  const { version, number, encoding, database, user, standby, may_create, trigram } = facts
  if (number < oldestMajor * 10_000)
    return `that is PostgreSQL ${version}, and Annals needs ${oldestMajor} or later.`
  if (standby) return 'that server is a standby and takes no writes. Name its primary.'
  if (encoding !== 'UTF8') {
    return `the database ${database} is encoded in ${encoding}. Make one with: create database annals encoding 'UTF8' template template0.`
  }
  if (!may_create) {
    return `the user ${user} may not create tables in the database ${database}. As its superuser: alter database "${database}" owner to "${user}"; alter schema public owner to "${user}".`
  }
  if (!trigram)
    return 'the server lacks the extension pg_trgm. Install its contrib package (postgresql-contrib).'
  return undefined
}

async function ask(url: string): Promise<Facts> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'annals start',
    connectionTimeoutMillis: 10_000,
  })
  // A connection cut after the answer is of no interest.
  client.on('error', () => {})
  try {
    await client.connect()
    return (await client.query<Facts>(question)).rows[0] as Facts
  } catch (cause) {
    throw new StartupRefusal(`DATABASE_URL: ${explain(cause, client)}`, { cause })
  } finally {
    await client.end().catch(() => {})
  }
}

function explain(cause: unknown, client: pg.Client): string {
  const { code, message } = cause as { code?: string; message: string }
  const where = client.host.startsWith('/')
    ? `socket directory ${client.host}`
    : `${client.host}:${client.port}`
  switch (code) {
    case '28P01':
    case '28000':
      return `the server at ${where} refuses the user ${client.user}: ${message}.`
    case '3D000':
      return `the server at ${where} has no database ${client.database}. Make it with: create database "${client.database}".`
    case '42501':
      return `the user ${client.user} lacks a right there: ${message}.`
    default:
      return `no PostgreSQL answers at ${where} (${message || code}).`
  }
}
