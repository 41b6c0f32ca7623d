import { Select } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useState } from 'react'
import { ROLES, type Role } from '../../../../base/common/api.ts'
import { Action } from '../../../../base/web/parts/Action.tsx'
import { visible } from '../../../../base/web/parts/visible.ts'
import { roleWords, useViewer } from '../../../../base/web/viewer.ts'
import type { PersonDetail } from '../../common/person.ts'
import { identity } from '../client.ts'
import { EditPersonDialog } from './EditPersonDialog.tsx'
import { LeaveDialog } from './LeaveDialog.tsx'
import { LinkMade } from './LinkMade.tsx'
import { RemoveFactorsDialog } from './RemoveFactorsDialog.tsx'

const stale = ['person.read', 'person.list', 'group.list', 'auth.me']

/** What an administrator can do about a person now. Auditors see none of it. */
export function PersonActions({ person }: { person: PersonDetail }) {
  const viewer = useViewer()
  const [asking, setAsking] = useState<'edit' | 'suspend' | 'remove' | 'factors' | null>(null)
  const link = identity.useTell('person.reset-link', ['person.read'])
  const resume = identity.useTell('person.resume', stale)
  if (viewer.role !== 'admin' || person.status === 'removed') return null
  const isOneself = viewer.id === person.id
  const notOneself = isOneself ? 'Nobody can do that to themselves; another administrator can.' : undefined
  const failed = { onError: (refused: Error) => notifications.show({ message: visible(refused.message) }) }
  const close = () => setAsking(null)
  return (
    <>
      <RoleField key={person.role} person={person} />
      <div className="person-actions">
        <Action onClick={() => setAsking('edit')}>Change what is known</Action>
        {person.status === 'suspended' ? (
          <Action loading={resume.isPending} onClick={() => resume.mutate({ id: person.id }, failed)}>
            Resume
          </Action>
        ) : (
          <Action loading={link.isPending} onClick={() => link.mutate({ id: person.id }, failed)}>
            {person.status === 'invited' ? 'Make a new invitation' : 'Make a reset link'}
          </Action>
        )}
        {person.status === 'active' && (
          <Action className="danger" onClick={() => setAsking('factors')}>
            Remove second factors
          </Action>
        )}
        {person.status === 'active' && (
          <Action className="danger" disabledReason={notOneself} onClick={() => setAsking('suspend')}>
            Suspend
          </Action>
        )}
        <Action className="danger" disabledReason={notOneself} onClick={() => setAsking('remove')}>
          Remove
        </Action>
      </div>
      {asking === 'edit' && <EditPersonDialog person={person} onClose={close} />}
      {asking === 'factors' && <RemoveFactorsDialog person={person} onClose={close} />}
      {(asking === 'suspend' || asking === 'remove') && (
        <LeaveDialog person={person} what={asking} onClose={close} />
      )}
      {link.data !== undefined && (
        <LinkMade
          made={link.data}
          purpose={link.data.person.status === 'invited' ? 'invitation' : 'password-reset'}
          onClose={() => link.reset()}
        />
      )}
    </>
  )
}

function RoleField({ person }: { person: PersonDetail }) {
  const [role, setRole] = useState<Role>(person.role)
  const change = identity.useTell('person.set-role', stale)
  return (
    <div className="form narrow">
      <Select
        label="Role"
        description="A change takes effect at once, also on pages this person has open."
        data={ROLES.map((one) => ({ value: one, label: roleWords[one] }))}
        value={role}
        onChange={(value) => setRole((value as Role | null) ?? role)}
        allowDeselect={false}
        error={change.error === null ? undefined : visible(change.error.message)}
      />
      <div>
        <Action
          disabledReason={role === person.role ? 'That is the role they have.' : undefined}
          loading={change.isPending}
          onClick={() =>
            change.mutate(
              { id: person.id, role },
              {
                onSuccess: () =>
                  notifications.show({
                    message: `${visible(person.name)} is now ${roleWords[role].toLowerCase()}.`,
                  }),
              },
            )
          }
        >
          Change the role
        </Action>
      </div>
    </div>
  )
}
