import { TextInput } from '@mantine/core'
import { useState } from 'react'
import { Dialog } from '../../../../base/web/parts/Dialog.tsx'
import { fieldFaults } from '../../../../base/web/parts/field-faults.ts'
import type { PersonDetail } from '../../common/person.ts'
import { identity } from '../client.ts'

const codes = { 'person.username_taken': 'username' }

/** What an administrator can say about a person. The record keeps the names it had. */
export function EditPersonDialog({ person, onClose }: { person: PersonDetail; onClose: () => void }) {
  const [name, setName] = useState(person.name)
  const [username, setUsername] = useState(person.username)
  const [email, setEmail] = useState(person.email ?? '')
  const [account, setAccount] = useState(person.account ?? '')
  const update = identity.useTell('person.update', ['person.read', 'person.list', 'group.list', 'auth.me'])
  const faults = fieldFaults(update.error, ['name', 'username', 'email', 'account'], codes)
  const emptyIsNull = (text: string) => (text.trim() === '' ? null : text.trim())
  return (
    <Dialog
      title="Change what is known"
      submit="Save"
      onClose={onClose}
      isBusy={update.isPending}
      problem={faults.rest}
      onSubmit={() =>
        update.mutate(
          { id: person.id, name, username, email: emptyIsNull(email), account: emptyIsNull(account) },
          { onSuccess: onClose },
        )
      }
    >
      <TextInput
        label="Name"
        description="What is recorded already keeps the name it has."
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={faults.of('name')}
        data-autofocus
      />
      <TextInput
        label="Username"
        description="With it they sign in from now on."
        value={username}
        onChange={(event) => setUsername(event.currentTarget.value.toLowerCase())}
        error={faults.of('username')}
        autoComplete="off"
        spellCheck={false}
      />
      <TextInput
        label="E-mail"
        value={email}
        onChange={(event) => setEmail(event.currentTarget.value)}
        error={faults.of('email')}
        autoComplete="off"
        inputMode="email"
      />
      <TextInput
        label="Account on servers"
        description="Empty: the default of each server."
        value={account}
        onChange={(event) => setAccount(event.currentTarget.value)}
        error={faults.of('account')}
        spellCheck={false}
      />
    </Dialog>
  )
}
