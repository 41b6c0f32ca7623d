import { newId } from '../../common/id.ts'
import { subjectKey, UUID } from '../../common/journal/subject-key.ts'
import type { Entry } from './entry.ts'
import { sha256 } from './sha256.ts'

/** Bytes; the database checks it too. Bigger things are entered by their hash. */
export const BODY_LIMIT_BYTES = 65535

const YEARS = /^\d{4}-/

function idOf(what: string, id: string): string {
  if (!UUID.test(id))
    throw new Error(`an entry's ${what} must be a uuid in lower case, not ${JSON.stringify(id)}`)
  return id
}

/**
 * The text that is hashed: built once, never serialized again. The order of its keys is what the verifier's fast reader
 * expects (base/common/journal/body.ts); `data` stays last.
 * @throws Error when it is larger than 65535 bytes of UTF-8, or an id or the time cannot be indexed.
 */
export function entryBody(entry: Entry): string {
  const { actor, server, workSession, subject, request } = entry
  const at = entry.at.toISOString()
  if (!YEARS.test(at)) throw new Error(`an entry's time must be in the years 0 to 9999, not ${at}`)
  const body = JSON.stringify({
    v: 1,
    id: newId(),
    at,
    kind: entry.kind,
    actor: {
      id: idOf('actor', actor.id),
      name: actor.name,
      kind: actor.kind,
      ...(actor.via && { via: { id: actor.via.id, name: actor.via.name } }),
    },
    ...(server && { server: { id: idOf('server', server.id), name: server.name } }),
    ...(workSession && { work: { id: idOf('work session', workSession.id), name: workSession.name } }),
    ...(subject && {
      subject: {
        kind: subject.kind,
        id: subject.id,
        ...(subject.name !== undefined && { name: subject.name }),
      },
    }),
    ...(request && {
      request: {
        id: request.id,
        address: request.address,
        ...(request.client !== undefined && { client: request.client }),
        ...(request.action !== undefined && { action: request.action }),
        ...(request.status !== undefined && { status: request.status }),
      },
    }),
    data: entry.data ?? null,
  })
  const bytes = Buffer.byteLength(body)
  if (bytes > BODY_LIMIT_BYTES) {
    throw new Error(`an entry of ${entry.kind} has ${bytes} bytes, more than the ${BODY_LIMIT_BYTES} allowed`)
  }
  return body
}

/** As text: 64 bits do not fit a number. */
export const subjectKeyOf = (id: string): string => subjectKey(sha256, id).toString()
