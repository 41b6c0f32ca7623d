import { ActionIcon, Button, Select } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconX } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { readAll } from '../../../../base/web/client/use-list.ts'
import { Actor } from '../../../../base/web/parts/Actor.tsx'
import { visible } from '../../../../base/web/parts/visible.ts'
import { useViewer } from '../../../../base/web/viewer.ts'
import type { Group, GroupRole } from '../../common/person.ts'
import { identity } from '../client.ts'
import { RemoveGroupDialog } from './RemoveGroupDialog.tsx'
import { RenameGroupDialog } from './RenameGroupDialog.tsx'
import './people.css'

const roles: readonly { value: GroupRole; label: string }[] = [
  { value: 'owner', label: 'Owner' },
  { value: 'manager', label: 'Manager' },
  { value: 'member', label: 'Member' },
]

/** Who is in a group, and what can be done about it. Auditors only read it. */
export function GroupDetail({ group }: { group: Group }) {
  const { role } = useViewer()
  const [asking, setAsking] = useState<'rename' | 'remove' | null>(null)
  if (role !== 'admin')
    return (
      <ul className="member-list">
        {group.members.map((member) => (
          <li key={member.personId}>
            <Actor name={member.name} kind="person" />
            <span className="dim">{roles.find(({ value }) => value === member.role)?.label}</span>
          </li>
        ))}
        {group.members.length === 0 && <li className="faint">Nobody is in this group.</li>}
      </ul>
    )
  return (
    <>
      <Members key={JSON.stringify(group.members)} group={group} />
      <div className="person-actions">
        <Button onClick={() => setAsking('rename')}>Rename the group</Button>
        <Button className="danger" onClick={() => setAsking('remove')}>
          Remove the group
        </Button>
      </div>
      {asking === 'rename' && <RenameGroupDialog group={group} onClose={() => setAsking(null)} />}
      {asking === 'remove' && <RemoveGroupDialog group={group} onClose={() => setAsking(null)} />}
    </>
  )
}

/** Changed as a whole: what is saved is exactly what is shown. */
function Members({ group }: { group: Group }) {
  const [members, setMembers] = useState(group.members)
  const { data: people } = useQuery({
    queryKey: ['person.list', 'all'],
    queryFn: () => readAll((cursor) => identity.read('person.list', { limit: 200, ...cursor })),
  })
  const save = identity.useTell('group.set-members', ['group.list', 'auth.me'])
  const changed = JSON.stringify(members) !== JSON.stringify(group.members)
  const outside = (people ?? []).filter(({ id }) => !members.some(({ personId }) => personId === id))
  return (
    <div className="group-members">
      <ul className="member-list">
        {members.map((member) => (
          <li key={member.personId}>
            <Actor name={member.name} kind="person" />
            <Select
              aria-label={`Role of ${visible(member.name)} in this group`}
              data={roles}
              value={member.role}
              allowDeselect={false}
              w={116}
              onChange={(role) =>
                setMembers(
                  members.map((one) =>
                    one.personId === member.personId ? { ...one, role: role as GroupRole } : one,
                  ),
                )
              }
            />
            <ActionIcon
              aria-label={`Take ${visible(member.name)} out`}
              onClick={() => setMembers(members.filter(({ personId }) => personId !== member.personId))}
            >
              <IconX size={14} />
            </ActionIcon>
          </li>
        ))}
        {members.length === 0 && <li className="faint">Nobody is in this group.</li>}
      </ul>
      <div className="member-actions">
        <Select
          aria-label="Put a person in"
          placeholder="Put a person in"
          searchable
          value={null}
          w={240}
          data={outside.map((person) => ({
            value: person.id,
            label: `${visible(person.name)} (${visible(person.username)})`,
          }))}
          nothingFoundMessage="Nobody by that name"
          onChange={(id) => {
            const person = people?.find((one) => one.id === id)
            if (person === undefined) return
            const { username, name } = person
            setMembers([...members, { personId: person.id, username, name, role: 'member' }])
          }}
        />
        <Button
          variant={changed ? 'filled' : 'default'}
          disabled={!changed}
          loading={save.isPending}
          onClick={() =>
            save.mutate(
              { id: group.id, members: members.map(({ personId, role }) => ({ personId, role })) },
              {
                onSuccess: (saved) => {
                  setMembers(saved.members)
                  notifications.show({
                    message: `${visible(group.name)} now has ${saved.members.length} members.`,
                  })
                },
              },
            )
          }
        >
          Save the members
        </Button>
        {save.error !== null && (
          <span className="form-error" role="alert">
            {visible(save.error.message)}
          </span>
        )}
      </div>
    </div>
  )
}
