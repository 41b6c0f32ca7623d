import type { z } from 'zod'
import type { Act } from '../../../../base/server/endpoint.ts'
import { type Token, tokenCan } from '../../common/token.ts'
import type { tokenApi } from '../../common/token-api.ts'
import type { tokenEvents } from '../../common/token-events.ts'
import { tokenFaults } from '../../common/token-faults.ts'
import type { TokenPorts } from './ports.ts'
import { findToken, idsOf, stateOf, type TokenRow, tokensOf } from './rows.ts'
import { checkRules, endOf, named, type Rules } from './rules.ts'
import { hashOf, newSecret } from './secret.ts'

type ById = Act<{ id: string }, typeof tokenEvents>
type Update = Act<z.output<(typeof tokenApi)['token.update']['in']>, typeof tokenEvents>

/** Reads the token as the actor, then locks it. @throws token.not_yours */
async function lockOwn(
  { read, tx, actor, input }: ById | Update,
  may: (token: Parameters<typeof tokenCan.disable>[0], viewer: ById['actor']) => boolean,
): Promise<TokenRow> {
  await findToken(read, input.id)
  await tx.selectFrom('token').select('id').where('id', '=', input.id).forUpdate().execute()
  const row = await findToken(read, input.id)
  const { kind, person_id, disabled_by_id } = row
  const owned = {
    kind,
    person: person_id === null ? null : { id: person_id, name: '' },
    disabledBy: disabled_by_id === null ? null : { id: disabled_by_id, name: '' },
  }
  if (may(owned, actor)) return row
  const isOthers = tokenCan.disable(owned, actor)
  throw tokenFaults[isOthers && may === tokenCan.enable ? 'token.disabled_by_admin' : 'token.not_yours']()
}

const aboutOf = ({ id, name }: Pick<TokenRow, 'id' | 'name'>) => ({ subject: { kind: 'token', id, name } })

const asAnswer = async (ports: TokenPorts, { read, now }: ById | Update, id: string): Promise<Token> =>
  (await tokensOf(ports, read, [await findToken(read, id)], now))[0]!

export const updateToken = (ports: TokenPorts) => async (act: Update) => {
  const { tx, read, input, now, record, announce } = act
  const row = await lockOwn(act, tokenCan.update)
  const before: Rules = row
  const after: Rules = {
    scopes: input.scopes ?? before.scopes,
    commands: input.commands ?? before.commands,
    servers: input.servers ?? before.servers,
    paths: input.paths ?? before.paths,
    addresses: input.addresses ?? before.addresses,
  }
  // A server that was named before may be gone by now: it can stay, and be taken out.
  const isNew = (id: string) => !before.servers.includes(id)
  await checkRules(ports, read, { ...after, servers: after.servers.filter(isNew) })
  const names = await ports.serverNames(read, idsOf([...before.servers, ...after.servers]))
  const namesOf = (servers: readonly string[]) =>
    named(servers.map((id) => (id === '*' ? 'every server' : (names.get(id) ?? id))))
  const name = input.name ?? row.name
  const expiresAt = input.expiresAt === undefined ? row.expires_at : endOf(input.expiresAt, now)

  await tx
    .updateTable('token')
    .set({
      name,
      scopes: [...after.scopes],
      commands: [...after.commands],
      servers: [...after.servers],
      paths: JSON.stringify(after.paths),
      addresses: [...after.addresses],
      expires_at: expiresAt,
    })
    .where('id', '=', row.id)
    .execute()
  const end = (at: Date | null) => at?.toISOString() ?? null
  await record('token.updated', {
    ...aboutOf({ id: row.id, name }),
    data: {
      name,
      changed: {
        ...changeOf('name', row.name, name),
        ...changeOf('scopes', before.scopes, after.scopes),
        ...changeOf('commands', before.commands, after.commands),
        ...changeOf('servers', namesOf(before.servers), namesOf(after.servers)),
        ...changeOf('paths', before.paths, after.paths),
        ...changeOf('addresses', before.addresses, after.addresses),
        ...changeOf('expiresAt', end(row.expires_at), end(expiresAt)),
      },
    },
  })
  announce('actor', row.person_id ?? row.id)
  return asAnswer(ports, act, row.id)
}

function changeOf<N extends string, V>(name: N, before: V, after: V) {
  if (JSON.stringify(before) === JSON.stringify(after)) return {}
  return { [name]: { before, after } } as { [K in N]: { before: V; after: V } }
}

/** The old secret ends with this transaction: whoever needs both for a while makes a second token. */
export const rotateToken = async (act: ById) => {
  const { tx, now, record, announce } = act
  const row = await lockOwn(act, tokenCan.rotate)
  const state = stateOf(row, now)
  if (state === 'disabled') throw tokenFaults['token.is_disabled']()
  if (state === 'expired') throw tokenFaults['token.is_expired']()
  const secret = newSecret(row.kind)
  await tx
    .updateTable('token')
    .set((eb) => ({ secret_hash: hashOf(secret), previous_hash: eb.ref('secret_hash'), rotated_at: now }))
    .where('id', '=', row.id)
    .execute()
  await record('token.rotated', { ...aboutOf(row), data: { name: row.name } })
  announce('actor', row.person_id ?? row.id)
  return { id: row.id, secret }
}

export const disableToken = (ports: TokenPorts) => async (act: ById) => {
  const { tx, actor, now, record, announce } = act
  const row = await lockOwn(act, tokenCan.disable)
  if (row.disabled_at !== null) throw tokenFaults['token.is_disabled']()
  await tx
    .updateTable('token')
    .set({ disabled_at: now, disabled_by_id: actor.id, disabled_by_name: actor.name })
    .where('id', '=', row.id)
    .execute()
  await record('token.disabled', { ...aboutOf(row), data: { name: row.name } })
  announce('actor', row.person_id ?? row.id)
  return asAnswer(ports, act, row.id)
}

export const enableToken = (ports: TokenPorts) => async (act: ById) => {
  const { tx, record, announce } = act
  const row = await lockOwn(act, tokenCan.enable)
  if (row.disabled_at === null) throw tokenFaults['token.is_enabled']()
  await tx
    .updateTable('token')
    .set({ disabled_at: null, disabled_by_id: null, disabled_by_name: null })
    .where('id', '=', row.id)
    .execute()
  await record('token.enabled', { ...aboutOf(row), data: { name: row.name } })
  announce('actor', row.person_id ?? row.id)
  return asAnswer(ports, act, row.id)
}
