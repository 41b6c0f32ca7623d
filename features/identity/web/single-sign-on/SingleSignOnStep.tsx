import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { VisibleText } from '../../../../base/web/parts/VisibleText.tsx'
import type { SignInWays } from '../../common/single-sign-on.ts'
import { refusedWords } from './refused-words.ts'
import { startAddress } from './ways.ts'
import './single-sign-on-step.css'

interface Props {
  readonly ways: SignInWays | undefined
  /** The address to come back to. */
  readonly to: string
  /** Why the last attempt came to nothing. */
  readonly refused: string | undefined
  /** Name and password; given what stands under their button. */
  readonly children: (below: ReactNode) => ReactNode
}

/** What the sign-in page offers: the provider beside the password, or before it where passwords are for administrators. */
export function SingleSignOnStep({ ways, to, refused, children }: Props) {
  const [wantsPassword, setWantsPassword] = useState(false)
  const problem = refused !== undefined && (
    <p className="form-error" role="alert">
      {refusedWords(refused)}
    </p>
  )
  if (ways === undefined || ways.singleSignOn === null) return children(problem)
  const { label, startsAt } = ways.singleSignOn
  const isFirst = ways.password === 'admins' && !wantsPassword
  const button = (
    <Button
      component="a"
      href={startAddress(startsAt, to)}
      fullWidth
      variant={isFirst ? 'filled' : 'default'}
      className="tall"
    >
      <span className="clip provider-name">
        Sign in with <VisibleText text={label} />
      </span>
    </Button>
  )
  if (!isFirst)
    return children(
      <>
        <div className="or">or</div>
        {button}
        {problem}
      </>,
    )
  return (
    <div className="signin-form">
      <h1>Sign in to Annals</h1>
      {button}
      {problem}
      <div className="signin-others">
        <button type="button" className="link" onClick={() => setWantsPassword(true)}>
          I am an administrator with a password
        </button>
      </div>
      <p className="faint">Every sign-in, and every attempt, is written to the record.</p>
    </div>
  )
}
