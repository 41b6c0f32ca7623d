import { useState } from 'react'
import type { Role } from '../../../../base/common/api.ts'
import { Dialog } from '../../../../base/web/parts/Dialog.tsx'
import { fieldFaults } from '../../../../base/web/parts/field-faults.ts'
import { identity } from '../client.ts'
import { GroupPicker } from '../GroupPicker.tsx'
import { LinkMade } from './LinkMade.tsx'
import { AccountField, EmailField, NameField, RoleField, UsernameField } from './PersonFields.tsx'

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
      <NameField value={name} onChange={setName} error={faults.of('name')} />
      <UsernameField value={username} onChange={setUsername} error={faults.of('username')} />
      <EmailField
        description="Where the invitation is sent when a mail server is set up. May stay empty."
        value={email}
        onChange={setEmail}
        error={faults.of('email')}
      />
      <RoleField value={role} onChange={setRole} error={faults.of('role')} />
      <GroupPicker
        label="Groups"
        description="The servers of these are theirs from the start."
        value={groupIds}
        onChange={setGroupIds}
        error={faults.of('groupIds')}
      />
      <AccountField value={account} onChange={setAccount} error={faults.of('account')} />
    </Dialog>
  )
}
