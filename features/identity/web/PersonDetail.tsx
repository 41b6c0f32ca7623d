import { Button, Select } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useState } from 'react'
import { ROLES, type Role } from '../../../base/common/api.ts'
import { Facts } from '../../../base/web/parts/Facts.tsx'
import { To } from '../../../base/web/parts/To.tsx'
import { VisibleText } from '../../../base/web/parts/VisibleText.tsx'
import { visible } from '../../../base/web/parts/visible.ts'
import { When } from '../../../base/web/parts/When.tsx'
import { roleWords } from '../../../base/web/viewer.ts'
import type { Person } from '../common/person.ts'
import { identity } from './client.ts'

export function PersonDetail({ person }: { person: Person }) {
  const [role, setRole] = useState<Role>(person.role)
  const change = identity.useTell('person.set-role', ['person.list', 'auth.me'])
  return (
    <div className="detail-body even">
      <Facts
        of={[
          ['Name', <VisibleText text={person.name} />],
          [
            'Username',
            <code>
              <VisibleText text={person.username} />
            </code>,
          ],
          [
            'Account on servers',
            person.account === null ? (
              'the default of each server'
            ) : (
              <code>
                <VisibleText text={person.account} />
              </code>
            ),
          ],
          ['Added', <When at={person.createdAt} whole />],
          ['Last sign-in', person.lastSignInAt === null ? 'never' : <When at={person.lastSignInAt} whole />],
          [
            'Record',
            <To to="/commands" search={{ personId: person.id }} className="link">
              Commands by this person
            </To>,
          ],
        ]}
      />
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
          <Button
            disabled={role === person.role}
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
          </Button>
        </div>
      </div>
    </div>
  )
}
