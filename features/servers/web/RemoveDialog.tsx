import { Dialog } from '../../../base/web/parts/Dialog.tsx'
import { VisibleText } from '../../../base/web/parts/VisibleText.tsx'
import { visible } from '../../../base/web/parts/visible.ts'
import type { Server } from '../common/server.ts'
import { servers } from './client.ts'

interface Props {
  readonly server: Server
  readonly onClose: () => void
}

export function RemoveDialog({ server, onClose }: Props) {
  const remove = servers.useTell('server.remove', ['server.list'])
  return (
    <Dialog
      title="Remove the server"
      submit="Remove it"
      danger
      onClose={onClose}
      isBusy={remove.isPending}
      problem={remove.error === null ? undefined : visible(remove.error.message)}
      onSubmit={() => remove.mutate({ id: server.id }, { onSuccess: onClose })}
    >
      <p>
        The enrolment of{' '}
        <b>
          <VisibleText text={server.name} />
        </b>{' '}
        ends: its agent is refused from now on, and nothing runs there from here. What is recorded of it stays
        and still verifies. To have it back, enrol it again.
      </p>
    </Dialog>
  )
}
