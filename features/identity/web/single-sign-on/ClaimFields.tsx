import { Select, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { Role } from '../../../../base/common/api.ts'
import { readAll } from '../../../../base/web/client/use-list.ts'
import { Flag } from '../../../../base/web/parts/Flag.tsx'
import { visible } from '../../../../base/web/parts/visible.ts'
import { roleWords } from '../../../../base/web/viewer.ts'
import type { GroupMapping, RoleMapping, SingleSignOn } from '../../common/single-sign-on.ts'
import { identity } from '../client.ts'
import { MappingRows } from './MappingRows.tsx'
import type { PartProps } from './SingleSignOnForm.tsx'

const roles = (['admin', 'auditor', 'member'] as const).map((role) => ({
  value: role,
  label: roleWords[role],
}))
const defaults = [
  { value: 'member', label: `${roleWords.member}` },
  { value: 'auditor', label: `${roleWords.auditor}` },
  { value: 'none', label: 'None: they may not come in' },
]

/** What the provider says about somebody, and what that gives here. */
export function ClaimFields({ draft, set, fault, readOnly }: PartProps) {
  const { data: groups } = useQuery({
    queryKey: ['group.list', 'all'],
    queryFn: () => readAll((cursor) => identity.read('group.list', { limit: 200, ...cursor })),
  })
  const path = 'Its name, or a path such as realm_access.roles.'
  return (
    <section className="settings-section form">
      <h2>Groups and roles</h2>
      <Flag
        label="Set groups and roles anew at every sign-in"
        description="What is taken away at the provider is taken away here. Without it, they are set once, when the person is made."
        checked={draft.synchronizes}
        onChange={(synchronizes) => set({ synchronizes })}
        readOnly={readOnly}
      />
      <TextInput
        label="Claim with the groups"
        description={`${path} Empty: groups are given here.`}
        value={draft.groupsClaim}
        onChange={(event) => set({ groupsClaim: event.currentTarget.value })}
        error={fault('groupsClaim')}
        readOnly={readOnly}
        spellCheck={false}
        autoComplete="off"
      />
      {(draft.groupsClaim.trim() !== '' || draft.groups.length > 0) && (
        <MappingRows<GroupMapping>
          label="Values that give a group"
          description="Groups that are not named here are left alone, and so is who owns or manages one."
          what="group"
          rows={draft.groups}
          choices={(groups ?? []).map(({ id, name }) => ({ value: id, label: visible(name) }))}
          chosen={({ groupId }) => groupId}
          choose={(mapping, groupId) => ({ ...mapping, groupId })}
          empty={{ value: '', groupId: '' }}
          onChange={(rows) => set({ groups: rows })}
          error={fault('groups')}
          readOnly={readOnly}
        />
      )}
      <TextInput
        label="Claim with the role"
        description={`${path} Empty: roles are given here.`}
        value={draft.rolesClaim}
        onChange={(event) => set({ rolesClaim: event.currentTarget.value })}
        error={fault('rolesClaim')}
        readOnly={readOnly}
        spellCheck={false}
        autoComplete="off"
      />
      {(draft.rolesClaim.trim() !== '' || draft.roles.length > 0) && (
        <MappingRows<RoleMapping>
          label="Values that give a role"
          description="Of several, the role that may do most. The last administrator stays one whatever the provider says."
          what="role"
          rows={draft.roles}
          choices={roles}
          chosen={({ role }) => role}
          choose={(mapping, role) => ({ ...mapping, role: role as Role })}
          empty={{ value: '', role: 'member' }}
          onChange={(rows) => set({ roles: rows })}
          error={fault('roles')}
          readOnly={readOnly}
        />
      )}
      <Select
        label="Role of everybody else"
        data={defaults}
        value={draft.defaultRole ?? 'none'}
        onChange={(value) =>
          set({ defaultRole: value === 'none' ? null : (value as SingleSignOn['defaultRole']) })
        }
        allowDeselect={false}
        error={fault('defaultRole')}
        readOnly={readOnly}
      />
    </section>
  )
}
