import { Button, PasswordInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useEffect, useState } from 'react'
import type { AnswerOf } from '../../../../base/web/client/client.ts'
import { tell } from '../../../../base/web/client/http.ts'
import type { Refused } from '../../../../base/web/client/refused.ts'
import { To } from '../../../../base/web/parts/To.tsx'
import { useGo } from '../../../../base/web/parts/use-go.ts'
import { VisibleText } from '../../../../base/web/parts/VisibleText.tsx'
import { visible } from '../../../../base/web/parts/visible.ts'
import type { identityApi } from '../../common/api.ts'
import { NewPassword } from '../../common/person.ts'
import { identity } from '../client.ts'
import { passwordWords } from '../password-words.ts'
import { SignInFrame } from '../SignInFrame.tsx'

type Opened = AnswerOf<typeof identityApi, 'auth.open-link'>

/** Where an invitation or a reset link leads. Its secret stands behind the #, which no browser sends with the address. */
export function AcceptPage() {
  const [secret] = useState(() => location.hash.slice(1))
  const open = useMutation<Opened, Refused>({
    mutationFn: () => tell('auth.open-link', { secret }) as Promise<Opened>,
  })
  useEffect(() => {
    // Out of the address bar, so that it is in no screenshot and no history.
    history.replaceState(history.state, '', location.pathname)
    if (secret !== '') open.mutate()
  }, [secret])
  const problem =
    secret === '' ? 'The address is not whole: what stands behind the # is missing.' : open.error?.message
  return (
    <SignInFrame>
      <div className="signin-form">
        {problem !== undefined ? (
          <>
            <h1>This link does not open</h1>
            <p role="alert">{visible(problem)}</p>
            <p className="faint">Links work once and for a time. An administrator can make a new one.</p>
            <To to="/sign-in" className="link">
              Go to sign-in
            </To>
          </>
        ) : open.data === undefined ? (
          <p className="faint" role="status">
            Opening the link
          </p>
        ) : (
          <ChoosePassword secret={secret} link={open.data} />
        )}
      </div>
    </SignInFrame>
  )
}

function ChoosePassword({ secret, link }: { secret: string; link: Opened }) {
  const [password, setPassword] = useState('')
  const [again, setAgain] = useState('')
  const [problem, setProblem] = useState<{ field: 'password' | 'again'; words: string } | null>(null)
  const accept = identity.useTell('auth.accept-link')
  const go = useGo()
  const isInvitation = link.purpose === 'invitation'
  const send = (event: FormEvent) => {
    event.preventDefault()
    if (accept.isPending) return
    const checked = NewPassword.safeParse(password)
    if (!checked.success) {
      const words = checked.error.issues[0]!.message
      return setProblem({ field: 'password', words: words[0]!.toUpperCase() + words.slice(1) })
    }
    if (password !== again) return setProblem({ field: 'again', words: 'The two passwords differ' })
    setProblem(null)
    accept.mutate(
      { secret, password },
      { onError: (refused) => setProblem({ field: 'password', words: visible(refused.message) }) },
    )
  }
  if (accept.data !== undefined)
    return (
      <>
        <h1>Your password is set</h1>
        <p>
          Sign in with it. Your username is <b>{accept.data.username}</b>.
        </p>
        <Button fullWidth variant="filled" className="tall" onClick={() => go('/sign-in')}>
          Go to sign-in
        </Button>
      </>
    )
  const errorOf = (field: 'password' | 'again') =>
    problem?.field === field ? <span role="alert">{problem.words}</span> : undefined
  const toggle = { 'aria-label': 'Show the password', tabIndex: 0 } as const
  return (
    <form className="signin-fields" onSubmit={send}>
      <h1>{isInvitation ? `Welcome to ${visible(link.workspaceName)}` : 'Set a new password'}</h1>
      <p className="faint">
        {isInvitation ? 'You were invited as ' : 'For the account of '}
        <b>
          <VisibleText text={link.name} />
        </b>
        . Your username is{' '}
        <b>
          <VisibleText text={link.username} />
        </b>
        .
      </p>
      <input type="hidden" autoComplete="username" value={link.username} readOnly />
      <PasswordInput
        label="New password"
        description={`${passwordWords} Length is what makes it strong.`}
        size="sm"
        autoComplete="new-password"
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
        error={errorOf('password')}
        visibilityToggleButtonProps={toggle}
        autoFocus
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
      <Button fullWidth variant="filled" className="tall" type="submit" loading={accept.isPending}>
        {isInvitation ? 'Set the password' : 'Set the new password'}
      </Button>
      <p className="faint">Then you sign in with it. This is written to the record.</p>
    </form>
  )
}
