import { Button } from '@mantine/core'
import { Plate } from '../../../base/web/parts/Plate.tsx'
import { useViewer } from '../../../base/web/viewer.ts'

interface Props {
  readonly isFiltered: boolean
  readonly onClear: () => void
  readonly onEnrol: () => void
}

export function NoServers({ isFiltered, onClear, onEnrol }: Props) {
  const { role } = useViewer()
  if (isFiltered) {
    return (
      <Plate
        kind="empty"
        title="No server matches"
        actions={<Button onClick={onClear}>Clear filters</Button>}
      >
        <p>Names are searched, letter case ignored.</p>
      </Plate>
    )
  }
  if (role !== 'admin') {
    return (
      <Plate kind="empty" title="No servers">
        <p>
          {role === 'member'
            ? 'None of your groups gives you a server. An administrator can put a server in one of them.'
            : 'None is enrolled yet.'}
        </p>
      </Plate>
    )
  }
  return (
    <Plate
      kind="empty"
      title="No servers yet"
      actions={
        <Button variant="filled" onClick={onEnrol}>
          Enrol a server
        </Button>
      }
    >
      <p>One command on the machine enrols it. It connects out to here; nothing on it listens.</p>
    </Plate>
  )
}
