import { Button, Modal, PasswordInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { tell } from '../../../base/web/client/http.ts'
import { whenProofIsDue } from '../../../base/web/client/proof.ts'
import { asRefused, type Refused } from '../../../base/web/client/refused.ts'
import { visible } from '../../../base/web/parts/visible.ts'
import { CodeField } from './CodeField.tsx'
import { identity } from './client.ts'
import { askPasskey, passkeyProblem } from './passkey-browser.ts'
import { ProveByProvider } from './single-sign-on/ProveByProvider.tsx'
import { useWait } from './use-wait.ts'

/** Above every other dialog: it may be one of them that asked. */
const LAYER = 400

/** "Confirm that it is you": comes up when any request needs a proof, and lets the request go on. */
export function ProofDialog() {
  const [settle, setSettle] = useState<{ with: (isGiven: boolean) => void } | null>(null)
  useEffect(() => whenProofIsDue(() => new Promise((resolve) => setSettle({ with: resolve }))), [])
  if (settle === null) return null
  return (
    <Proof
      onSettled={(isGiven) => {
        setSettle(null)
        settle.with(isGiven)
      }}
    />
  )
}

type Way = 'password' | 'totp' | 'passkey'
const ways: Record<Way, string> = {
  password: 'Use the password',
  totp: 'Use a code of the app',
  passkey: 'Use a passkey',
}

function Proof({ onSettled }: { onSettled: (isGiven: boolean) => void }) {
  const { data: factors } = useQuery(identity.ask('auth.factors', {}))
  const [chosen, setChosen] = useState<Way | null>(null)
  const [text, setText] = useState('')
  const [refused, setRefused] = useState<Refused | null>(null)
  const [isBusy, setBusy] = useState(false)
  const wait = useWait(refused)
  const field = useRef<HTMLInputElement>(null)

  const possible: Way[] = [
    ...(factors?.totp ? ['totp' as const] : []),
    ...(factors?.passkeys.some(({ host }) => host === location.hostname) && passkeyProblem() === undefined
      ? ['passkey' as const]
      : []),
    'password',
  ]
  const way = chosen ?? possible[0]!
  const attempt = async (make: () => Promise<Record<string, unknown>>) => {
    if (isBusy || wait > 0) return
    setBusy(true)
    try {
      await tell('auth.step-up', await make())
      onSettled(true)
    } catch (error) {
      setText('')
      setRefused(asRefused(error))
      field.current?.focus()
    } finally {
      setBusy(false)
    }
  }
  const send = (event: FormEvent) => {
    event.preventDefault()
    if (way === 'passkey')
      void attempt(async () => {
        const { options } = (await tell('auth.passkey-challenge', {})) as { options: object }
        return { passkey: await askPasskey(options) }
      })
    else if (text !== '') void attempt(async () => (way === 'totp' ? { code: text } : { password: text }))
  }
  const problem = refused === null ? undefined : visible(refused.message)
  return (
    <Modal opened onClose={() => onSettled(false)} title="Confirm that it is you" size={400} zIndex={LAYER}>
      <form className="form" onSubmit={send}>
        <p className="dim">You signed in a while ago, and this needs a proof that you are still here.</p>
        {factors === undefined ? null : way === 'password' ? (
          <PasswordInput
            ref={field}
            label="Password"
            size="sm"
            autoComplete="current-password"
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            error={problem === undefined ? undefined : <span role="alert">{problem}</span>}
            visibilityToggleButtonProps={{ 'aria-label': 'Show the password', tabIndex: 0 }}
            data-autofocus
          />
        ) : way === 'totp' ? (
          <CodeField
            value={text}
            onChange={setText}
            onWhole={(code) => void attempt(async () => ({ code }))}
            error={problem}
            isDisabled={isBusy || wait > 0}
          />
        ) : (
          problem !== undefined && (
            <p className="form-error" role="alert">
              {problem}
            </p>
          )
        )}
        <div className="signin-others">
          {possible
            .filter((one) => one !== way)
            .map((one) => (
              <button
                key={one}
                type="button"
                className="link"
                onClick={() => {
                  setChosen(one)
                  setText('')
                  setRefused(null)
                }}
              >
                {ways[one]}
              </button>
            ))}
          <ProveByProvider />
        </div>
        <div className="form-actions">
          <Button onClick={() => onSettled(false)}>Cancel</Button>
          <Button type="submit" variant="filled" loading={isBusy} disabled={wait > 0}>
            {wait > 0 ? `Try again in ${wait} s` : way === 'passkey' ? 'Use the passkey' : 'Confirm'}
          </Button>
        </div>
      </form>
    </Modal>
  )
}
