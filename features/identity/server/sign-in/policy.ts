import type { Kysely } from 'kysely'
import type { Database } from '../../../../base/server/database.ts'
import type { LockOutPolicy } from './lock-out.ts'

/** What the workspace's settings say about signing in. */
export async function policyOf(
  db: Kysely<Database>,
): Promise<LockOutPolicy & { readonly stepUpSeconds: number; readonly workspaceName: string }> {
  const row = await db
    .selectFrom('workspace')
    .select(['name', 'step_up_seconds', 'lock_out_failures', 'lock_out_seconds_max'])
    .executeTakeFirstOrThrow()
  return {
    failuresMax: row.lock_out_failures,
    secondsMax: row.lock_out_seconds_max,
    stepUpSeconds: row.step_up_seconds,
    workspaceName: row.name,
  }
}
