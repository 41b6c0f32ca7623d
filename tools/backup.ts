import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { readConfig } from '../base/server/config.ts'
import { backUp } from '../base/server/embedded-postgres/backup/backup.ts'
import { StartupRefusal } from '../base/server/embedded-postgres/startup-refusal.ts'

const root = resolve(import.meta.dirname, '..')
/** Where the person stands, not where npm runs the script. */
const here = process.env['INIT_CWD'] ?? process.cwd()

try {
  const { values } = parseArgs({ options: { to: { type: 'string' }, data: { type: 'string' } } })
  if (!values.to) throw new StartupRefusal('Say where to: npm run backup -- --to <new directory>')
  const config = readConfig(process.env, root)
  const started = performance.now()
  const externalDatabase = config.databaseUrl !== undefined
  const manifest = await backUp({
    dataDirectory: values.data ? resolve(here, values.data) : config.dataDirectory,
    to: resolve(here, values.to),
    externalDatabase,
    binDirectory: config.postgresBin,
    onLog: console.log,
  })
  const bytes = manifest.files.reduce((sum, { size }) => sum + size, 0)
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  console.log(
    `Backed up ${manifest.files.length} files, ${(bytes / 1e6).toFixed(1)} MB, to ${values.to} in ${seconds} s.`,
  )
  if (externalDatabase) {
    console.log(
      'DATABASE_URL is set: this backup holds files and keys only. Back up the database with pg_dump or pg_basebackup, before this, so that no row of it names a file that is missing here.',
    )
  }
  console.log(
    'It holds the key that signs the journal and all that was recorded: keep it as safe as the server.',
  )
} catch (error) {
  if (!(error instanceof StartupRefusal)) throw error
  console.error(error.message)
  process.exitCode = 1
}
