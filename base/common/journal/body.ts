import { UUID } from './subject-key.ts'

/** What the index columns of an entry must say, read back from the text that was hashed. */
export interface BodyFacts {
  /** Milliseconds since 1970. */
  readonly at: number
  readonly kind: string
  readonly actorId: string
  readonly serverId: string | undefined
  readonly workId: string | undefined
  readonly subjectId: string | undefined
  readonly data: unknown
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

/** @throws Error naming what an entry of version 1 may not be like. */
export function readBody(text: string): BodyFacts {
  const body = asObject('the entry', JSON.parse(text))
  if (body['v'] !== 1) throw new Error('the entry is not of version 1')
  const at = body['at']
  if (typeof at !== 'string' || !INSTANT.test(at) || Number.isNaN(Date.parse(at)))
    throw new Error('its time is malformed')
  if (typeof body['kind'] !== 'string') throw new Error('it has no kind')
  const subject = body['subject'] === undefined ? undefined : asObject('its subject', body['subject'])['id']
  if (subject !== undefined && typeof subject !== 'string') throw new Error('its subject has no id')
  return {
    at: Date.parse(at),
    kind: body['kind'],
    actorId: idOf('actor', body['actor'])!,
    serverId: body['server'] === undefined ? undefined : idOf('server', body['server']),
    workId: body['work'] === undefined ? undefined : idOf('work session', body['work']),
    subjectId: subject,
    data: body['data'],
  }
}

function idOf(what: string, value: unknown): string {
  const id = asObject(`its ${what}`, value)['id']
  if (typeof id !== 'string' || !UUID.test(id)) throw new Error(`its ${what} has no id`)
  return id
}

export function asObject(what: string, value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error(`${what} is not an object`)
  return value as Record<string, unknown>
}
