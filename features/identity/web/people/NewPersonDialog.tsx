import { PasswordInput, Select, TextInput } from '@mantine/core'
import { useState } from 'react'
import { ROLES, type Role } from '../../../../base/common/api.ts'
import { Dialog } from '../../../../base/web/parts/Dialog.tsx'
import { fieldFaults } from '../../../../base/web/parts/field-faults.ts'
import { roleWords } from '../../../../base/web/viewer.ts'
import { identity } from '../client.ts'
import { passwordWords } from '../password-words.ts'

const codes = { 'person.username_taken': 'username', 'auth.common_password': 'password' }

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
      <TextInput
        label="Name"
        description="As it stands in the record from now on."
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={faults.of('name')}
        data-autofocus
      />
      <TextInput
        label="Username"
        description="Lower-case letters, digits, dot, dash and underscore."
        value={username}
        onChange={(event) => setUsername(event.currentTarget.value.toLowerCase())}
        error={faults.of('username')}
        autoComplete="off"
        spellCheck={false}
      />
      <Select
        label="Role"
        data={ROLES.map((one) => ({ value: one, label: roleWords[one] }))}
        value={role}
        onChange={(value) => setRole((value as Role | null) ?? role)}
        allowDeselect={false}
        error={faults.of('role')}
      />
      <PasswordInput
        label="First password"
        description={passwordWords}
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
        error={faults.of('password')}
        autoComplete="new-password"
        visibilityToggleButtonProps={{ 'aria-label': 'Show the password', tabIndex: 0 }}
      />
      <TextInput
        label="Account on servers"
        description="The operating-system account they use where nothing else is said. May stay empty."
        value={account}
        onChange={(event) => setAccount(event.currentTarget.value)}
        error={faults.of('account')}
        spellCheck={false}
      />
    </Dialog>
  )
}
