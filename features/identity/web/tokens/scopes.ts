import { isInScope } from '../../../../base/common/bounds.ts'

export interface ScopeAction {
  readonly name: string
  readonly manner: 'read' | 'write'
  readonly about: string
}
export interface ScopeResource {
  readonly name: string
  readonly actions: readonly ScopeAction[]
}

/** Whether the scopes cover all of these actions. */
export const coversAll = (scopes: readonly string[], { name, actions }: ScopeResource): boolean =>
  actions.length > 0 &&
  actions.every((action) =>
    isInScope(scopes, `${name}.${action.name}`, action.manner === 'write' ? 'command' : 'query'),
  )

/** The scopes that would still cover these actions without the scope itself: a wider one among them. */
export const isGivenByWider = (scopes: readonly string[], scope: string, of: ScopeResource): boolean =>
  coversAll(
    scopes.filter((one) => one !== scope),
    of,
  )

/** Adds a scope and leaves out what it makes needless; or takes it away. */
export function toggled(scopes: readonly string[], scope: string, of: readonly ScopeResource[]): string[] {
  if (scopes.includes(scope)) return scopes.filter((one) => one !== scope)
  const isNeedless = (one: string) =>
    !one.startsWith('*') &&
    of.some(({ name, actions }) => {
      const its = actions.filter(({ name: action, manner }) =>
        isInScope([one], `${name}.${action}`, manner === 'write' ? 'command' : 'query'),
      )
      return its.length > 0 && coversAll([scope], { name, actions: its })
    })
  return [...scopes.filter((one) => !isNeedless(one)), scope]
}
