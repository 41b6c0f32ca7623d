import { useState } from 'react'
import { Dialog } from '../../../../base/web/parts/Dialog.tsx'
import { fieldFaults } from '../../../../base/web/parts/field-faults.ts'
import type { PersonDetail } from '../../common/person.ts'
import { identity } from '../client.ts'
import { AccountField, EmailField, NameField, UsernameField } from './PersonFields.tsx'

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
      <NameField
        description="What is recorded already keeps the name it has."
        value={name}
        onChange={setName}
        error={faults.of('name')}
      />
      <UsernameField
        description="With it they sign in from now on."
        value={username}
        onChange={setUsername}
        error={faults.of('username')}
      />
      <EmailField value={email} onChange={setEmail} error={faults.of('email')} />
      <AccountField
        description="Empty: the default of each server."
        value={account}
        onChange={setAccount}
        error={faults.of('account')}
      />
    </Dialog>
  )
}
