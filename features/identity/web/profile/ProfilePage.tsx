import { Select, TextInput, useMantineColorScheme } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { Facts } from '../../../../base/web/parts/Facts.tsx'
import { fieldFaults } from '../../../../base/web/parts/field-faults.ts'
import { SaveFoot } from '../../../../base/web/parts/SaveFoot.tsx'
import { VisibleText } from '../../../../base/web/parts/VisibleText.tsx'
import { type Density, prefer, usePreferences } from '../../../../base/web/preferences.ts'
import { zoneWords } from '../../../../base/web/time.ts'
import { roleWords } from '../../../../base/web/viewer.ts'
import type { Me } from '../../common/person.ts'
import { identity } from '../client.ts'
import { Frame } from '../Frame.tsx'
import { me } from '../me.ts'
import { profileViews } from '../views.ts'
import { zoneChoices } from '../zone-choices.ts'
import '../settings/settings.css'

/** What a person says about themselves, and how they like the console. */
export function ProfilePage() {
  const { data } = useQuery(me())
  return (
    <>
      <Frame title="Profile" views={profileViews('Profile')} />
      {data && (
        <div className="settings-page">
          <OwnFields key={`${data.name} ${data.email}`} person={data} />
          <Looks workspaceZone={data.workspace.timeZone} />
          <section className="settings-section">
            <h2>Given by others</h2>
            <Facts
              of={[
                ['Username', <VisibleText key="u" text={data.username} />],
                ['Role', roleWords[data.role]],
                ['Account', data.account === null ? 'the default of each server' : data.account],
                [
                  'Groups',
                  data.groups.length === 0
                    ? 'none'
                    : data.groups.map(({ id, name, role }, index) => (
                        <span key={id}>
                          {index > 0 && ', '}
                          <VisibleText text={name} />
                          {role !== 'member' && <span className="faint"> ({role})</span>}
                        </span>
                      )),
                ],
              ]}
            />
            <p className="faint">An administrator can change these.</p>
          </section>
        </div>
      )}
    </>
  )
}

function OwnFields({ person }: { person: Me }) {
  const [name, setName] = useState(person.name)
  const [email, setEmail] = useState(person.email ?? '')
  const save = identity.useTell('person.update-profile', ['auth.me', 'person.list', 'person.read'])
  const faults = fieldFaults(save.error, ['name', 'email'])
  const isChanged = name !== person.name || email !== (person.email ?? '')
  const send = (event: FormEvent) => {
    event.preventDefault()
    if (!isChanged || save.isPending) return
    save.mutate(
      { name, email: email.trim() === '' ? null : email.trim() },
      { onSuccess: () => notifications.show({ message: 'Saved.' }) },
    )
  }
  return (
    <form className="settings-section form" onSubmit={send}>
      <h2>You</h2>
      <TextInput
        label="Name"
        description="As it stands in the record from now on; what is recorded already keeps the name it has."
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={faults.of('name')}
        autoComplete="name"
      />
      <TextInput
        label="E-mail"
        description="Only administrators and auditors see it."
        value={email}
        onChange={(event) => setEmail(event.currentTarget.value)}
        error={faults.of('email')}
        autoComplete="email"
        inputMode="email"
      />
      <SaveFoot refusal={faults.rest} isChanged={isChanged} isPending={save.isPending} />
    </form>
  )
}

const themes = [
  { value: 'auto', label: 'As the system' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
]
const densities = [
  { value: 'compact', label: 'Compact' },
  { value: 'standard', label: 'Standard' },
  { value: 'comfortable', label: 'Comfortable' },
]

/** Taken at once, and kept on the account: it is the same in the next browser. */
function Looks({ workspaceZone }: { workspaceZone: string }) {
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const { density, timeZone } = usePreferences()
  return (
    <section className="settings-section form">
      <h2>The console</h2>
      <Select
        label="Theme"
        data={themes}
        value={colorScheme}
        allowDeselect={false}
        onChange={(value) => setColorScheme(value as 'auto' | 'light' | 'dark')}
      />
      <Select
        label="Height of rows"
        data={densities}
        value={density}
        allowDeselect={false}
        onChange={(value) => prefer({ density: value as Density })}
      />
      <Select
        label="Times in"
        searchable
        limit={100}
        data={[
          { value: '', label: `The workspace's: ${zoneWords(Date.now(), workspaceZone)}` },
          ...zoneChoices(timeZone),
        ]}
        value={timeZone ?? ''}
        allowDeselect={false}
        onChange={(value) => prefer({ timeZone: value === '' ? null : value })}
        nothingFoundMessage="No time zone by that name"
      />
    </section>
  )
}
