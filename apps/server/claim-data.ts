import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { type DirectoryLock, lockDirectory } from '../../base/server/embedded-postgres/lock-directory.ts'

export interface ClaimedData extends Disposable {
  /** Says to whoever comes next that it is worth waiting. */
  stopping(): void
}

/** Longer than a server may take to drain and to stop its children. */
const PATIENCE_MILLISECONDS = 40_000

/**
 * Takes the data directory for this server. One that is stopping is waited for, since a restart often comes before the
 * end of what it replaces; any other is a reason to refuse.
 * @throws StartupRefusal
 */
export async function claimData(dataDirectory: string, onWait: () => void): Promise<ClaimedData> {
  const marker = join(dataDirectory, 'run', 'stopping')
  let lock: DirectoryLock | undefined
  for (const start = performance.now(); lock === undefined; ) {
    try {
      lock = lockDirectory(dataDirectory)
    } catch (refusal) {
      if (!existsSync(marker) || performance.now() - start > PATIENCE_MILLISECONDS) throw refusal
      onWait()
      await wait(100)
    }
  }
  rmSync(marker, { force: true })
  return {
    stopping: () => writeFileSync(marker, ''),
    [Symbol.dispose]: () => {
      rmSync(marker, { force: true })
      lock.release()
    },
  }
}
