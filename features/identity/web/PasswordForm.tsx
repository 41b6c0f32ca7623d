import { Button, PasswordInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { visible } from '../../../base/web/parts/visible.ts'
import { NewPassword } from '../common/person.ts'
import { identity } from './client.ts'
import { passwordWords } from './password-words.ts'

interface Props {
  readonly className: string
  readonly submit: string
  readonly onDone: () => void
}

/** Replaces one's own password. */
export function PasswordForm({ className, submit, onDone }: Props) {
  const [current, setCurrent] = useState('')
  const [password, setPassword] = useState('')
  const [again, setAgain] = useState('')
  const [problem, setProblem] = useState<{ field: 'current' | 'password' | 'again'; words: string } | null>(
    null,
  )
  const change = identity.useTell('auth.change-password', ['auth.me'])

  const send = (event: FormEvent) => {
    event.preventDefault()
    const checked = NewPassword.safeParse(password)
    if (!checked.success) {
      const words = checked.error.issues[0]!.message
      return setProblem({ field: 'password', words: words[0]!.toUpperCase() + words.slice(1) })
    }
    if (password !== again) return setProblem({ field: 'again', words: 'The two new passwords differ' })
    setProblem(null)
    change.mutate(
      { current, password },
      {
        onSuccess: onDone,
        onError: (refused) =>
          setProblem({
            field: /current|wrong/.test(refused.code) ? 'current' : 'password',
            words: visible(refused.message),
          }),
      },
    )
  }
  const errorOf = (field: 'current' | 'password' | 'again') =>
    problem?.field === field ? <span role="alert">{problem.words}</span> : undefined
  const toggle = { 'aria-label': 'Show the password', tabIndex: 0 } as const
  return (
    <form className={className} onSubmit={send}>
      <PasswordInput
        label="Present password"
        size="sm"
        autoComplete="current-password"
        value={current}
        onChange={(event) => setCurrent(event.currentTarget.value)}
        error={errorOf('current')}
        visibilityToggleButtonProps={toggle}
        data-autofocus
      />
      <PasswordInput
        label="New password"
        description={`${passwordWords} Length is what makes it strong.`}
        size="sm"
        autoComplete="new-password"
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
        error={errorOf('password')}
        visibilityToggleButtonProps={toggle}
      />
      <PasswordInput
        label="New password again"
        size="sm"
        autoComplete="new-password"
        value={again}
        onChange={(event) => setAgain(event.currentTarget.value)}
        error={errorOf('again')}
        visibilityToggleButtonProps={toggle}
      />
      <Button fullWidth variant="filled" className="tall" type="submit" loading={change.isPending}>
        {submit}
      </Button>
    </form>
  )
}
