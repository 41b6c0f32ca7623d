import { Select } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { type FormEvent, useState } from 'react'
import { DurationField } from '../../../../base/web/parts/DurationField.tsx'
import { Flag } from '../../../../base/web/parts/Flag.tsx'
import { fieldFaults } from '../../../../base/web/parts/field-faults.ts'
import { NumberField } from '../../../../base/web/parts/NumberField.tsx'
import { SaveFoot } from '../../../../base/web/parts/SaveFoot.tsx'
import { useViewer } from '../../../../base/web/viewer.ts'
import type { SecondFactorPolicy } from '../../common/person.ts'
import { SecurityPolicy } from '../../common/settings.ts'
import { identity } from '../client.ts'
import { SettingsFrame } from './SettingsFrame.tsx'

/** Who must prove what, and for how long it counts. */
export function SecurityPage() {
  return (
    <SettingsFrame at="Security">
      {({ policy }) => policy && <PolicyForm key={JSON.stringify(policy)} policy={policy} />}
    </SettingsFrame>
  )
}

const secondFactors: { value: SecondFactorPolicy; label: string }[] = [
  { value: 'optional', label: 'Nobody; whoever has one is asked for it' },
  { value: 'admins', label: 'Administrators' },
  { value: 'everyone', label: 'Everybody' },
]

type Duration = 'stepUpSeconds' | 'sessionSeconds' | 'sessionIdleSeconds' | 'lockOutSecondsMax'

interface DurationOf {
  readonly field: Duration
  readonly label: string
  readonly description: string
}

const durations: readonly DurationOf[] = [
  {
    field: 'stepUpSeconds',
    label: 'A proof counts for',
    description: 'After that, what is delicate asks again whether it is you. 1 minute to 24 hours.',
  },
  {
    field: 'sessionSeconds',
    label: 'A session lives for',
    description:
      'Then one signs in again. 15 minutes to 90 days. Sessions that are open keep the life they began with.',
  },
  {
    field: 'sessionIdleSeconds',
    label: 'A session not used ends after',
    description: '5 minutes to 90 days, and no longer than a session lives.',
  },
]
const longestWait: DurationOf = {
  field: 'lockOutSecondsMax',
  label: 'The longest such wait',
  description: 'It doubles with each failure up to this. 30 seconds to 24 hours.',
}

function PolicyForm({ policy }: { policy: SecurityPolicy }) {
  const { role } = useViewer()
  const [wanted, setWanted] = useState(policy)
  const save = identity.useTell('settings.update', ['settings.read', 'auth.me'])
  const faults = fieldFaults(save.error, Object.keys(SecurityPolicy.shape), {
    'settings.idle_beyond_life': 'sessionIdleSeconds',
  })
  const readOnly = role !== 'admin'
  const changed = Object.fromEntries(
    Object.entries(wanted).filter(([field, value]) => policy[field as keyof SecurityPolicy] !== value),
  )
  const isChanged = Object.keys(changed).length > 0
  const set = (change: Partial<SecurityPolicy>) => setWanted((now) => ({ ...now, ...change }))
  const send = (event: FormEvent) => {
    event.preventDefault()
    if (!isChanged || save.isPending) return
    save.mutate(changed, { onSuccess: () => notifications.show({ message: 'Saved.' }) })
  }
  const durationField = ({ field, label, description }: DurationOf) => (
    <DurationField
      key={field}
      label={label}
      description={description}
      seconds={wanted[field]}
      onChange={(seconds) => set({ [field]: seconds })}
      readOnly={readOnly}
      error={faults.of(field)}
    />
  )
  return (
    <form className="settings-section form" onSubmit={send}>
      <Select
        label="A second factor is demanded of"
        data={secondFactors}
        value={wanted.secondFactor}
        onChange={(value) =>
          set({ secondFactor: (value as SecondFactorPolicy | null) ?? wanted.secondFactor })
        }
        allowDeselect={false}
        readOnly={readOnly}
        error={faults.of('secondFactor')}
      />
      {durations.map(durationField)}
      <NumberField
        label="Failures before one has to wait"
        description="In a row, for a name and for an address. 3 to 100."
        min={0}
        allowDecimal={false}
        value={wanted.lockOutFailures}
        onChange={(value) => set({ lockOutFailures: Number(value) })}
        readOnly={readOnly}
        error={faults.of('lockOutFailures')}
      />
      {durationField(longestWait)}
      <Flag
        label="Owners and managers of a group see the record of its servers"
        description="Without it, members see what is theirs. The group's servers are theirs to use either way."
        checked={wanted.groupRecord}
        onChange={(groupRecord) => set({ groupRecord })}
        readOnly={readOnly}
      />
      <SaveFoot refusal={faults.rest} isChanged={isChanged} isPending={save.isPending} readOnly={readOnly} />
    </form>
  )
}
