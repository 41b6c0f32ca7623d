import { Select } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { type FormEvent, useState } from 'react'
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

type Numeric = {
  [K in keyof SecurityPolicy]: SecurityPolicy[K] extends number ? K : never
}[keyof SecurityPolicy]

/** Shown in units people think in. */
const numbers: readonly {
  field: Numeric
  label: string
  description: string
  unit: number
  suffix: string
}[] = [
  {
    field: 'stepUpSeconds',
    label: 'A proof counts for',
    description: 'After that, what is delicate asks again whether it is you. 1 minute to 24 hours.',
    unit: 60,
    suffix: ' minutes',
  },
  {
    field: 'sessionSeconds',
    label: 'A session lives for',
    description:
      'Then one signs in again. 15 minutes to 90 days. Sessions that are open keep the life they began with.',
    unit: 3600,
    suffix: ' hours',
  },
  {
    field: 'sessionIdleSeconds',
    label: 'A session not used ends after',
    description: '5 minutes to 90 days, and no longer than a session lives.',
    unit: 60,
    suffix: ' minutes',
  },
  {
    field: 'lockOutFailures',
    label: 'Failures before one has to wait',
    description: 'In a row, for a name and for an address. 3 to 100.',
    unit: 1,
    suffix: '',
  },
  {
    field: 'lockOutSecondsMax',
    label: 'The longest such wait',
    description: 'It doubles with each failure up to this. 30 seconds to 24 hours.',
    unit: 60,
    suffix: ' minutes',
  },
]

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
      {numbers.map(({ field, label, description, unit, suffix }) => (
        <NumberField
          key={field}
          label={label}
          description={description}
          suffix={suffix}
          min={0}
          decimalScale={2}
          hideControls
          value={wanted[field] / unit}
          onChange={(value) => set({ [field]: Math.round(Number(value) * unit) })}
          readOnly={readOnly}
          error={faults.of(field)}
        />
      ))}
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
