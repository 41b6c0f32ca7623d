import { Dialog } from '../../../../base/web/parts/Dialog.tsx'
import { VisibleText } from '../../../../base/web/parts/VisibleText.tsx'
import { visible } from '../../../../base/web/parts/visible.ts'
import type { PersonDetail } from '../../common/person.ts'
import { identity } from '../client.ts'

const stale = ['person.read', 'person.list', 'group.list']

interface Props {
  readonly person: PersonDetail
  readonly what: 'suspend' | 'remove'
  readonly onClose: () => void
}

export function LeaveDialog({ person, what, onClose }: Props) {
  const suspend = identity.useTell('person.suspend', stale)
  const remove = identity.useTell('person.remove', stale)
  const act = what === 'suspend' ? suspend : remove
  const name = (
    <b>
      <VisibleText text={person.name} />
    </b>
  )
  return (
    <Dialog
      title={what === 'suspend' ? 'Suspend a person' : 'Remove a person'}
      submit={what === 'suspend' ? 'Suspend' : 'Remove for good'}
      danger
      onClose={onClose}
      isBusy={act.isPending}
      problem={act.error === null ? undefined : visible(act.error.message)}
      onSubmit={() => act.mutate({ id: person.id }, { onSuccess: onClose })}
    >
      {what === 'suspend' ? (
        <p>
          {name} is signed out everywhere within a second: open pages close, downloads stop, tokens and links
          let nobody in. Groups stay, and you can resume them at any time.
        </p>
      ) : (
        <p>
          {name} is signed out everywhere within a second and leaves every group. What is recorded stays under
          that name. This cannot be taken back; the username is free for somebody else.
        </p>
      )}
    </Dialog>
  )
}
