import { useState } from 'react'
import { Dialog } from '../../../base/web/parts/Dialog.tsx'
import { fieldFaults } from '../../../base/web/parts/field-faults.ts'
import { GroupPicker } from '../../identity/web/index.ts'
import type { Server } from '../common/server.ts'
import { servers } from './client.ts'

interface Props {
  readonly server: Server
  readonly onClose: () => void
}

export function GroupsDialog({ server, onClose }: Props) {
  const [groupIds, setGroupIds] = useState(server.groups.map(({ id }) => id))
  const save = servers.useTell('server.set-groups', ['server.list', 'server.read', 'group.list'])
  const faults = fieldFaults(save.error, ['groupIds'])
  return (
    <Dialog
      title="Groups of the server"
      submit="Save the groups"
      onClose={onClose}
      isBusy={save.isPending}
      problem={faults.rest}
      onSubmit={() => save.mutate({ id: server.id, groupIds }, { onSuccess: onClose })}
    >
      <GroupPicker
        label="Groups"
        description="Who is in one of them reaches this server, at once."
        value={groupIds}
        onChange={setGroupIds}
        error={faults.of('groupIds')}
      />
    </Dialog>
  )
}
