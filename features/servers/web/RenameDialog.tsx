import { TextInput } from '@mantine/core'
import { useState } from 'react'
import { Dialog } from '../../../base/web/parts/Dialog.tsx'
import { fieldFaults } from '../../../base/web/parts/field-faults.ts'
import type { Server } from '../common/server.ts'
import { servers } from './client.ts'

interface Props {
  readonly server: Server
  readonly onClose: () => void
}

export function RenameDialog({ server, onClose }: Props) {
  const [name, setName] = useState(server.name)
  const rename = servers.useTell('server.rename', ['server.list', 'server.read'])
  const faults = fieldFaults(rename.error, ['name'], { 'server.name_taken': 'name' })
  return (
    <Dialog
      title="Rename the server"
      submit="Rename"
      onClose={onClose}
      isBusy={rename.isPending}
      problem={faults.rest}
      onSubmit={() => rename.mutate({ id: server.id, name }, { onSuccess: onClose })}
    >
      <TextInput
        label="Name"
        description="Rows already recorded keep the name they had."
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={faults.of('name')}
        data-autofocus
      />
    </Dialog>
  )
}
