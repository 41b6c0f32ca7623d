import { Button, PasswordInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { identity } from './client.ts'
import { NewPasswordFields, passwordToggle, useNewPassword } from './NewPasswordFields.tsx'

interface Props {
  readonly className: string
  readonly submit: string
  /** The page is about nothing else. */
  readonly isFirst?: boolean
  readonly onDone: () => void
}

/** Replaces one's own password. */
export function PasswordForm({ className, submit, isFirst = false, onDone }: Props) {
  const [current, setCurrent] = useState('')
  const chosen = useNewPassword()
  const change = identity.useTell('auth.change-password', ['auth.me'])

  const send = (event: FormEvent) => {
    event.preventDefault()
    if (current === '') return chosen.refused('current', 'Type the password you have now')
    if (!chosen.isGood()) return
    change.mutate(
      { current, password: chosen.password },
      {
        onSuccess: onDone,
        onError: ({ code, message }) =>
          chosen.refused(/current|wrong/.test(code) ? 'current' : 'password', message),
      },
    )
  }
  return (
    <form className={className} onSubmit={send}>
      <PasswordInput
        label="Present password"
        size="sm"
        autoComplete="current-password"
        value={current}
        onChange={(event) => setCurrent(event.currentTarget.value)}
        error={chosen.errorOf('current')}
        visibilityToggleButtonProps={passwordToggle}
        data-autofocus
        autoFocus={isFirst}
      />
      <NewPasswordFields of={chosen} />
      <Button fullWidth variant="filled" className="tall" type="submit" loading={change.isPending}>
        {submit}
      </Button>
    </form>
  )
}
