import { Radio, Textarea } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { Bones } from '../../../../base/web/parts/Bones.tsx'
import { Flag } from '../../../../base/web/parts/Flag.tsx'
import { fieldFaults } from '../../../../base/web/parts/field-faults.ts'
import { NumberField } from '../../../../base/web/parts/NumberField.tsx'
import { ReadError } from '../../../../base/web/parts/ReadError.tsx'
import { SaveFoot } from '../../../../base/web/parts/SaveFoot.tsx'
import { useViewer } from '../../../../base/web/viewer.ts'
import { SettingsHead } from '../../../identity/web/index.ts'
import type { TerminalPolicy } from '../../common/terminal.ts'
import { terminals } from '../client.ts'
import './terminal-policy.css'

/** What holds for terminals of the workspace. */
export function TerminalPolicyPage() {
  const { data, error, refetch } = useQuery(terminals.ask('terminal.policy', {}))
  return (
    <>
      <SettingsHead at="Terminals" />
      {data !== undefined ? (
        <div className="settings-page">
          <PolicyForm key={JSON.stringify(data)} policy={data} />
        </div>
      ) : error !== null ? (
        <ReadError what="The settings" error={error} onAgain={() => void refetch()} />
      ) : (
        <Bones label="The settings" className="settings-page" />
      )}
    </>
  )
}

const fields = ['strict', 'whenRecordingBreaks', 'idleMinutes', 'shellIntegration', 'sharing', 'inputMasks']

function PolicyForm({ policy }: { policy: TerminalPolicy }) {
  const { role } = useViewer()
  const [wanted, setWanted] = useState(policy)
  const [masks, setMasks] = useState(policy.inputMasks.join('\n'))
  const save = terminals.useTell('terminal.set-policy', ['terminal.policy'])
  const faults = fieldFaults(save.error, fields, { 'terminal.bad_mask': 'inputMasks' })
  const readOnly = role !== 'admin'
  const now = { ...wanted, inputMasks: masks.split('\n').filter((mask) => mask !== '') }
  const changed = Object.fromEntries(
    Object.entries(now).filter(
      ([field, value]) => JSON.stringify(policy[field as keyof TerminalPolicy]) !== JSON.stringify(value),
    ),
  )
  const isChanged = Object.keys(changed).length > 0
  const set = (change: Partial<TerminalPolicy>) => setWanted((before) => ({ ...before, ...change }))
  const send = (event: FormEvent) => {
    event.preventDefault()
    if (!isChanged || save.isPending) return
    save.mutate(changed, { onSuccess: () => notifications.show({ message: 'Saved.' }) })
  }
  return (
    <form className="settings-section form" onSubmit={send}>
      <p className="dim">
        These hold for terminals opened from now on; each keeps what held when it was opened.
      </p>
      <Flag
        label="Strict recording"
        description="Nothing is shown before it is kept, and without a recording there is no terminal."
        checked={wanted.strict}
        onChange={(strict) => set({ strict })}
        readOnly={readOnly}
      />
      <Radio.Group
        label="When a recording breaks"
        description="Whoever sits there is told either way. Strict terminals always end."
        value={wanted.strict ? 'end' : wanted.whenRecordingBreaks}
        onChange={(value) => set({ whenRecordingBreaks: value === 'end' ? 'end' : 'go-on' })}
      >
        <div className="radio-lines">
          <Radio value="end" label="The terminal ends" disabled={readOnly || wanted.strict} />
          <Radio
            value="go-on"
            label="The terminal goes on, unrecorded"
            disabled={readOnly || wanted.strict}
          />
        </div>
      </Radio.Group>
      <NumberField
        label="Close after minutes without a key"
        description="With a warning in the last minute, of limits below four in the last quarter. 1 to 1440; empty: never."
        min={1}
        max={1440}
        allowDecimal={false}
        value={wanted.idleMinutes ?? ''}
        onChange={(value) => set({ idleMinutes: value === '' ? null : Number(value) })}
        readOnly={readOnly}
        error={faults.of('idleMinutes')}
      />
      <Flag
        label="Terminals may be shared by link"
        description="For 5 to 180 minutes, by whoever opened them."
        checked={wanted.sharing}
        onChange={(sharing) => set({ sharing })}
        readOnly={readOnly}
      />
      <Flag
        label="Shells mark their commands"
        description="bash, zsh and fish are asked to say what they run, without touching anybody’s files. Otherwise commands are read from the screen alone."
        checked={wanted.shellIntegration}
        onChange={(shellIntegration) => set({ shellIntegration })}
        readOnly={readOnly}
      />
      <Textarea
        label="Typed text that is not kept"
        description="Regular expressions, one a line. What is typed without an echo, as passwords are, is never kept, whatever stands here."
        classNames={{ input: 'mono' }}
        autosize
        minRows={3}
        maxRows={12}
        spellCheck={false}
        value={masks}
        onChange={(event) => setMasks(event.currentTarget.value)}
        readOnly={readOnly}
        error={faults.of('inputMasks')}
      />
      <SaveFoot refusal={faults.rest} isChanged={isChanged} isPending={save.isPending} readOnly={readOnly} />
    </form>
  )
}
