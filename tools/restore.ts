import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { restore } from '../base/server/embedded-postgres/backup/restore.ts'
import { StartupRefusal } from '../base/server/embedded-postgres/startup-refusal.ts'

/** Where the person stands, not where npm runs the script. */
const here = process.env['INIT_CWD'] ?? process.cwd()

try {
  const { values } = parseArgs({ options: { from: { type: 'string' }, data: { type: 'string' } } })
  if (!values.from || !values.data) {
    throw new StartupRefusal(
      'Say what and where to: npm run restore -- --from <backup> --data <new directory>',
    )
  }
  const dataDirectory = resolve(here, values.data)
  const manifest = await restore({ from: resolve(here, values.from), dataDirectory })
  console.log(`Restored ${manifest.files.length} files, all as their checksums say, to ${dataDirectory}.`)
  console.log(
    manifest.database
      ? `Start it with: ANNALS_DATA=${dataDirectory} npm start`
      : 'The database was not in it: restore it with its own tools, then start with DATABASE_URL and ANNALS_DATA set.',
  )
  console.log(
    `What was recorded after ${manifest.finishedAt} is not in it. Agents that remember a later checkpoint will say so.`,
  )
} catch (error) {
  if (!(error instanceof StartupRefusal)) throw error
  console.error(error.message)
  process.exitCode = 1
}
