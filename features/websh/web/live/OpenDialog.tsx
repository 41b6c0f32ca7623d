import { SegmentedControl, Select, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { readAll } from '../../../../base/web/client/use-list.ts'
import { Dialog } from '../../../../base/web/parts/Dialog.tsx'
import { fieldFaults } from '../../../../base/web/parts/field-faults.ts'
import { useGo } from '../../../../base/web/parts/use-go.ts'
import { visible } from '../../../../base/web/parts/visible.ts'
import { servers } from '../../../servers/web/index.ts'
import { terminals } from '../client.ts'

const codes = { 'terminal.server_offline': 'serverId', 'terminal.agent_too_old': 'serverId' }

/** On which server, as whom. */
export function OpenDialog({
  serverId: first,
  onClose,
}: {
  serverId?: string | undefined
  onClose: () => void
}) {
  const go = useGo()
  const [chosen, setChosen] = useState<string | null>(first ?? null)
  const [asked, setAsked] = useState<'own' | 'other'>('own')
  const [account, setAccount] = useState('')
  const [missing, setMissing] = useState<string | undefined>()
  const { data, isPending: isReading } = useQuery({
    queryKey: ['server.list', 'all'],
    queryFn: () => readAll((cursor) => servers.read('server.list', { limit: 200, ...cursor })),
  })
  // Where there is one server there is nothing to choose.
  const serverId = chosen ?? (data?.length === 1 ? data[0]!.id : null)
  const open = terminals.useTell('terminal.open', ['terminal.list'])
  const faults = fieldFaults(open.error, ['serverId', 'account'], codes)
  const send = () => {
    if (serverId === null) return setMissing('Choose a server.')
    if (asked === 'other' && account.trim() === '') return setMissing('Name the account.')
    setMissing(undefined)
    open.mutate(
      { serverId, cols: 100, rows: 30, ...(asked === 'other' ? { account: account.trim() } : {}) },
      { onSuccess: ({ id }) => go(`/terminals/${id}`) },
    )
  }
  return (
    <Dialog
      title="Open a terminal"
      submit="Open"
      // Whoever is quicker than the list of servers waits for it, and is not told to choose what is not there yet.
      isBusy={open.isPending || (serverId === null && isReading)}
      problem={faults.rest ?? missing}
      onClose={onClose}
      onSubmit={send}
    >
      <Select
        label="Server"
        placeholder="Find a server"
        searchable
        data={(data ?? []).map(({ id, name, link }) => ({
          value: id,
          label: visible(name) + (link === 'connected' ? '' : ' (offline)'),
        }))}
        value={serverId}
        onChange={setChosen}
        error={faults.of('serverId')}
        nothingFoundMessage="No server by that name"
        openOnFocus={false}
        data-autofocus
      />
      <div>
        <SegmentedControl
          aria-label="Account"
          value={asked}
          onChange={(value) => setAsked(value as 'own' | 'other')}
          data={[
            { value: 'own', label: 'My account' },
            { value: 'other', label: 'Another account' },
          ]}
        />
      </div>
      {asked === 'other' && (
        <TextInput
          label="Account on that server"
          spellCheck={false}
          autoCapitalize="none"
          maxLength={64}
          value={account}
          onChange={(event) => setAccount(event.currentTarget.value)}
          error={faults.of('account')}
        />
      )}
      <p className="faint">Everything in it is recorded, from the first byte to the last.</p>
    </Dialog>
  )
}
