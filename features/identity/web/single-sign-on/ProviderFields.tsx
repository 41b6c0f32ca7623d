import { Checkbox, PasswordInput, TextInput } from '@mantine/core'
import { Flag } from '../../../../base/web/parts/Flag.tsx'
import { ProviderTest } from './ProviderTest.tsx'
import type { PartProps } from './SingleSignOnForm.tsx'
import type { Stored } from './single-sign-on-form.ts'

/** Which provider, and as what Annals is known there. */
export function ProviderFields({ draft, set, fault, readOnly, stored }: PartProps & { stored: Stored }) {
  const isOtherIssuer = stored.hasClientSecret && draft.issuer.trim() !== stored.issuer
  return (
    <section className="settings-section form">
      <Flag
        label="Single sign-on"
        description="The sign-in page shows the button while this is on."
        checked={draft.enabled}
        onChange={(enabled) => set({ enabled })}
        error={fault('enabled')}
        readOnly={readOnly}
      />
      <TextInput
        label="Address of the provider (issuer)"
        description="Everything else about it is found from there."
        placeholder="https://login.example.com/realms/main"
        value={draft.issuer}
        onChange={(event) => set({ issuer: event.currentTarget.value })}
        error={fault('issuer')}
        readOnly={readOnly}
        spellCheck={false}
        autoComplete="off"
        inputMode="url"
      />
      <TextInput
        label="Client id"
        value={draft.clientId}
        onChange={(event) => set({ clientId: event.currentTarget.value })}
        error={fault('clientId')}
        readOnly={readOnly}
        spellCheck={false}
        autoComplete="off"
      />
      {readOnly ? null : (
        <>
          <PasswordInput
            label="Client secret"
            description={
              isOtherIssuer
                ? 'The secret that is kept belongs to the other provider and is not sent to this one. Give this one’s.'
                : stored.hasClientSecret
                  ? 'One is kept, encrypted. Leave this empty to keep it.'
                  : 'It is kept encrypted and never shown again. Leave it empty for a public client.'
            }
            value={draft.clientSecret}
            onChange={(event) => set({ clientSecret: event.currentTarget.value, removesSecret: false })}
            error={fault('clientSecret')}
            autoComplete="off"
            visibilityToggleButtonProps={{ 'aria-label': 'Show the client secret', tabIndex: 0 }}
          />
          {stored.hasClientSecret && (
            <Checkbox
              label="Remove the secret that is kept"
              checked={draft.removesSecret}
              onChange={(event) => set({ removesSecret: event.currentTarget.checked, clientSecret: '' })}
            />
          )}
        </>
      )}
      <TextInput
        label="Scopes"
        description="What is asked of the provider, with spaces between. openid is always one of them."
        value={draft.scopes}
        onChange={(event) => set({ scopes: event.currentTarget.value })}
        error={fault('scopes')}
        readOnly={readOnly}
        spellCheck={false}
        autoComplete="off"
      />
      <TextInput
        label="Name on the button"
        description={`The sign-in page says “Sign in with ${draft.label.trim() || '…'}”.`}
        value={draft.label}
        onChange={(event) => set({ label: event.currentTarget.value })}
        error={fault('label')}
        readOnly={readOnly}
        maxLength={40}
      />
      {!readOnly && <ProviderTest issuer={draft.issuer} isSaved={draft.issuer.trim() === stored.issuer} />}
    </section>
  )
}
