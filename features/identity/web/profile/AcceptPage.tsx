import { Button } from '@mantine/core'
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
import { identity } from '../client.ts'
import { NewPasswordFields, useNewPassword } from '../NewPasswordFields.tsx'
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
  const chosen = useNewPassword()
  const accept = identity.useTell('auth.accept-link')
  const go = useGo()
  const isInvitation = link.purpose === 'invitation'
  const send = (event: FormEvent) => {
    event.preventDefault()
    if (accept.isPending) return
    if (!chosen.isGood()) return
    accept.mutate(
      { secret, password: chosen.password },
      { onError: (refused) => chosen.refused('password', refused.message) },
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
      <NewPasswordFields of={chosen} isFirst />
      <Button fullWidth variant="filled" className="tall" type="submit" loading={accept.isPending}>
        {isInvitation ? 'Set the password' : 'Set the new password'}
      </Button>
      <p className="faint">Then you sign in with it. This is written to the record.</p>
    </form>
  )
}
