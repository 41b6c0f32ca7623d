import { Button, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useState } from 'react'
import { Dialog } from '../../../base/web/parts/Dialog.tsx'
import { visible } from '../../../base/web/parts/visible.ts'
import type { Factors } from '../common/sign-in.ts'
import { identity } from './client.ts'

interface Props {
  readonly passkey: Factors['passkeys'][number]
  readonly onClose: () => void
}

/** Renames or removes one. */
export function PasskeyDialog({ passkey, onClose }: Props) {
  const [name, setName] = useState(passkey.name)
  const rename = identity.useTell('auth.rename-passkey', ['auth.factors'])
  const remove = identity.useTell('auth.remove-passkey', ['auth.factors', 'auth.me'])
  const problem = rename.error ?? remove.error
  return (
    <Dialog
      title="Passkey"
      submit="Rename"
      isBusy={rename.isPending}
      problem={problem === null ? undefined : visible(problem.message)}
      onClose={onClose}
      onSubmit={() => {
        if (name.trim() !== '') rename.mutate({ id: passkey.id, name: name.trim() }, { onSuccess: onClose })
      }}
      width={400}
    >
      <TextInput
        label="Name"
        size="sm"
        value={name}
        maxLength={60}
        onChange={(event) => setName(event.currentTarget.value)}
        data-autofocus
      />
      <div>
        <Button
          className="danger"
          loading={remove.isPending}
          onClick={() =>
            remove.mutate(
              { id: passkey.id },
              {
                onSuccess: () => {
                  notifications.show({ message: 'The passkey is removed.' })
                  onClose()
                },
              },
            )
          }
        >
          Remove this passkey
        </Button>
      </div>
    </Dialog>
  )
}
