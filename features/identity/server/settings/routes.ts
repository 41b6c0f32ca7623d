import type { Actor } from '../../../../base/server/actor.ts'
import { serve } from '../../../../base/server/endpoint.ts'
import type { FeatureParts, Parts } from '../../../../base/server/parts.ts'
import type { Reader } from '../../../../base/server/scope.ts'
import { changedFields } from '../../common/changed.ts'
import { identityFaults } from '../../common/faults.ts'
import type { Settings } from '../../common/settings.ts'
import { settingsApi } from '../../common/settings-api.ts'
import { settingsEvents } from '../../common/settings-events.ts'

/** Each setting and its column. */
const columns = {
  name: 'name',
  timeZone: 'time_zone',
  secondFactor: 'second_factor',
  stepUpSeconds: 'step_up_seconds',
  sessionSeconds: 'session_seconds',
  sessionIdleSeconds: 'session_idle_seconds',
  lockOutFailures: 'lock_out_failures',
  lockOutSecondsMax: 'lock_out_seconds_max',
  groupRecord: 'group_record',
} as const

export function settingsRoutes({ mail }: Pick<Parts, 'mail'>): FeatureParts {
  const readSettings = async (read: Pick<Reader, 'selectFrom'>, actor: Actor): Promise<Settings> => {
    const row = await read.selectFrom('workspace').select(Object.values(columns)).executeTakeFirstOrThrow()
    const isMember = actor.role === 'member'
    return {
      workspace: { name: row.name, timeZone: row.time_zone },
      policy: isMember
        ? null
        : {
            secondFactor: row.second_factor,
            stepUpSeconds: row.step_up_seconds,
            sessionSeconds: row.session_seconds,
            sessionIdleSeconds: row.session_idle_seconds,
            lockOutFailures: row.lock_out_failures,
            lockOutSecondsMax: row.lock_out_seconds_max,
            groupRecord: row.group_record,
          },
      mailFrom: isMember ? null : (mail?.from ?? null),
    }
  }
  return serve(settingsApi, settingsEvents, {
    'settings.read': ({ read, actor }) => readSettings(read, actor),

    'settings.update': async ({ tx, read, actor, input, record, announce }) => {
      await tx.selectFrom('workspace').select('only').forUpdate().executeTakeFirstOrThrow()
      const { workspace, policy } = await readSettings(read, actor)
      const before = { ...workspace, ...policy! }
      const after = Object.assign({ ...before }, input) as typeof before
      if (after.sessionIdleSeconds > after.sessionSeconds) throw identityFaults['settings.idle_beyond_life']()
      const wanted = Object.entries(input).filter(([, value]) => value !== undefined)
      if (wanted.length > 0)
        await tx
          .updateTable('workspace')
          .set(
            Object.fromEntries(wanted.map(([name, value]) => [columns[name as keyof typeof columns], value])),
          )
          .execute()
      await record('settings.updated', { data: { changed: changedFields(before, input) } })
      announce('workspace')
      // Who must prove more, or sees more, is looked at anew.
      announce('actor')
      return readSettings(read, actor)
    },
  })
}
