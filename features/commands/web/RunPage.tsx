import { Button, NumberInput, SegmentedControl, Textarea, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { type FormEvent, useState } from 'react'
import { useUrlFilter } from '../../../base/web/filters/use-url-filter.ts'
import { fieldFaults } from '../../../base/web/parts/field-faults.ts'
import { PageHead } from '../../../base/web/parts/PageHead.tsx'
import { useGo } from '../../../base/web/parts/use-go.ts'
import { count, zoneWords } from '../../../base/web/time.ts'
import { useZone } from '../../../base/web/use-clock.ts'
import { ServerPicker } from '../../servers/web/index.ts'
import { commands } from './client.ts'
import { EnvironmentFields } from './EnvironmentFields.tsx'
import { RunAfterPicker } from './RunAfterPicker.tsx'
import { checkRun, emptyRun, type Run, runFields, submission } from './run.ts'
import './run.css'

const codes = { 'command.inline_credential': 'line' }

/** A line on one or many servers: now, at a time, or after another command succeeded. */
export function RunPage() {
  const [url] = useUrlFilter()
  const go = useGo()
  const zone = useZone()
  const [run, setRun] = useState<Run>(() => emptyRun(url))
  const [checked, setChecked] = useState<{ field: string; words: string } | null>(null)
  const submit = commands.useTell('command.submit', ['command.list'])
  const faults = fieldFaults(submit.error, runFields, codes)
  const set = (change: Partial<Run>) => {
    setRun({ ...run, ...change })
    setChecked(null)
    if (submit.error !== null) submit.reset()
  }
  const errorOf = (field: string) => (checked?.field === field ? checked.words : faults.of(field))

  const send = (event: FormEvent) => {
    event.preventDefault()
    const problem = checkRun(run, zone)
    setChecked(problem)
    if (problem !== null || submit.isPending) return
    submit.mutate(submission(run, zone), {
      onSuccess: ({ commands: made }) => {
        notifications.show({
          message: made.length === 1 ? 'Submitted.' : `Submitted to ${count(made.length)} servers.`,
        })
        go('/commands', made.length === 1 ? { open: made[0]!.id } : {})
      },
    })
  }
  const servers = run.serverIds.length
  return (
    <>
      <PageHead title="Run a command" />
      <div className="scroll">
        <form className="form run" onSubmit={send} noValidate>
          <ServerPicker
            label="Servers"
            value={run.serverIds}
            onChange={(serverIds) => set({ serverIds })}
            error={errorOf('serverIds')}
          />
          <Textarea
            label="Line"
            description="As the account’s shell reads it. It is written to the record, so put no password into it: secrets go into the environment or the standard input, whose values are never kept."
            classNames={{ input: 'mono' }}
            autosize
            minRows={2}
            maxRows={12}
            spellCheck={false}
            value={run.line}
            onChange={(event) => set({ line: event.currentTarget.value })}
            error={errorOf('line')}
            data-autofocus
          />
          <div className="form-pair">
            <TextInput
              label="Account"
              description="Empty: your own account on that server"
              value={run.account}
              onChange={(event) => set({ account: event.currentTarget.value })}
              error={errorOf('account')}
              spellCheck={false}
              autoCapitalize="none"
            />
            <TextInput
              label="Group"
              description="Empty: the account’s own group"
              value={run.group}
              onChange={(event) => set({ group: event.currentTarget.value })}
              error={errorOf('group')}
              spellCheck={false}
              autoCapitalize="none"
            />
          </div>
          <EnvironmentFields value={run.env} onChange={(env) => set({ env })} error={errorOf('env')} />
          <Textarea
            label="Standard input"
            description="Sealed to the agent; only its size is kept."
            classNames={{ input: 'mono' }}
            autosize
            minRows={1}
            maxRows={8}
            spellCheck={false}
            value={run.stdin}
            onChange={(event) => set({ stdin: event.currentTarget.value })}
            error={errorOf('stdin')}
          />
          <NumberInput
            label="Time limit in seconds"
            description="Its whole process group is killed then. Empty: no limit"
            min={1}
            max={604800}
            allowDecimal={false}
            value={run.timeoutSeconds}
            onChange={(value) => set({ timeoutSeconds: value === '' ? '' : Number(value) })}
            error={errorOf('timeoutSeconds')}
            w={320}
          />
          <fieldset className="when-field">
            <legend>When</legend>
            <SegmentedControl
              aria-label="When"
              value={run.when}
              onChange={(value) => set({ when: value as Run['when'] })}
              data={[
                { value: 'now', label: 'Now' },
                { value: 'at', label: 'At a time' },
                { value: 'after', label: 'After another succeeded' },
              ]}
            />
            {run.when === 'at' && (
              <TextInput
                type="datetime-local"
                step={1}
                label={`Time in ${zoneWords(Date.now(), zone)}`}
                value={run.at}
                onChange={(event) => set({ at: event.currentTarget.value })}
                error={errorOf('scheduledAt')}
                w={240}
              />
            )}
            {run.when === 'after' && (
              <RunAfterPicker
                value={run.runAfter}
                onChange={(runAfter) => set({ runAfter })}
                error={errorOf('runAfter')}
              />
            )}
          </fieldset>
          {faults.rest !== undefined && (
            <p className="form-error" role="alert">
              {faults.rest}
            </p>
          )}
          <div>
            <Button type="submit" variant="filled" loading={submit.isPending}>
              {run.when === 'at' ? 'Schedule' : 'Run'}
              {servers > 1 ? ` on ${count(servers)} servers` : ''}
            </Button>
          </div>
        </form>
      </div>
    </>
  )
}
