import { join } from 'node:path'
import { CannotCheck } from '../cannot-check.ts'

/** Where a PostgreSQL is and as whom to sign in. */
export interface PostgresAddress {
  /** A unix socket's path, or a TCP address. */
  readonly endpoint: { readonly path: string } | { readonly host: string; readonly port: number }
  readonly user: string
  readonly password: string | undefined
  readonly database: string
  readonly tls: 'disable' | 'require' | 'verify-full'
}

/** Reads `postgres://user:password@host:port/database?host=/socket/directory&sslmode=…`. @throws CannotCheck */
export function parseAddress(text: string): PostgresAddress {
  // A URL needs a host; one that only names a socket has none.
  const filled = text.replace(/^(postgres(?:ql)?:\/\/(?:[^@/]*@)?)\//, '$1localhost/')
  let url: URL
  try {
    url = new URL(filled)
  } catch (cause) {
    throw new CannotCheck('The database address should read postgres://user@host:port/database.', { cause })
  }
  const { searchParams: options } = url
  const host = options.get('host') ?? (decodeURIComponent(url.hostname) || 'localhost')
  const port = Number(options.get('port') ?? (url.port || '5432'))
  const user = decodeURIComponent(url.username) || options.get('user') || process.env['PGUSER'] || 'postgres'
  const mode = options.get('sslmode') ?? 'disable'
  const tls =
    mode === 'verify-full' || mode === 'verify-ca'
      ? 'verify-full'
      : mode === 'require'
        ? 'require'
        : 'disable'
  return {
    endpoint: host.startsWith('/') ? { path: join(host, `.s.PGSQL.${port}`) } : { host, port },
    user,
    password: decodeURIComponent(url.password) || process.env['PGPASSWORD'],
    database: decodeURIComponent(url.pathname.slice(1)) || user,
    tls,
  }
}
