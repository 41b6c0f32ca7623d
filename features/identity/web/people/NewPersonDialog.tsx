import { PasswordInput } from '@mantine/core'
import { useState } from 'react'
import type { Role } from '../../../../base/common/api.ts'
import { Dialog } from '../../../../base/web/parts/Dialog.tsx'
import { fieldFaults } from '../../../../base/web/parts/field-faults.ts'
import { identity } from '../client.ts'
import { passwordToggle } from '../NewPasswordFields.tsx'
import { passwordWords } from '../password-words.ts'
import { AccountField, NameField, RoleField, UsernameField } from './PersonFields.tsx'

const codes = {
  'person.username_taken': 'username',
  'auth.common_password': 'password',
  'auth.password_like_name': 'password',
}

/** A person who can sign in with a password, which they replace at the first sign-in. */
export function NewPersonDialog({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('')
  const [username, setUsername] = useState('')
  const [password, setPassword] = useState('')
  const [account, setAccount] = useState('')
  const [role, setRole] = useState<Role>('member')
  const create = identity.useTell('person.create', ['person.list'])
  const faults = fieldFaults(create.error, ['name', 'username', 'password', 'account', 'role'], codes)
  return (
    <Dialog
      title="Add a person"
      submit="Add the person"
      onClose={onClose}
      isBusy={create.isPending}
      problem={faults.rest}
      onSubmit={() =>
        create.mutate(
          { name, username, password, role, ...(account === '' ? {} : { account }) },
          { onSuccess: onClose },
        )
      }
    >
      <NameField value={name} onChange={setName} error={faults.of('name')} />
      <UsernameField value={username} onChange={setUsername} error={faults.of('username')} />
      <RoleField value={role} onChange={setRole} error={faults.of('role')} />
      <PasswordInput
        label="First password"
        description={passwordWords}
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
        error={faults.of('password')}
        autoComplete="new-password"
        visibilityToggleButtonProps={passwordToggle}
      />
      <AccountField value={account} onChange={setAccount} error={faults.of('account')} />
    </Dialog>
  )
}
