import { Button, Modal } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { type ReactNode, useState } from 'react'
import { Action } from '../../../base/web/parts/Action.tsx'
import { VisibleText } from '../../../base/web/parts/VisibleText.tsx'
import { visible } from '../../../base/web/parts/visible.ts'
import { When } from '../../../base/web/parts/When.tsx'
import type { Factors } from '../common/sign-in.ts'
import { identity } from './client.ts'
import { PasskeyDialog } from './PasskeyDialog.tsx'
import { PasskeySetup } from './PasskeySetup.tsx'
import { passkeyProblem } from './passkey-browser.ts'
import { RecoveryCodes } from './RecoveryCodes.tsx'
import { TotpSetup } from './TotpSetup.tsx'

type Passkey = Factors['passkeys'][number]
type Open = 'totp' | 'passkey' | { readonly codes: readonly string[] } | { readonly passkey: Passkey } | null

const REFRESHES = ['auth.factors', 'auth.me']

/** Authenticator app, passkeys, recovery codes. What is refused is said where it was asked. */
export function FactorsSection({ factors }: { factors: Factors }) {
  const [open, setOpen] = useState<Open>(null)
  const removeTotp = identity.useTell('auth.remove-totp', REFRESHES)
  const renew = identity.useTell('auth.renew-recovery-codes', REFRESHES)
  const { totp, passkeys, recoveryCodes } = factors
  const hasFactor = totp !== null || passkeys.length > 0
  const close = () => setOpen(null)
  const impossible = passkeyProblem()
  const done = (words: string) => (codes: readonly string[] | null) => {
    notifications.show({ message: words })
    setOpen(codes === null ? null : { codes })
  }
  const said = (error: Error | null) =>
    error !== null && (
      <p className="form-error" role="alert">
        {visible(error.message)}
      </p>
    )
  return (
    <>
      <Section
        id="totp"
        title="Authenticator app"
        about={
          factors.isRequired && !hasFactor
            ? 'This workspace asks for a second factor, an app or a passkey.'
            : 'A code that changes every half minute, asked after the password.'
        }
      >
        {totp === null ? (
          <p className="faint">Not set up.</p>
        ) : (
          <p>
            On since <When at={totp.since} />
            {totp.lastUsedAt !== null && (
              <>
                , last used <When at={totp.lastUsedAt} relative />
              </>
            )}
          </p>
        )}
        {said(removeTotp.error)}
        <div className="security-actions">
          <Button onClick={() => setOpen('totp')}>{totp === null ? 'Set up' : 'Replace'}</Button>
          {totp !== null && (
            <Button
              className="danger"
              loading={removeTotp.isPending}
              onClick={() =>
                removeTotp.mutate(
                  {},
                  { onSuccess: () => notifications.show({ message: 'The authenticator app is off.' }) },
                )
              }
            >
              Turn off
            </Button>
          )}
        </div>
      </Section>

      <Section
        id="passkeys"
        title="Passkeys"
        about="A fingerprint, face, PIN or key. They cannot be given away to a page that only looks like this one."
      >
        {passkeys.length === 0 ? (
          <p className="faint">None yet.</p>
        ) : (
          <ul className="security-list">
            {passkeys.map((passkey) => (
              <li key={passkey.id}>
                <span>
                  <b>
                    <VisibleText text={passkey.name} />
                  </b>
                  <br />
                  <span className="faint">
                    at <VisibleText text={passkey.host} />, added <When at={passkey.createdAt} />,{' '}
                    {passkey.lastUsedAt === null ? (
                      'not used yet'
                    ) : (
                      <>
                        last used <When at={passkey.lastUsedAt} relative />
                      </>
                    )}
                    {passkey.isBackedUp && ', kept by its maker'}
                  </span>
                </span>
                <Button
                  aria-label={`Change the passkey ${visible(passkey.name)}`}
                  onClick={() => setOpen({ passkey })}
                >
                  Change
                </Button>
              </li>
            ))}
          </ul>
        )}
        <div className="security-actions">
          <Action onClick={() => setOpen('passkey')} disabledReason={impossible}>
            Add a passkey
          </Action>
        </div>
        {impossible !== undefined && <p className="faint security-why">{impossible}</p>}
      </Section>

      <Section
        id="recovery"
        title="Recovery codes"
        about="Ten codes for the day the phone or key is gone. Each works once."
      >
        {recoveryCodes === null ? (
          <p className="faint">They come with your first second factor.</p>
        ) : (
          <p className={recoveryCodes.left < 3 ? 'tone-wait' : undefined}>
            {recoveryCodes.left} left, made <When at={recoveryCodes.madeAt} />
          </p>
        )}
        {said(renew.error)}
        <div className="security-actions">
          <Action
            disabledReason={hasFactor ? undefined : 'Set up an app or a passkey first'}
            loading={renew.isPending}
            onClick={() => renew.mutate({}, { onSuccess: ({ recoveryCodes: codes }) => setOpen({ codes }) })}
          >
            Make new codes
          </Action>
        </div>
      </Section>

      <Modal opened={open === 'totp'} onClose={close} title="Set up an authenticator app" size={420}>
        <TotpSetup onDone={done('The authenticator app is on.')} onCancel={close} />
      </Modal>
      <Modal opened={open === 'passkey'} onClose={close} title="Add a passkey" size={420}>
        <PasskeySetup onDone={done('The passkey is added.')} onCancel={close} />
      </Modal>
      {open !== null && typeof open === 'object' && 'codes' in open && (
        <Modal
          opened
          onClose={() => {}}
          withCloseButton={false}
          closeOnEscape={false}
          closeOnClickOutside={false}
          title="Keep your recovery codes"
          size={420}
        >
          <RecoveryCodes codes={open.codes} onKept={close} />
        </Modal>
      )}
      {open !== null && typeof open === 'object' && 'passkey' in open && (
        <PasskeyDialog passkey={open.passkey} onClose={close} />
      )}
    </>
  )
}

interface SectionProps {
  readonly id: string
  readonly title: string
  readonly about: string
  readonly children: ReactNode
}

function Section({ id, title, about, children }: SectionProps) {
  return (
    <section aria-labelledby={`${id}-title`}>
      <div className="security-head">
        <h2 id={`${id}-title`}>{title}</h2>
        <p className="dim">{about}</p>
      </div>
      <div>{children}</div>
    </section>
  )
}
