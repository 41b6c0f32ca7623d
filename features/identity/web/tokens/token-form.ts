import type { Role } from '../../../../base/common/api.ts'
import type { PathBound } from '../../../../base/common/bounds.ts'
import type { AskOf } from '../../../../base/web/client/client.ts'
import type { identityApi } from '../../common/api.ts'
import type { ServiceRole, Token, TokenKind } from '../../common/token.ts'

/** A rule in its field; the key keeps the field where it is while others come and go. */
export interface RuleField<T> {
  readonly key: number
  readonly value: T
}

export interface TokenForm {
  readonly name: string
  readonly kind: TokenKind
  readonly role: ServiceRole
  readonly groupIds: readonly string[]
  readonly scopes: readonly string[]
  readonly commands: readonly RuleField<string>[]
  readonly servers: readonly string[]
  readonly paths: readonly RuleField<PathBound>[]
  readonly addresses: readonly string[]
  /** Days from now as text; '' for no end, 'same' for the end it has. */
  readonly days: string
}

const DAY_MILLISECONDS = 24 * 3_600_000
let keys = 0
export const ruleField = <T>(value: T): RuleField<T> => ({ key: ++keys, value })

export const emptyForm = (): TokenForm => ({
  name: '',
  kind: 'personal',
  role: 'member',
  groupIds: [],
  scopes: [],
  commands: [],
  servers: [],
  paths: [],
  addresses: [],
  days: '90',
})

export const formOf = (token: Token): TokenForm => ({
  name: token.name,
  kind: token.kind,
  role: token.role ?? 'member',
  groupIds: token.groups.map(({ id }) => id),
  scopes: token.scopes,
  commands: token.commands.map(ruleField),
  servers: token.servers,
  paths: token.paths.map(ruleField),
  addresses: token.addresses,
  days: 'same',
})

const rulesOf = ({ name, scopes, commands, servers, paths, addresses }: TokenForm) => ({
  name,
  scopes: [...scopes],
  commands: commands.map(({ value }) => value).filter((rule) => rule !== ''),
  servers: [...servers],
  paths: paths.map(({ value }) => value).filter(({ path }) => path !== ''),
  addresses: [...addresses],
})

const endIn = (days: string, now: number) => new Date(now + Number(days) * DAY_MILLISECONDS).toISOString()

export const creationOf = (form: TokenForm, now: number): AskOf<typeof identityApi, 'token.create'> => ({
  ...rulesOf(form),
  kind: form.kind,
  ...(form.kind === 'service' && { role: form.role, groupIds: [...form.groupIds] }),
  ...(form.days !== '' && { expiresAt: endIn(form.days, now) }),
})

export const changeOf = (
  id: string,
  form: TokenForm,
  now: number,
): AskOf<typeof identityApi, 'token.update'> => ({
  id,
  ...rulesOf(form),
  ...(form.days !== 'same' && { expiresAt: form.days === '' ? null : endIn(form.days, now) }),
})

/** What the role may do at all: a scope for anything else would grant nothing. */
export const roleOf = ({ kind, role }: TokenForm, viewer: Role): Role => (kind === 'service' ? role : viewer)
