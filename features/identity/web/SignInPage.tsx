import { Button, PasswordInput, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useRouter, useSearch } from '@tanstack/react-router'
import { type FormEvent, useEffect, useState } from 'react'
import { visible } from '../../../base/web/parts/visible.ts'
import { identity } from './client.ts'
import { me } from './me.ts'
import { returnAddress } from './return-address.ts'
import { SignInFrame } from './SignInFrame.tsx'

export function SignInPage() {
  const router = useRouter()
  const cache = useQueryClient()
  const { to } = useSearch({ strict: false }) as { to?: string }
  const [username, setUsername] = useState('')
  const [password, setPassword] = useState('')
  const signIn = identity.useTell('auth.sign-in')
  const { data: known } = useQuery(me())

  useEffect(() => {
    if (known) router.history.replace(returnAddress(to))
  }, [known, router, to])

  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (username.trim() === '' || password === '' || signIn.isPending) return
    signIn.mutate(
      { username: username.trim().toLowerCase(), password },
      {
        onSuccess: async () => {
          // Whatever was read as someone else must not be shown to whoever signed in now.
          cache.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'auth.me' })
          await cache.fetchQuery({ ...me(), staleTime: 0 })
          router.history.replace(returnAddress(to))
        },
        onError: () => setPassword(''),
      },
    )
  }
  return (
    <SignInFrame>
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
          label="Password"
          size="sm"
          autoComplete="current-password"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          error={
            signIn.error === null ? undefined : <span role="alert">{visible(signIn.error.message)}</span>
          }
          visibilityToggleButtonProps={{ 'aria-label': 'Show the password', tabIndex: 0 }}
          required
          withAsterisk={false}
        />
        <Button fullWidth variant="filled" className="tall" type="submit" loading={signIn.isPending}>
          Sign in
        </Button>
        <p className="faint">Every sign-in, and every attempt, is written to the record.</p>
      </form>
    </SignInFrame>
  )
}
