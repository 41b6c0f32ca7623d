import { Select, TextInput } from '@mantine/core'
import { useState } from 'react'
import { ROLES, type Role } from '../../../../base/common/api.ts'
import { Dialog } from '../../../../base/web/parts/Dialog.tsx'
import { fieldFaults } from '../../../../base/web/parts/field-faults.ts'
import { roleWords } from '../../../../base/web/viewer.ts'
import { identity } from '../client.ts'
import { GroupPicker } from '../GroupPicker.tsx'
import { LinkMade } from './LinkMade.tsx'

const codes = { 'person.username_taken': 'username', 'person.unknown_group': 'groupIds' }
const fields = ['name', 'username', 'role', 'email', 'account', 'groupIds']

/** Adds a person who chooses their own password by a link; the second step shows the link, once. */
export function InviteDialog({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('')
  const [username, setUsername] = useState('')
  const [email, setEmail] = useState('')
  const [account, setAccount] = useState('')
  const [role, setRole] = useState<Role>('member')
  const [groupIds, setGroupIds] = useState<string[]>([])
  const invite = identity.useTell('person.invite', ['person.list', 'group.list'])
  const faults = fieldFaults(invite.error, fields, codes)
  if (invite.data !== undefined) return <LinkMade made={invite.data} purpose="invitation" onClose={onClose} />
  return (
    <Dialog
      title="Invite a person"
      submit="Make the invitation"
      onClose={onClose}
      isBusy={invite.isPending}
      problem={faults.rest}
      onSubmit={() =>
        invite.mutate({
          name,
          username,
          role,
          ...(email.trim() === '' ? {} : { email }),
          ...(account === '' ? {} : { account }),
          ...(groupIds.length === 0 ? {} : { groupIds }),
        })
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
      <TextInput
        label="E-mail"
        description="Where the invitation is sent when a mail server is set up. May stay empty."
        value={email}
        onChange={(event) => setEmail(event.currentTarget.value)}
        error={faults.of('email')}
        autoComplete="off"
        inputMode="email"
      />
      <Select
        label="Role"
        data={ROLES.map((one) => ({ value: one, label: roleWords[one] }))}
        value={role}
        onChange={(value) => setRole((value as Role | null) ?? role)}
        allowDeselect={false}
        error={faults.of('role')}
      />
      <GroupPicker
        label="Groups"
        description="The servers of these are theirs from the start."
        value={groupIds}
        onChange={setGroupIds}
        error={faults.of('groupIds')}
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
