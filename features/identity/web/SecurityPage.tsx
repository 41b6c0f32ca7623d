import { Button, Modal } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Bones } from '../../../base/web/parts/Bones.tsx'
import { ReadError } from '../../../base/web/parts/ReadError.tsx'
import { identity } from './client.ts'
import { FactorsSection } from './FactorsSection.tsx'
import { Frame } from './Frame.tsx'
import { NewPlaces } from './NewPlaces.tsx'
import { PasswordForm } from './PasswordForm.tsx'
import { SessionsSection } from './SessionsSection.tsx'
import { profileViews } from './views.ts'
import './security.css'

/** How the person signed in proves who they are, and where they are signed in. */
export function SecurityPage() {
  const factors = useQuery(identity.ask('auth.factors', {}))
  const [isChanging, setChanging] = useState(false)
  return (
    <>
      <Frame title="Security" views={profileViews('Security')} />
      <div className="security">
        <NewPlaces />
        <section aria-labelledby="password-title">
          <div className="security-head">
            <h2 id="password-title">Password</h2>
            <p className="dim">A new one ends your other sessions.</p>
          </div>
          <div>
            <Button onClick={() => setChanging(true)}>Change password</Button>
          </div>
        </section>
        {factors.data !== undefined ? (
          <FactorsSection factors={factors.data} />
        ) : (
          <section aria-labelledby="factors-title">
            <div className="security-head">
              <h2 id="factors-title">Second factors</h2>
            </div>
            {factors.error === null ? (
              <Bones label="Your second factors" className="bare" />
            ) : (
              <div>
                <ReadError
                  error={factors.error}
                  what="Your second factors"
                  onAgain={() => void factors.refetch()}
                />
              </div>
            )}
          </section>
        )}
        <SessionsSection />
      </div>
      <Modal opened={isChanging} onClose={() => setChanging(false)} title="Change password" size={400}>
        <PasswordForm
          className="form"
          submit="Change password"
          onDone={() => {
            setChanging(false)
            notifications.show({ message: 'Password changed. Your other sessions have ended.' })
          }}
        />
      </Modal>
    </>
  )
}
