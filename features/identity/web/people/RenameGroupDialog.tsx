import { TextInput } from '@mantine/core'
import { useState } from 'react'
import { Dialog } from '../../../../base/web/parts/Dialog.tsx'
import { fieldFaults } from '../../../../base/web/parts/field-faults.ts'
import type { Group } from '../../common/person.ts'
import { identity } from '../client.ts'

export function RenameGroupDialog({ group, onClose }: { group: Group; onClose: () => void }) {
  const [name, setName] = useState(group.name)
  const rename = identity.useTell('group.rename', ['group.list', 'person.read', 'server.list', 'auth.me'])
  const faults = fieldFaults(rename.error, ['name'], { 'group.name_taken': 'name' })
  return (
    <Dialog
      title="Rename the group"
      submit="Rename"
      onClose={onClose}
      isBusy={rename.isPending}
      problem={faults.rest}
      onSubmit={() => rename.mutate({ id: group.id, name }, { onSuccess: onClose })}
    >
      <TextInput
        label="Name"
        description="What is recorded already keeps the name it has."
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={faults.of('name')}
        data-autofocus
      />
    </Dialog>
  )
}
