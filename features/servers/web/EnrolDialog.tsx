import { Button, Modal, NumberInput, Select, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { Copy } from '../../../base/web/parts/Copy.tsx'
import { fieldFaults } from '../../../base/web/parts/field-faults.ts'
import { VisibleText } from '../../../base/web/parts/VisibleText.tsx'
import { GroupPicker } from '../../identity/web/index.ts'
import { Arrivals } from './Arrivals.tsx'
import { servers } from './client.ts'

const HOUR_MILLISECONDS = 3_600_000
const lifetimes = [
  { value: '1', label: '1 hour' },
  { value: '24', label: '1 day' },
  { value: '168', label: '7 days' },
  { value: '', label: 'Until it is revoked' },
]

/** Makes a registration token and shows the one command to paste, then the machine as it appears. */
export function EnrolDialog({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('')
  const [hours, setHours] = useState<string | null>('24')
  const [uses, setUses] = useState<number | string>('')
  const [groupIds, setGroupIds] = useState<string[]>([])
  const create = servers.useTell('server-token.create', ['server-token.list'])
  const [madeAt, setMadeAt] = useState(0)
  const faults = fieldFaults(create.error, ['name', 'expiresAt', 'uses', 'groupIds'])

  const send = (event: FormEvent) => {
    event.preventDefault()
    const now = Date.now()
    create.mutate(
      {
        name,
        groupIds,
        ...(hours ? { expiresAt: new Date(now + Number(hours) * HOUR_MILLISECONDS).toISOString() } : {}),
        ...(uses === '' ? {} : { uses: Number(uses) }),
      },
      { onSuccess: () => setMadeAt(now) },
    )
  }
  if (create.data !== undefined) {
    return (
      <Modal
        opened
        onClose={onClose}
        title="Paste this on the machine"
        size={640}
        closeOnClickOutside={false}
      >
        <div className="form">
          <div className="paste secret-box">
            <pre>
              <code>
                <VisibleText text={create.data.command} />
              </code>
            </pre>
            <Copy value={create.data.command} what="the command" />
          </div>
          <p className="dim">
            Run it there in a copy of Annals: it needs Node and npm. It holds the token, which is shown this
            once. The agent connects out to this server; nothing on the machine listens.
          </p>
          <Arrivals since={madeAt} />
          <div className="form-actions">
            <Button variant="filled" onClick={onClose}>
              Done
            </Button>
          </div>
        </div>
      </Modal>
    )
  }
  return (
    <Modal opened onClose={onClose} title="Enrol a server" size={460}>
      <form className="form" onSubmit={send}>
        <TextInput
          label="Name of the token"
          description="What it is for, as it will stand in the record."
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={faults.of('name')}
          data-autofocus
        />
        <Select
          label="Good for"
          data={lifetimes}
          value={hours}
          onChange={setHours}
          allowDeselect={false}
          error={faults.of('expiresAt')}
        />
        <NumberInput
          label="Machines"
          description="How many may enrol with it. Empty: any number"
          min={1}
          max={100000}
          allowDecimal={false}
          value={uses}
          onChange={setUses}
          error={faults.of('uses')}
        />
        <GroupPicker
          label="Groups"
          description="Machines that enrol with it are put in these."
          value={groupIds}
          onChange={setGroupIds}
          error={faults.of('groupIds')}
        />
        {faults.rest !== undefined && (
          <p className="form-error" role="alert">
            {faults.rest}
          </p>
        )}
        <div className="form-actions">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="filled" loading={create.isPending} disabled={name.trim() === ''}>
            Make the command
          </Button>
        </div>
      </form>
    </Modal>
  )
}
