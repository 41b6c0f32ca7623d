import { Button } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { VisibleText } from '../../../base/web/parts/VisibleText.tsx'
import type { Me } from '../common/person.ts'
import { identity } from './client.ts'
import { PasswordForm } from './PasswordForm.tsx'
import { SignInFrame } from './SignInFrame.tsx'

/** The step between a one-time password and the console. */
export function NewPasswordPage({ me }: { me: Me }) {
  const cache = useQueryClient()
  const signOut = identity.useTell('auth.sign-out')
  return (
    <SignInFrame>
      <div className="signin-form">
        <h1>Choose your own password</h1>
        <p className="faint">
          You are signed in as{' '}
          <b>
            <VisibleText text={me.username} />
          </b>{' '}
          with a password that someone else knows. Replace it, then the console opens.
        </p>
        <PasswordForm
          className="signin-fields"
          submit="Set the new password"
          isFirst
          onDone={() => void cache.invalidateQueries({ queryKey: ['auth.me'] })}
        />
        <Button
          variant="subtle"
          onClick={() => signOut.mutate({}, { onSettled: () => cache.setQueryData(['auth.me'], null) })}
        >
          Sign out instead
        </Button>
      </div>
    </SignInFrame>
  )
}
