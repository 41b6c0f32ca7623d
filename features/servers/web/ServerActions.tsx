import { Button } from '@mantine/core'
import { useState } from 'react'
import type { Server } from '../common/server.ts'
import { GroupsDialog } from './GroupsDialog.tsx'
import { RemoveDialog } from './RemoveDialog.tsx'
import { RenameDialog } from './RenameDialog.tsx'

/** What an administrator can do with a server. */
export function ServerActions({ server }: { server: Server }) {
  const [open, setOpen] = useState<'rename' | 'groups' | 'remove' | null>(null)
  const close = () => setOpen(null)
  return (
    <div className="detail-actions server-actions">
      <Button onClick={() => setOpen('rename')}>Rename</Button>
      <Button onClick={() => setOpen('groups')}>Choose groups</Button>
      <Button className="danger" onClick={() => setOpen('remove')}>
        Remove
      </Button>
      {open === 'rename' && <RenameDialog server={server} onClose={close} />}
      {open === 'groups' && <GroupsDialog server={server} onClose={close} />}
      {open === 'remove' && <RemoveDialog server={server} onClose={close} />}
    </div>
  )
}
