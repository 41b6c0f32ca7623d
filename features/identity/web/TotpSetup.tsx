import { Button } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { tell } from '../../../base/web/client/http.ts'
import { Copy } from '../../../base/web/parts/Copy.tsx'
import { visible } from '../../../base/web/parts/visible.ts'
import { CodeField } from './CodeField.tsx'
import { identity } from './client.ts'
import { QrCode } from './QrCode.tsx'

interface Props {
  /** With the recovery codes, where they are the first. */
  readonly onDone: (recoveryCodes: readonly string[] | null) => void
  readonly onCancel: () => void
}

/** Shows the secret as a picture and as text, then takes a code that proves the app has it. */
export function TotpSetup({ onDone, onCancel }: Props) {
  const cache = useQueryClient()
  const [code, setCode] = useState('')
  const start = useMutation({
    mutationFn: () => tell('auth.start-totp', {}) as Promise<{ secret: string; address: string }>,
  })
  const confirm = identity.useTell('auth.confirm-totp')
  useEffect(() => start.mutate(), [])

  const send = (given: string) => {
    if (given.length !== 6 || confirm.isPending) return
    confirm.mutate(
      { code: given },
      {
        onSuccess: ({ recoveryCodes }) => {
          void cache.invalidateQueries({ queryKey: ['auth.factors'] })
          onDone(recoveryCodes)
        },
        onError: () => setCode(''),
      },
    )
  }
  if (start.error !== null)
    return (
      <div className="form">
        <p className="form-error" role="alert">
          {visible(start.error.message)}
        </p>
        <div className="form-actions">
          <Button onClick={onCancel}>Back</Button>
          <Button variant="filled" onClick={() => start.mutate()}>
            Try again
          </Button>
        </div>
      </div>
    )
  if (start.data === undefined) return <p className="faint">Making a secret …</p>
  const { secret, address } = start.data
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault()
        send(code)
      }}
    >
      <p className="dim">Scan this with an authenticator app, or type the secret into it.</p>
      <div className="totp-secret">
        <QrCode text={address} label="QR code for an authenticator app" />
        <p>
          <code>{secret.match(/.{1,4}/g)!.join(' ')}</code> <Copy value={secret} what="the secret" />
        </p>
      </div>
      <CodeField
        label="Code the app shows now"
        value={code}
        onChange={setCode}
        onWhole={send}
        error={confirm.error === null ? undefined : visible(confirm.error.message)}
        isDisabled={confirm.isPending}
      />
      <div className="form-actions">
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" variant="filled" loading={confirm.isPending}>
          Turn it on
        </Button>
      </div>
    </form>
  )
}
