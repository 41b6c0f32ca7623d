import { Button, PasswordInput, TextInput } from '@mantine/core'
import { type FormEvent, type ReactNode, useRef, useState } from 'react'
import { visible } from '../../../base/web/parts/visible.ts'
import type { SecondFactor } from '../common/sign-in.ts'
import { identity } from './client.ts'
import { useWait } from './use-wait.ts'

/** The second factor that the server asks for. */
export interface Due {
  readonly next: 'totp' | 'passkey'
  readonly methods: readonly SecondFactor[]
}

interface Props {
  /** Why the second step sent one back here. */
  readonly sentBack: string | undefined
  readonly onEnter: () => void
  readonly onDue: (due: Due) => void
  /** Other ways to sign in. */
  readonly children?: ReactNode
}

export function PasswordStep({ sentBack, onEnter, onDue, children }: Props) {
  const [username, setUsername] = useState('')
  const [password, setPassword] = useState('')
  const passwordField = useRef<HTMLInputElement>(null)
  const signIn = identity.useTell('auth.sign-in')
  const wait = useWait(signIn.error)

  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (username.trim() === '' || password === '' || signIn.isPending || wait > 0) return
    signIn.mutate(
      { username: username.trim().toLowerCase(), password },
      {
        onSuccess: (answer) => ('next' in answer ? onDue(answer) : onEnter()),
        onError: () => {
          setPassword('')
          passwordField.current?.focus()
        },
      },
    )
  }
  const problem = signIn.error?.message ?? sentBack
  return (
    <form className="signin-form" onSubmit={submit}>
      <h1>Sign in to Annals</h1>
      <TextInput
        label="Username"
        size="sm"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        value={username}
        onChange={(event) => setUsername(event.currentTarget.value)}
        autoFocus
        required
        withAsterisk={false}
      />
      <PasswordInput
        ref={passwordField}
        label="Password"
        size="sm"
        autoComplete="current-password"
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
        error={problem === undefined ? undefined : <span role="alert">{visible(problem)}</span>}
        visibilityToggleButtonProps={{ 'aria-label': 'Show the password', tabIndex: 0 }}
        required
        withAsterisk={false}
      />
      <Button
        fullWidth
        variant="filled"
        className="tall"
        type="submit"
        loading={signIn.isPending}
        disabled={wait > 0}
      >
        {wait > 0 ? `Try again in ${wait} s` : 'Sign in'}
      </Button>
      {children}
      <p className="faint">Every sign-in, and every attempt, is written to the record.</p>
    </form>
  )
}
