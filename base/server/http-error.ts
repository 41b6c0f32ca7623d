import type { Logger } from 'pino'
import { baseFaults, Fault } from '../common/fault.ts'
import { isDatabaseAway } from './database-away.ts'

/**
 * The answer to whatever was thrown: a fault speaks for itself, a database that is away can be waited for, and anything else
 * is a bug whose words stay in the log.
 */
export function faultOf(
  error: unknown,
  /** `upload`: the content type of the file that is the body, where one is asked for. */
  request: { id: string; route: string | undefined; upload?: string | undefined },
  log: Logger,
): Fault {
  if (error instanceof Fault) return error
  const { code, statusCode } = error as { code?: string; statusCode?: number }
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return baseFaults['request.too_large'](limitOf(error))
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE')
    return request.upload === undefined
      ? baseFaults['request.not_json']()
      : baseFaults['request.wrong_type'](request.upload)
  // Two identical acts met: the second one lost a unique key or a deadlock.
  if (code === '23505' || code === '40P01') return baseFaults['request.conflict']()
  if (code === '22021') return baseFaults['request.invalid']('a text contains a NUL character')
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500)
    return baseFaults['request.invalid']((error as Error).message)
  if (isDatabaseAway(error)) {
    log.error({ err: error, requestId: request.id, route: request.route }, 'the database did not answer')
    return baseFaults['server.database_away']()
  }
  log.error({ err: error, requestId: request.id, route: request.route }, 'bug')
  return baseFaults['server.bug'](request.id)
}

const limitOf = (error: unknown) => (error as { limit?: number }).limit ?? 0
