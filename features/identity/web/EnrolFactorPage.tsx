import { Button } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Me } from '../common/person.ts'
import { identity } from './client.ts'
import { PasskeySetup } from './PasskeySetup.tsx'
import { passkeyProblem } from './passkey-browser.ts'
import { RecoveryCodes } from './RecoveryCodes.tsx'
import { SignInFrame } from './SignInFrame.tsx'
import { TotpSetup } from './TotpSetup.tsx'
import './security.css'

/** The step between signing in and the console where the workspace demands a second factor. */
export function EnrolFactorPage({ me }: { me: Me }) {
  const cache = useQueryClient()
  const [way, setWay] = useState<'totp' | 'passkey' | null>(null)
  const [codes, setCodes] = useState<readonly string[] | null>(null)
  const signOut = identity.useTell('auth.sign-out')
  const enter = () => void cache.invalidateQueries()
  const done = (given: readonly string[] | null) => (given === null ? enter() : setCodes(given))
  const problem = passkeyProblem()
  return (
    <SignInFrame>
      <div className="signin-form">
        <h1>{codes === null ? 'Set up a second factor' : 'Keep your recovery codes'}</h1>
        {codes !== null ? (
          <RecoveryCodes codes={codes} onKept={enter} />
        ) : way === 'totp' ? (
          <TotpSetup onDone={done} onCancel={() => setWay(null)} />
        ) : way === 'passkey' ? (
          <PasskeySetup onDone={done} onCancel={() => setWay(null)} />
        ) : (
          <>
            <p className="faint">
              {me.workspace.name} asks for more than a password. Choose what you want to prove yourself with;
              more can be added later.
            </p>
            <Button
              fullWidth
              variant={problem === undefined ? 'filled' : 'default'}
              className="tall"
              disabled={problem !== undefined}
              onClick={() => setWay('passkey')}
            >
              A passkey
            </Button>
            {problem !== undefined && <p className="faint">{problem}</p>}
            <Button
              fullWidth
              variant={problem === undefined ? 'default' : 'filled'}
              className="tall"
              onClick={() => setWay('totp')}
            >
              An authenticator app
            </Button>
            <Button
              variant="subtle"
              onClick={() => signOut.mutate({}, { onSettled: () => cache.setQueryData(['auth.me'], null) })}
            >
              Sign out instead
            </Button>
          </>
        )}
      </div>
    </SignInFrame>
  )
}
