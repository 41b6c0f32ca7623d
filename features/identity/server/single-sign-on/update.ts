import type { Transaction } from 'kysely'
import type { z } from 'zod'
import type { Database } from '../../../../base/server/database.ts'
import type { Act } from '../../../../base/server/endpoint.ts'
import type { Parts } from '../../../../base/server/parts.ts'
import { changedFields } from '../../common/changed.ts'
import type { SingleSignOn } from '../../common/single-sign-on.ts'
import type { singleSignOnApi } from '../../common/single-sign-on-api.ts'
import type { singleSignOnEvents } from '../../common/single-sign-on-events.ts'
import { singleSignOnFaults } from '../../common/single-sign-on-faults.ts'
import type { KnownProviders } from './known-providers.ts'
import { readSettings, sealClientSecret } from './settings.ts'

type Input = z.output<(typeof singleSignOnApi)['single-sign-on.update']['in']>
type Update = Act<Input, typeof singleSignOnEvents>

const NAMED_MAX = 40

export const update =
  ({ secrets }: Pick<Parts, 'secrets'>, providers: KnownProviders) =>
  async ({ tx, input, record, afterCommit }: Update) => {
    await tx.selectFrom('single_sign_on').select('only').forUpdate().execute()
    const before = await readSettings(tx)
    const { clientSecret, ...given } = input
    const after: SingleSignOn = { ...before.settings, ...withoutUndefined(given) }
    const hadSecret = before.row.client_secret !== null
    expectWhole(after)
    // Whoever may name another provider must not get at the secret of this one by having it sent there.
    if (hadSecret && clientSecret === undefined && after.issuer !== before.settings.issuer)
      throw singleSignOnFaults['single-sign-on.secret_due']()
    const names = await groupNames(tx, [...before.settings.groups, ...after.groups])
    for (const { groupId } of after.groups)
      if (!names.has(groupId)) throw singleSignOnFaults['single-sign-on.unknown_group'](groupId)

    await tx
      .updateTable('single_sign_on')
      .set({
        ...{ enabled: after.enabled, issuer: after.issuer, client_id: after.clientId, label: after.label },
        ...{ scopes: after.scopes, creates_people: after.createsPeople, links_by_email: after.linksByEmail },
        ...{ username_claim: after.usernameClaim, groups_claim: after.groupsClaim },
        ...{ roles_claim: after.rolesClaim, roles: JSON.stringify(after.roles) },
        ...{ default_role: after.defaultRole, synchronizes: after.synchronizes },
        ...{ trusts_second_factor: after.trustsSecondFactor, password_for: after.passwordFor },
        ...(clientSecret !== undefined && {
          client_secret: clientSecret === null ? null : sealClientSecret(secrets, clientSecret, after.issuer),
        }),
      })
      .execute()
    if (given.groups !== undefined) {
      await tx.deleteFrom('single_sign_on_group').execute()
      if (after.groups.length > 0)
        await tx
          .insertInto('single_sign_on_group')
          .values(after.groups.map(({ value, groupId }) => ({ claim_value: value, team_id: groupId })))
          .execute()
    }
    await record('single-sign-on.updated', {
      data: {
        changed: { ...fieldsOf(before.settings, after), ...secretChange(hadSecret, clientSecret) },
        groups: mappingChange(before.settings.groups, after.groups, ({ groupId }) => names.get(groupId)!),
        roles: mappingChange(before.settings.roles, after.roles, ({ role }) => role),
      },
    })
    afterCommit(() => providers.forget())
  }

/** @throws single-sign-on.incomplete, .nobody_gets_in, .twice */
function expectWhole(settings: SingleSignOn) {
  if (settings.enabled && settings.issuer === '')
    throw singleSignOnFaults['single-sign-on.incomplete']('the address of the provider')
  if (settings.enabled && settings.clientId === '')
    throw singleSignOnFaults['single-sign-on.incomplete']('the client id')
  if (settings.defaultRole === null && settings.rolesClaim === null)
    throw singleSignOnFaults['single-sign-on.nobody_gets_in']()
  expectOnce(settings.groups.map(({ value, groupId }) => ({ value, key: `${value} ${groupId}` })))
  expectOnce(settings.roles.map(({ value }) => ({ value, key: value })))
}

function expectOnce(mappings: readonly { readonly value: string; readonly key: string }[]) {
  const twice = mappings.find(({ key }, at) => mappings.findIndex((other) => other.key === key) !== at)
  if (twice) throw singleSignOnFaults['single-sign-on.twice'](twice.value)
}

async function groupNames(
  tx: Transaction<Database>,
  mappings: SingleSignOn['groups'],
): Promise<Map<string, string>> {
  if (mappings.length === 0) return new Map()
  const ids = [...new Set(mappings.map(({ groupId }) => groupId))]
  const teams = await tx.selectFrom('team').select(['id', 'name']).where('id', 'in', ids).execute()
  return new Map(teams.map(({ id, name }) => [id, name]))
}

/** Lists are recorded as the text one would type. */
function fieldsOf(before: SingleSignOn, after: SingleSignOn) {
  const plain = ({ groups: _groups, roles: _roles, scopes, issuer, ...rest }: SingleSignOn) => ({
    ...rest,
    issuer: shown(issuer),
    scopes: shown(scopes.join(' ')),
  })
  return changedFields(plain(before), plain(after))
}

/** As long as the record keeps a value. */
const shown = (text: string) => (text.length <= 320 ? text : `${text.slice(0, 319)}…`)

function secretChange(had: boolean, given: string | null | undefined) {
  if (given === undefined || (given === null && !had)) return {}
  return { clientSecret: { before: had ? 'set' : 'none', after: given === null ? 'none' : 'replaced' } }
}

function mappingChange<T extends { readonly value: string }>(
  before: readonly T[],
  after: readonly T[],
  nameOf: (mapping: T) => string,
) {
  const had = before.map((mapping) => `${mapping.value} → ${nameOf(mapping)}`)
  const has = after.map((mapping) => `${mapping.value} → ${nameOf(mapping)}`)
  const added = has.filter((mapping) => !had.includes(mapping))
  const removed = had.filter((mapping) => !has.includes(mapping))
  return {
    added: added.slice(0, NAMED_MAX),
    removed: removed.slice(0, NAMED_MAX),
    addedCount: added.length,
    removedCount: removed.length,
  }
}

const withoutUndefined = <T extends object>(given: T) =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }
