import pg from 'pg'
import { StartupRefusal } from '../../base/server/embedded-postgres/startup-refusal.ts'

const oldestMajor = 15

/** @throws StartupRefusal when DATABASE_URL cannot be used, saying what it answered. */
export async function refuseOldPostgres(url: string): Promise<void> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: 10_000,
    application_name: 'annals start',
  })
  try {
    await client.connect()
    const { rows } = await client.query<{ version: string; encoding: string }>(
      `select current_setting('server_version') as version, current_setting('server_encoding') as encoding`,
    )
    const { version, encoding } = rows[0]!
    if (Number.parseInt(version, 10) < oldestMajor)
      throw new StartupRefusal(
        `DATABASE_URL is PostgreSQL ${version}. Annals needs PostgreSQL ${oldestMajor} or later.`,
      )
    if (encoding !== 'UTF8')
      throw new StartupRefusal(
        `The database of DATABASE_URL is encoded in ${encoding}. Make one with encoding UTF8.`,
      )
  } catch (cause) {
    if (cause instanceof StartupRefusal) throw cause
    const { message, code } = cause as { message?: string; code?: string }
    throw new StartupRefusal(
      `DATABASE_URL does not work: ${message || code || 'no answer'}. Check host, port, name, user and password.`,
      {
        cause,
      },
    )
  } finally {
    await client.end().catch(() => {})
  }
}
