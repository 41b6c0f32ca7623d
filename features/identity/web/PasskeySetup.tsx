import { Button, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { tell } from '../../../base/web/client/http.ts'
import { clientWords } from '../../../base/web/client-words.ts'
import { visible } from '../../../base/web/parts/visible.ts'
import { makePasskey } from './passkey-browser.ts'

interface Props {
  readonly onDone: (recoveryCodes: readonly string[] | null) => void
  readonly onCancel: () => void
}

/** Names a passkey and has the browser make it. */
export function PasskeySetup({ onDone, onCancel }: Props) {
  const cache = useQueryClient()
  const [name, setName] = useState(() => suggestedName())
  const add = useMutation({
    mutationFn: async () => {
      const { options } = (await tell('auth.start-passkey', {})) as { options: object }
      const passkey = await makePasskey(options)
      return (await tell('auth.add-passkey', { name: name.trim(), passkey })) as {
        recoveryCodes: readonly string[] | null
      }
    },
    onSuccess: ({ recoveryCodes }) => {
      void cache.invalidateQueries({ queryKey: ['auth.factors'] })
      onDone(recoveryCodes)
    },
  })
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault()
        if (name.trim() !== '' && !add.isPending) add.mutate()
      }}
    >
      <p className="dim">
        A fingerprint, face, PIN or key that your browser asks for. It cannot be given away to a page that
        only looks like this one.
      </p>
      <TextInput
        label="Name"
        description="To tell it from the others."
        size="sm"
        value={name}
        maxLength={60}
        onChange={(event) => setName(event.currentTarget.value)}
        data-autofocus
      />
      {add.error !== null && (
        <p className="form-error" role="alert">
          {visible(add.error.message)}
        </p>
      )}
      <div className="form-actions">
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" variant="filled" loading={add.isPending}>
          Make the passkey
        </Button>
      </div>
    </form>
  )
}

/** "Chrome on Linux": of use, and easily replaced. */
function suggestedName(): string {
  const words = clientWords(navigator.userAgent)
  return words === null || words.length > 40 ? 'Passkey' : words.replace(/ \d+/, '')
}
