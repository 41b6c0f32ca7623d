import { once } from 'node:events'
import {
  chownSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import type { Account } from './account.ts'
import { giveTo } from './give-to.ts'
import type { Installation } from './installation.ts'
import { launch } from './launch.ts'
import { namelessInitdb } from './nameless-initdb.ts'
import { StartupRefusal } from './startup-refusal.ts'

export interface ClusterOptions {
  readonly clusterDirectory: string
  readonly installation: Installation
  readonly account: Account
  readonly durable: boolean
}

export const superuser = 'annals'

/**
 * Who may connect is decided by the directory that holds the socket: 0700, the database account's own. Whoever can
 * open it is root or that account, and both can read the files anyway; so the server trusts, and there is no password
 * to keep. `peer` would ask the passwd database for a name, and an arbitrary uid in a container has none.
 */
const accessRules = `# Written by Annals. The socket's directory (0700) decides who may connect; nothing listens on a network.
local all all trust
local replication all trust
`

/**
 * Makes the cluster if there is none: under another name first, so that one cut short is never taken for whole.
 * @returns whether it was made now.
 * @throws StartupRefusal if there is one of another major version.
 */
export async function initializeCluster(options: ClusterOptions): Promise<boolean> {
  const { clusterDirectory, installation, account, durable } = options
  if (existsSync(clusterDirectory)) {
    refuseOtherMajor(clusterDirectory, installation)
    giveTo(account, clusterDirectory)
    return false
  }
  const unfinished = `${clusterDirectory}.new`
  rmSync(unfinished, { recursive: true, force: true })
  mkdirSync(unfinished, { mode: 0o700 })
  if (process.geteuid?.() === 0) chownSync(unfinished, account.uid, account.gid)
  await runInitdb(unfinished, options)
  const rules = join(unfinished, 'pg_hba.conf')
  writeFileSync(rules, accessRules)
  renameSync(unfinished, clusterDirectory)
  if (durable) syncDirectory(dirname(clusterDirectory))
  return true
}

async function runInitdb(
  directory: string,
  { installation, account, durable }: ClusterOptions,
): Promise<void> {
  // In the data directory, unless it is root's: the account may not be able to reach that.
  const workplace = process.geteuid?.() === 0 ? '/var/cache/annals' : dirname(directory)
  using nameless =
    account.name === undefined && process.platform === 'linux'
      ? namelessInitdb(installation.binDirectory, workplace)
      : undefined
  const child = launch({
    account,
    program: join(nameless?.binDirectory ?? installation.binDirectory, 'initdb'),
    directories: [directory],
    argumentsFor: ([data]) => [
      `--pgdata=${data}`,
      `--username=${superuser}`,
      '--auth=trust',
      '--encoding=UTF8',
      ...localeArguments(installation.major),
      '--data-checksums',
      ...(durable ? [] : ['--no-sync']),
      '--no-instructions',
    ],
    onParentDeath: 'KILL',
  })
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0) throw new StartupRefusal(describeFailure(account, directory, said.trim()))
}

/** By code point, the same order everywhere, and untouched by an upgrade of the machine's C library. */
function localeArguments(major: number): string[] {
  if (major >= 17) return ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C']
  return process.platform === 'linux' ? ['--locale=C.UTF-8'] : ['--locale=C']
}

function describeFailure(account: Account, directory: string, said: string): string {
  const nameless = account.name === undefined
  return [
    `PostgreSQL could not make its cluster in ${directory} as uid ${account.uid}. initdb said:\n${said}`,
    ...(nameless
      ? [
          `Uid ${account.uid} has no entry in /etc/passwd: give it one, or start once as a user that has one, or set DATABASE_URL.`,
        ]
      : []),
  ].join('\n')
}

function refuseOtherMajor(clusterDirectory: string, { major, binDirectory }: Installation): void {
  let made: string
  try {
    made = readFileSync(join(clusterDirectory, 'PG_VERSION'), 'utf8').trim()
  } catch (cause) {
    throw new StartupRefusal(`${clusterDirectory} is not a PostgreSQL cluster that this user can read.`, {
      cause,
    })
  }
  if (made === String(major)) return
  throw new StartupRefusal(
    `${clusterDirectory} was made by PostgreSQL ${made}, and ${binDirectory} is PostgreSQL ${major}. Set ANNALS_POSTGRES_BIN to the programs of PostgreSQL ${made}, or restore the data into a new directory.`,
  )
}

export function syncDirectory(directory: string): void {
  const descriptor = openSync(directory, 'r')
  fsyncSync(descriptor)
  closeSync(descriptor)
}
