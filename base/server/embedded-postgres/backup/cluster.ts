import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { StartupRefusal } from '../startup-refusal.ts'
import { type CopiedTree, copyFile, copyTree } from './copy.ts'
import type { BackedUpFile, Manifest } from './manifest.ts'
import { writeWhole } from './write-whole.ts'

/** Directories whose content belongs to the running server, as pg_basebackup has them. The log is copied by itself. */
const emptied = new Set(
  ['pg_dynshmem', 'pg_notify', 'pg_replslot', 'pg_serial', 'pg_snapshots', 'pg_stat_tmp', 'pg_subtrans'].map(
    (name) => `postgres/${name}`,
  ),
)
const leftOut =
  /^postgres\/(postmaster\.(pid|opts)|(backup_label|tablespace_map)(\.old)?|backup_manifest|global\/pg_control)$|\/(pg_internal\.init[^/]*|pgsql_tmp[^/]*|t\d+_\d+[^/]*)$/

/**
 * Copies the cluster of a running server, consistently: what is copied torn or too early is made good by the
 * write-ahead log between start and stop, which is in the copy and is replayed at its first start.
 */
export async function copyCluster(
  url: string,
  dataDirectory: string,
  to: string,
): Promise<CopiedTree & { database: NonNullable<Manifest['database']> }> {
  const cluster = join(dataDirectory, 'postgres')
  if ((await readdir(join(cluster, 'pg_tblspc'))).length > 0) {
    throw new StartupRefusal(
      `${cluster} has tablespaces, which this backup does not cover. Use pg_basebackup.`,
    )
  }
  const client = new pg.Client({ connectionString: url, application_name: 'annals backup', query_timeout: 0 })
  await client.connect()
  try {
    await client.query('set statement_timeout = 0')
    // Keeps the log from here on until this connection ends, however long the copying takes.
    const slot = `annals_backup_${process.pid}`
    await client.query('select pg_create_physical_replication_slot($1, true, true)', [slot])
    const start = await client.query<{ lsn: string; file: string }>(
      'select lsn, pg_walfile_name(lsn) as file from pg_backup_start($1, fast => true) as lsn',
      ['annals'],
    )
    const { lsn: startLsn, file: firstLog } = start.rows[0]!
    const copied = await copyTree(dataDirectory, to, 'postgres', skipInCluster)
    await copyInto(copied, dataDirectory, to, 'postgres/global/pg_control')
    const stop = await client.query<{ lsn: string; file: string; labelfile: string; spcmapfile: string }>(
      'select lsn, pg_walfile_name(lsn) as file, labelfile, spcmapfile from pg_backup_stop(wait_for_archive => false)',
    )
    const { lsn: stopLsn, file: lastLog, labelfile, spcmapfile } = stop.rows[0]!
    copied.files.push(await writeWhole(to, 'postgres/backup_label', labelfile))
    if (spcmapfile) copied.files.push(await writeWhole(to, 'postgres/tablespace_map', spcmapfile))
    await copyLog(copied, dataDirectory, to, firstLog, lastLog)
    const postgresMajor = Number.parseInt(await readFile(join(cluster, 'PG_VERSION'), 'utf8'), 10)
    return { ...copied, database: { postgresMajor, startLsn, stopLsn } }
  } finally {
    await client.end()
  }
}

function skipInCluster(path: string, isDirectory: boolean): boolean {
  const parent = path.slice(0, path.lastIndexOf('/'))
  if (emptied.has(parent)) return true
  if (parent.startsWith('postgres/pg_wal')) return !isDirectory
  return leftOut.test(path)
}

async function copyLog(
  copied: CopiedTree,
  from: string,
  to: string,
  first: string,
  last: string,
): Promise<void> {
  const names = (await readdir(join(from, 'postgres/pg_wal'))).filter(
    (name) => name.endsWith('.history') || (/^[0-9A-F]{24}$/.test(name) && name >= first && name <= last),
  )
  for (const needed of [first, last]) {
    if (!names.includes(needed))
      throw new Error(`the write-ahead log ${needed} is gone; the backup is not usable`)
  }
  for (const name of names) await copyInto(copied, from, to, `postgres/pg_wal/${name}`)
}

async function copyInto(copied: CopiedTree, from: string, to: string, path: string): Promise<void> {
  const file = await copyFile(join(from, path), join(to, path))
  if (!file) throw new Error(`${path} vanished while it was needed; the backup is not usable`)
  copied.files.push({ path, ...file } satisfies BackedUpFile)
}
