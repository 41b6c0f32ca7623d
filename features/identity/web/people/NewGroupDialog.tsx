import { TextInput } from '@mantine/core'
import { useState } from 'react'
import { Dialog } from '../../../../base/web/parts/Dialog.tsx'
import { fieldFaults } from '../../../../base/web/parts/field-faults.ts'
import { identity } from '../client.ts'

export function NewGroupDialog({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('')
  const create = identity.useTell('group.create', ['group.list'])
  const faults = fieldFaults(create.error, ['name'], { 'group.name_taken': 'name' })
  return (
    <Dialog
      title="Add a group"
      submit="Add the group"
      onClose={onClose}
      isBusy={create.isPending}
      problem={faults.rest}
      onSubmit={() => create.mutate({ name }, { onSuccess: onClose })}
    >
      <TextInput
        label="Name"
        description="Servers belong to groups; people reach servers through them."
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={faults.of('name')}
        data-autofocus
      />
    </Dialog>
  )
}
