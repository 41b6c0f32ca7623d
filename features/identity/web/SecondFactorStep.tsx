import { Button, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { tell } from '../../../base/web/client/http.ts'
import { asRefused, type Refused } from '../../../base/web/client/refused.ts'
import { visible } from '../../../base/web/parts/visible.ts'
import type { SecondFactor } from '../common/sign-in.ts'
import { CodeField } from './CodeField.tsx'
import { askPasskey, passkeyProblem } from './passkey-browser.ts'
import { useWait } from './use-wait.ts'

interface Props {
  readonly next: 'totp' | 'passkey'
  readonly methods: readonly SecondFactor[]
  readonly onDone: (recoveryCodesLeft: number | undefined) => void
  /** Back to name and password; with why, where the server sent one back. */
  readonly onBack: (why?: string) => void
}

const titles: Record<SecondFactor, string> = {
  totp: 'Enter the code of your app',
  passkey: 'Use your passkey',
  'recovery-code': 'Enter a recovery code',
}
const others: Record<SecondFactor, string> = {
  totp: 'Use a code of the app',
  passkey: 'Use a passkey',
  'recovery-code': 'Use a recovery code',
}

/** The password was right; what else the person has is asked for. */
export function SecondFactorStep({ next, methods, onDone, onBack }: Props) {
  const [method, setMethod] = useState<SecondFactor>(
    next === 'passkey' && passkeyProblem() !== undefined && methods.includes('totp') ? 'totp' : next,
  )
  const [text, setText] = useState('')
  const [refused, setRefused] = useState<Refused | null>(null)
  const [isBusy, setBusy] = useState(false)
  const wait = useWait(refused)

  const attempt = async (make: () => Promise<Record<string, unknown>>) => {
    if (isBusy || wait > 0) return
    setBusy(true)
    try {
      const answer = await tell('auth.second-factor', await make())
      onDone((answer as { recoveryCodesLeft?: number }).recoveryCodesLeft)
    } catch (error) {
      const why = asRefused(error)
      setText('')
      if (why.code === 'auth.sign_in_again' || why.message.includes('last try')) return onBack(why.message)
      setRefused(why)
    } finally {
      setBusy(false)
    }
  }
  const choose = (one: SecondFactor) => {
    setMethod(one)
    setText('')
    setRefused(null)
  }
  const send = (event: FormEvent) => {
    event.preventDefault()
    if (method === 'passkey')
      void attempt(async () => {
        const { options } = (await tell('auth.passkey-challenge', {})) as { options: object }
        return { passkey: await askPasskey(options) }
      })
    else if (text.trim() !== '')
      void attempt(async () => (method === 'totp' ? { code: text } : { recoveryCode: text }))
  }
  const problem = refused === null ? undefined : visible(refused.message)
  const impossible = method === 'passkey' ? passkeyProblem() : undefined
  return (
    <form className="signin-form" onSubmit={send} key={method}>
      <h1>{titles[method]}</h1>
      {method === 'totp' && (
        <CodeField
          value={text}
          onChange={setText}
          onWhole={(code) => void attempt(async () => ({ code }))}
          error={problem}
          isDisabled={isBusy || wait > 0}
        />
      )}
      {method === 'recovery-code' && (
        <TextInput
          label="Recovery code"
          description="One of the ten you kept. Each works once."
          size="sm"
          className="code-field"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          placeholder="xxxx-xxxx-xxxx-xxxx"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          error={problem === undefined ? undefined : <span role="alert">{problem}</span>}
          autoFocus
        />
      )}
      {method === 'passkey' && (
        <p className="dim">
          {impossible ??
            'Your browser asks for the fingerprint, face, PIN or key you set up for this console.'}
        </p>
      )}
      {method === 'passkey' && problem !== undefined && (
        <p className="form-error" role="alert">
          {problem}
        </p>
      )}
      <Button
        fullWidth
        variant="filled"
        className="tall"
        type="submit"
        loading={isBusy}
        disabled={wait > 0 || impossible !== undefined}
      >
        {wait > 0 ? `Try again in ${wait} s` : method === 'passkey' ? 'Use the passkey' : 'Sign in'}
      </Button>
      <div className="signin-others">
        {methods
          .filter((one) => one !== method)
          .map((one) => (
            <button key={one} type="button" className="link" onClick={() => choose(one)}>
              {others[one]}
            </button>
          ))}
        <button type="button" className="link" onClick={() => onBack()}>
          Start over
        </button>
      </div>
    </form>
  )
}
