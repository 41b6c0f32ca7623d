import { Dialog } from '../../../../base/web/parts/Dialog.tsx'
import { VisibleText } from '../../../../base/web/parts/VisibleText.tsx'
import { visible } from '../../../../base/web/parts/visible.ts'
import type { Group } from '../../common/person.ts'
import { identity } from '../client.ts'

export function RemoveGroupDialog({ group, onClose }: { group: Group; onClose: () => void }) {
  const remove = identity.useTell('group.remove', ['group.list', 'person.list', 'person.read', 'server.list'])
  return (
    <Dialog
      title="Remove the group"
      submit="Remove it"
      danger
      onClose={onClose}
      isBusy={remove.isPending}
      problem={remove.error === null ? undefined : visible(remove.error.message)}
      onSubmit={() => remove.mutate({ id: group.id }, { onSuccess: onClose })}
    >
      <p>
        The {group.members.length} members of{' '}
        <b>
          <VisibleText text={group.name} />
        </b>{' '}
        lose the servers that no other group gives them, at once. People and servers stay.
      </p>
    </Dialog>
  )
}
