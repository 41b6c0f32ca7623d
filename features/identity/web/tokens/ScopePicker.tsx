import { Button, Checkbox, Input } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import type { Role } from '../../../../base/common/api.ts'
import { visible } from '../../../../base/web/parts/visible.ts'
import { identity } from '../client.ts'
import { coversAll, isGivenByWider, type ScopeResource, toggled } from './scopes.ts'

interface Props {
  readonly value: readonly string[]
  readonly onChange: (scopes: string[]) => void
  /** Only what this role may do is offered. */
  readonly role: Role
  readonly error: string | undefined
}

const presets: readonly [label: string, scopes: readonly string[]][] = [
  ['Read everything', ['*:read']],
  ['Run commands', ['command:submit', 'command:read', 'server:read']],
  ['Everything', ['*']],
]

/** What it may ask for, by resource: reading, changing, or single actions. */
export function ScopePicker({ value, onChange, role, error }: Props) {
  const { data } = useQuery({ ...identity.ask('token.scopes', {}), staleTime: Number.POSITIVE_INFINITY })
  const [open, setOpen] = useState<string | null>(null)
  const resources = useMemo(
    () =>
      data?.resources.flatMap(({ name, actions }): ScopeResource[] => {
        const allowed = actions.filter(({ allow }) => allow.includes(role))
        return allowed.length === 0 ? [] : [{ name, actions: allowed }]
      }) ?? [],
    [data, role],
  )
  const others = value.filter((scope) => !resources.some(({ name }) => scope.startsWith(`${name}:`)))
  const press = (scope: string) => onChange(toggled(value, scope, resources))
  return (
    <Input.Wrapper
      label="Scopes"
      labelElement="div"
      description="What it may ask for. What its person or role may not do stays closed."
      error={error}
    >
      <div className="scope-presets">
        {presets.map(([label, scopes]) => (
          <Button key={label} size="compact-xs" variant="subtle" onClick={() => onChange([...scopes])}>
            {label}
          </Button>
        ))}
        {value.length > 0 && (
          <Button size="compact-xs" variant="subtle" onClick={() => onChange([])}>
            Nothing
          </Button>
        )}
      </div>
      <fieldset className="scopes" aria-label="Scopes by resource">
        {resources.map((resource) => (
          <ResourceScopes
            key={resource.name}
            resource={resource}
            value={value}
            onPress={press}
            isOpen={open === resource.name}
            onOpen={() => setOpen(open === resource.name ? null : resource.name)}
          />
        ))}
      </fieldset>
      {others.length > 0 && (
        <p className="faint scope-others">
          And{' '}
          {others.map((scope) => (
            <button key={scope} type="button" className="scope-tag mono" onClick={() => press(scope)}>
              {visible(scope)} ×
            </button>
          ))}
        </p>
      )}
    </Input.Wrapper>
  )
}

interface ResourceProps {
  readonly resource: ScopeResource
  readonly value: readonly string[]
  readonly onPress: (scope: string) => void
  readonly isOpen: boolean
  readonly onOpen: () => void
}

function ResourceScopes({ resource, value, onPress, isOpen, onOpen }: ResourceProps) {
  const { name, actions } = resource
  const box = (scope: string, label: string, its: ScopeResource, about?: string) => {
    const wider = its.actions.length > 0 && isGivenByWider(value, scope, its)
    return (
      <Checkbox
        key={scope}
        size="xs"
        label={label}
        aria-label={`${scope}${about === undefined ? '' : `: ${about}`}`}
        description={about}
        checked={value.includes(scope) || wider}
        disabled={(wider && !value.includes(scope)) || its.actions.length === 0}
        onChange={() => onPress(scope)}
      />
    )
  }
  const of = (manner: 'read' | 'write') => ({
    name,
    actions: actions.filter((action) => action.manner === manner),
  })
  const some = actions.some((action) => coversAll(value, { name, actions: [action] }))
  return (
    <div className="scope-resource">
      <span className={some ? 'scope-name' : 'scope-name faint'}>{name}</span>
      {box(`${name}:read`, 'read', of('read'))}
      {box(`${name}:write`, 'change', of('write'))}
      <button type="button" className="scope-more" aria-expanded={isOpen} onClick={onOpen}>
        {actions.length} {actions.length === 1 ? 'action' : 'actions'}
      </button>
      {isOpen && (
        <div className="scope-actions">
          {actions.map((action) =>
            box(`${name}:${action.name}`, action.name, { name, actions: [action] }, action.about),
          )}
        </div>
      )}
    </div>
  )
}
