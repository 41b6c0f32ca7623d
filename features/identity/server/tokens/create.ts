import type { z } from 'zod'
import { newId } from '../../../../base/common/id.ts'
import type { Act } from '../../../../base/server/endpoint.ts'
import type { tokenApi } from '../../common/token-api.ts'
import type { tokenEvents } from '../../common/token-events.ts'
import { tokenFaults } from '../../common/token-faults.ts'
import type { TokenPorts } from './ports.ts'
import { checkRules, endOf, groupNames, named, recordedRules } from './rules.ts'
import { hashOf, newSecret } from './secret.ts'

type Create = Act<z.output<(typeof tokenApi)['token.create']['in']>, typeof tokenEvents>

const PERSONAL_MAX = 100
const SERVICE_MAX = 1000

export const createToken = (ports: TokenPorts) => async (act: Create) => {
  const { tx, read, actor, input, now, record } = act
  const isService = input.kind === 'service'
  if (isService && actor.role !== 'admin') throw tokenFaults['token.service_by_admin']()
  const expiresAt = endOf(input.expiresAt, now)
  const { scopes, commands, servers, paths, addresses } = input
  const rules = { scopes, commands, servers, paths, addresses }
  const serverNames = await checkRules(ports, read, rules)
  const groupIds = [...new Set(input.groupIds)]
  const groups = await groupNames(read, groupIds)
  await refuseTooMany(act)

  const id = newId(now.getTime())
  const role = isService ? (input.role ?? 'member') : null
  const secret = newSecret(input.kind)
  await tx
    .insertInto('token')
    .values({
      id,
      kind: input.kind,
      name: input.name,
      person_id: isService ? null : actor.id,
      role,
      secret_hash: hashOf(secret),
      ...rules,
      paths: JSON.stringify(paths),
      created_at: now,
      created_by_id: actor.id,
      created_by_name: actor.name,
      expires_at: expiresAt,
    })
    .execute()
  if (groupIds.length > 0)
    await tx
      .insertInto('token_team')
      .values(groupIds.map((team_id) => ({ token_id: id, team_id })))
      .execute()
  await record('token.created', {
    subject: { kind: 'token', id, name: input.name },
    data: {
      name: input.name,
      kind: input.kind,
      ...recordedRules(rules, serverNames),
      expiresAt: expiresAt?.toISOString() ?? null,
      role,
      groups: named(groups),
      groupCount: groups.length,
    },
  })
  return { id, secret }
}

/** Disabled and expired ones do not count: their rows stay for those who read the record. */
async function refuseTooMany({ tx, actor, input, now }: Create) {
  const limit = input.kind === 'service' ? SERVICE_MAX : PERSONAL_MAX
  const { count } = await tx
    .selectFrom('token')
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .where('person_id', input.kind === 'service' ? 'is' : '=', input.kind === 'service' ? null : actor.id)
    .where('disabled_at', 'is', null)
    .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', now)]))
    .executeTakeFirstOrThrow()
  if (Number(count) >= limit) throw tokenFaults['token.too_many'](limit)
}
