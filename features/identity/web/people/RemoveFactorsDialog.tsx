import { notifications } from '@mantine/notifications'
import { Dialog } from '../../../../base/web/parts/Dialog.tsx'
import { VisibleText } from '../../../../base/web/parts/VisibleText.tsx'
import { visible } from '../../../../base/web/parts/visible.ts'
import type { PersonDetail } from '../../common/person.ts'
import { identity } from '../client.ts'

/** For somebody who has lost their phone or key and the recovery codes with it. */
export function RemoveFactorsDialog({ person, onClose }: { person: PersonDetail; onClose: () => void }) {
  const remove = identity.useTell('person.remove-factors', ['auth.factors', 'auth.me'])
  return (
    <Dialog
      title="Remove second factors"
      submit="Remove them"
      danger
      isBusy={remove.isPending}
      problem={remove.error === null ? undefined : visible(remove.error.message)}
      onClose={onClose}
      onSubmit={() =>
        remove.mutate(
          { id: person.id },
          {
            onSuccess: () => {
              notifications.show({ message: `The second factors of ${visible(person.name)} are removed.` })
              onClose()
            },
          },
        )
      }
    >
      <p>
        <VisibleText text={person.name} /> then signs in with the password alone, or sets up a new factor
        where the workspace demands one. Authenticator app, passkeys and recovery codes end, and so do their
        sessions. Make sure that it is them who asks.
      </p>
    </Dialog>
  )
}
