import { PasswordInput } from '@mantine/core'
import { useState } from 'react'
import { visible } from '../../../base/web/parts/visible.ts'
import { NewPassword } from '../common/person.ts'
import { passwordWords } from './password-words.ts'

interface Problem {
  readonly field: string
  readonly words: string
}

export const passwordToggle = { 'aria-label': 'Show the password', tabIndex: 0 } as const

/** A new password typed twice, and what is wrong with a field of its form. */
export function useNewPassword() {
  const [password, setPassword] = useState('')
  const [again, setAgain] = useState('')
  const [problem, setProblem] = useState<Problem | null>(null)
  return {
    ...{ password, setPassword, again, setAgain },
    errorOf: (field: string) =>
      problem?.field === field ? <span role="alert">{problem.words}</span> : undefined,
    /** Says what is wrong before anything is sent. */
    isGood: (): boolean => {
      const checked = NewPassword.safeParse(password)
      const words = checked.success ? undefined : checked.error.issues[0]!.message
      const found =
        words !== undefined
          ? { field: 'password', words: words[0]!.toUpperCase() + words.slice(1) }
          : password === again
            ? null
            : { field: 'again', words: 'The two passwords differ' }
      setProblem(found)
      return found === null
    },
    refused: (field: string, words: string) => setProblem({ field, words: visible(words) }),
  }
}

interface Props {
  readonly of: ReturnType<typeof useNewPassword>
  readonly isFirst?: boolean
}

export function NewPasswordFields({ of, isFirst = false }: Props) {
  return (
    <>
      <PasswordInput
        label="New password"
        description={`${passwordWords} Length is what makes it strong.`}
        size="sm"
        autoComplete="new-password"
        value={of.password}
        onChange={(event) => of.setPassword(event.currentTarget.value)}
        error={of.errorOf('password')}
        visibilityToggleButtonProps={passwordToggle}
        autoFocus={isFirst}
      />
      <PasswordInput
        label="New password again"
        size="sm"
        autoComplete="new-password"
        value={of.again}
        onChange={(event) => of.setAgain(event.currentTarget.value)}
        error={of.errorOf('again')}
        visibilityToggleButtonProps={passwordToggle}
      />
    </>
  )
}
