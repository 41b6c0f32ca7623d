import { notifications } from '@mantine/notifications'
import { type FormEvent, useState } from 'react'
import { fieldFaults } from '../../../../base/web/parts/field-faults.ts'
import { SaveFoot } from '../../../../base/web/parts/SaveFoot.tsx'
import { identity } from '../client.ts'
import { ClaimFields } from './ClaimFields.tsx'
import { PeopleFields } from './PeopleFields.tsx'
import { ProviderFields } from './ProviderFields.tsx'
import { changesOf, type Draft, draftOf, type Stored } from './single-sign-on-form.ts'

const fields = [
  ...['enabled', 'issuer', 'clientId', 'clientSecret', 'scopes', 'label', 'createsPeople', 'linksByEmail'],
  ...['usernameClaim', 'groupsClaim', 'groups', 'rolesClaim', 'roles', 'defaultRole', 'synchronizes'],
  ...['trustsSecondFactor', 'passwordFor'],
]

/** What each part of the form is given. */
export interface PartProps {
  readonly draft: Draft
  readonly set: (change: Partial<Draft>) => void
  readonly fault: (field: string) => string | undefined
  readonly readOnly: boolean
}

export function SingleSignOnForm({ stored, readOnly }: { stored: Stored; readOnly: boolean }) {
  const [draft, setDraft] = useState(() => draftOf(stored))
  const save = identity.useTell('single-sign-on.update', ['single-sign-on.read', 'auth.ways'])
  const faults = fieldFaults(save.error, fields, {
    'single-sign-on.secret_due': 'clientSecret',
    'single-sign-on.nobody_gets_in': 'defaultRole',
    'single-sign-on.unknown_group': 'groups',
  })
  const changes = changesOf(stored, draft)
  const isChanged = Object.keys(changes).length > 0
  const part: PartProps = {
    draft,
    readOnly,
    set: (change) => setDraft((now) => ({ ...now, ...change })),
    fault: faults.of,
  }
  const send = (event: FormEvent) => {
    event.preventDefault()
    if (!isChanged || save.isPending) return
    save.mutate(changes, { onSuccess: () => notifications.show({ message: 'Saved.' }) })
  }
  return (
    <form onSubmit={send} className="single-sign-on">
      <ProviderFields {...part} stored={stored} />
      <PeopleFields {...part} />
      <ClaimFields {...part} />
      <SaveFoot
        refusal={faults.rest}
        isChanged={isChanged}
        isPending={save.isPending}
        readOnly={readOnly}
        className="settings-section"
      />
    </form>
  )
}
