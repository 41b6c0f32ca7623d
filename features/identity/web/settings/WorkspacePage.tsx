import { Select, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { type FormEvent, useState } from 'react'
import { Facts } from '../../../../base/web/parts/Facts.tsx'
import { fieldFaults } from '../../../../base/web/parts/field-faults.ts'
import { SaveFoot } from '../../../../base/web/parts/SaveFoot.tsx'
import { VisibleText } from '../../../../base/web/parts/VisibleText.tsx'
import { useViewer } from '../../../../base/web/viewer.ts'
import type { Settings } from '../../common/settings.ts'
import { identity } from '../client.ts'
import { zoneChoices } from '../zone-choices.ts'
import { SettingsFrame } from './SettingsFrame.tsx'

/** What the workspace is called and which clock it goes by. */
export function WorkspacePage() {
  return (
    <SettingsFrame at="Workspace">
      {(settings) => (
        <>
          <WorkspaceFields key={JSON.stringify(settings.workspace)} settings={settings} />
          <section className="settings-section">
            <h2>Mail</h2>
            <Facts
              of={[
                [
                  'Sent from',
                  settings.mailFrom === null ? (
                    'No mail server is set up: invitations are shown to copy.'
                  ) : (
                    <VisibleText key="m" text={settings.mailFrom} />
                  ),
                ],
              ]}
            />
            <p className="faint">Whoever runs the server sets it, by ANNALS_SMTP_URL and ANNALS_MAIL_FROM.</p>
          </section>
        </>
      )}
    </SettingsFrame>
  )
}

function WorkspaceFields({ settings: { workspace } }: { settings: Settings }) {
  const { role } = useViewer()
  const [name, setName] = useState(workspace.name)
  const [timeZone, setTimeZone] = useState(workspace.timeZone)
  const save = identity.useTell('settings.update', ['settings.read', 'auth.me'])
  const faults = fieldFaults(save.error, ['name', 'timeZone'])
  const readOnly = role !== 'admin'
  const isChanged = name !== workspace.name || timeZone !== workspace.timeZone
  const send = (event: FormEvent) => {
    event.preventDefault()
    if (!isChanged || save.isPending) return
    save.mutate({ name, timeZone }, { onSuccess: () => notifications.show({ message: 'Saved.' }) })
  }
  return (
    <form className="settings-section form" onSubmit={send}>
      <TextInput
        label="Name of the workspace"
        description="Shown above the navigation, and in mails."
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={faults.of('name')}
        readOnly={readOnly}
      />
      <Select
        label="Time zone"
        description="Times are shown in it to whoever has not chosen another. They are stored in UTC."
        searchable
        limit={100}
        data={zoneChoices(timeZone)}
        value={timeZone}
        onChange={(value) => setTimeZone(value ?? timeZone)}
        allowDeselect={false}
        error={faults.of('timeZone')}
        readOnly={readOnly}
        nothingFoundMessage="No time zone by that name"
      />
      <SaveFoot refusal={faults.rest} isChanged={isChanged} isPending={save.isPending} readOnly={readOnly} />
    </form>
  )
}
