import { SegmentedControl, Select, TagsInput, TextInput } from '@mantine/core'
import { type Dispatch, type SetStateAction, useState } from 'react'
import { Dialog } from '../../../../base/web/parts/Dialog.tsx'
import { fieldFaults } from '../../../../base/web/parts/field-faults.ts'
import { roleWords, useViewer } from '../../../../base/web/viewer.ts'
import type { ServiceRole, Token, TokenKind } from '../../common/token.ts'
import { identity } from '../client.ts'
import { GroupPicker } from '../GroupPicker.tsx'
import { CommandRules } from './CommandRules.tsx'
import { PathRules } from './PathRules.tsx'
import { ScopePicker } from './ScopePicker.tsx'
import { SecretShown } from './SecretShown.tsx'
import { type ServerChoices, ServerRules } from './ServerRules.tsx'
import { changeOf, creationOf, emptyForm, formOf, roleOf, type TokenForm } from './token-form.ts'
import './tokens.css'

const lists = ['token.list', 'token.read']
const fields = [
  'name',
  'scopes',
  'commands',
  'servers',
  'paths',
  'addresses',
  'expiresAt',
  'role',
  'groupIds',
]
const codes = {
  'token.bad_address': 'addresses',
  'token.in_the_past': 'expiresAt',
  'token.unknown_group': 'groupIds',
  'request.not_found': 'servers',
}
const lifetimes = [
  { value: '7', label: '7 days' },
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: 'a year' },
  { value: '', label: 'no end' },
]

interface NewProps {
  readonly choices: ServerChoices
  readonly onClose: () => void
}

/** Makes a token, then shows its secret once. */
export function NewTokenDialog({ choices, onClose }: NewProps) {
  const [form, setForm] = useState(emptyForm)
  const create = identity.useTell('token.create', lists)
  if (create.data !== undefined)
    return <SecretShown secret={create.data.secret} name={form.name} onClose={onClose} />
  const faults = fieldFaults(create.error, fields, codes)
  return (
    <Dialog
      title="Make a token"
      submit="Make the token"
      width={640}
      onClose={onClose}
      isBusy={create.isPending}
      problem={faults.rest}
      onSubmit={() => create.mutate(creationOf(form, Date.now()))}
    >
      <TokenFields form={form} setForm={setForm} faultOf={faults.of} choices={choices} isNew />
    </Dialog>
  )
}

/** Changes what a token may do. Its secret stays. */
export function EditTokenDialog({ token, choices, onClose }: NewProps & { readonly token: Token }) {
  const [form, setForm] = useState(() => formOf(token))
  const update = identity.useTell('token.update', lists)
  const faults = fieldFaults(update.error, fields, codes)
  return (
    <Dialog
      title="Change what it may do"
      submit="Change the token"
      width={640}
      onClose={onClose}
      isBusy={update.isPending}
      problem={faults.rest}
      onSubmit={() => update.mutate(changeOf(token.id, form, Date.now()), { onSuccess: onClose })}
    >
      <TokenFields form={form} setForm={setForm} faultOf={faults.of} choices={choices} token={token} />
    </Dialog>
  )
}

interface FieldsProps {
  readonly form: TokenForm
  readonly setForm: Dispatch<SetStateAction<TokenForm>>
  readonly faultOf: (field: string) => string | undefined
  readonly choices: ServerChoices
  readonly isNew?: boolean
  readonly token?: Token
}

function TokenFields({ form, setForm, faultOf, choices, isNew = false, token }: FieldsProps) {
  const { role } = useViewer()
  const set =
    <F extends keyof TokenForm>(field: F) =>
    (value: TokenForm[F]) =>
      setForm((before) => ({ ...before, [field]: value }))
  return (
    <>
      <TextInput
        label="Name"
        description="What uses it, as it will stand beside every act."
        placeholder="nightly backup"
        value={form.name}
        onChange={(event) => set('name')(event.currentTarget.value)}
        error={faultOf('name')}
        autoComplete="off"
        data-autofocus
      />
      {isNew && role === 'admin' && (
        <SegmentedControl
          aria-label="Kind"
          value={form.kind}
          onChange={(kind) => setForm((before) => ({ ...before, kind: kind as TokenKind, scopes: [] }))}
          data={[
            { value: 'personal', label: 'Acts as me' },
            { value: 'service', label: 'Acts on its own' },
          ]}
        />
      )}
      {isNew && form.kind === 'service' && (
        <>
          <Select
            label="Role"
            data={(['member', 'auditor'] as const).map((one) => ({ value: one, label: roleWords[one] }))}
            value={form.role}
            onChange={(one) => set('role')((one as ServiceRole | null) ?? 'member')}
            allowDeselect={false}
            error={faultOf('role')}
          />
          {form.role === 'member' && (
            <GroupPicker
              label="Groups"
              description="It reaches the servers of these."
              value={form.groupIds}
              onChange={set('groupIds')}
              error={faultOf('groupIds')}
            />
          )}
        </>
      )}
      <Select
        label="Ends after"
        data={isNew ? lifetimes : [{ value: 'same', label: 'as it is' }, ...lifetimes]}
        value={form.days}
        onChange={(days) => set('days')(days ?? '')}
        allowDeselect={false}
        error={faultOf('expiresAt')}
      />
      <ScopePicker
        value={form.scopes}
        onChange={set('scopes')}
        role={roleOf(form, role)}
        error={faultOf('scopes')}
      />
      <ServerRules
        value={form.servers}
        onChange={set('servers')}
        known={token?.serverNames ?? []}
        choices={choices}
        error={faultOf('servers')}
      />
      <CommandRules value={form.commands} onChange={set('commands')} error={faultOf('commands')} />
      <PathRules value={form.paths} onChange={set('paths')} error={faultOf('paths')} />
      <TagsInput
        label="Addresses"
        description="Where it may be used from: addresses and ranges such as 10.0.0.0/8. None: from anywhere."
        value={[...form.addresses]}
        onChange={set('addresses')}
        splitChars={[',', ' ']}
        error={faultOf('addresses')}
      />
    </>
  )
}
