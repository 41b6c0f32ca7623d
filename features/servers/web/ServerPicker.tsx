import { Button, MultiSelect } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { readAll } from '../../../base/web/client/use-list.ts'
import { Glyph } from '../../../base/web/parts/Glyph.tsx'
import { VisibleText } from '../../../base/web/parts/VisibleText.tsx'
import { visible } from '../../../base/web/parts/visible.ts'
import type { Server } from '../common/server.ts'
import { servers } from './client.ts'
import { linkLooks } from './link-state.ts'
import './servers.css'

interface Props {
  readonly label: string
  readonly value: readonly string[]
  readonly onChange: (ids: string[]) => void
  readonly error: string | undefined
}

/** One or many of the servers one may see. A server that is offline can be chosen: the command waits for it. */
export function ServerPicker({ label, value, onChange, error }: Props) {
  const { data } = useQuery({
    queryKey: ['server.list', 'all'],
    queryFn: () => readAll((cursor) => servers.read('server.list', { limit: 200, ...cursor })),
  })
  const byId = useMemo(() => new Map(data?.map((server) => [server.id, server])), [data])
  const groups = useMemo(() => groupsOf(data ?? []), [data])
  return (
    <div>
      <MultiSelect
        label={label}
        description="One that is offline runs it when it is back."
        placeholder={value.length === 0 ? 'Find servers' : ''}
        searchable
        clearable
        hidePickedOptions
        maxDropdownHeight={280}
        limit={100}
        value={[...value]}
        onChange={onChange}
        data={(data ?? []).map(({ id, name }) => ({ value: id, label: visible(name) }))}
        renderOption={({ option }) => <ServerOption server={byId.get(option.value)} />}
        nothingFoundMessage={data?.length === 0 ? 'No server that you reach' : 'No server by that name'}
        error={error}
      />
      {groups.length > 0 && (
        <div className="group-picks">
          {groups.map(({ id, name, serverIds }) => (
            <Button
              key={id}
              size="compact-xs"
              variant="subtle"
              onClick={() => onChange([...new Set([...value, ...serverIds])])}
            >
              All of {visible(name)} ({serverIds.length})
            </Button>
          ))}
        </div>
      )}
    </div>
  )
}

function ServerOption({ server }: { server: Server | undefined }) {
  if (server === undefined) return null
  const { glyph, tone, word } = linkLooks[server.link]
  return (
    <span className="server-option">
      <Glyph of={glyph} tone={tone} />
      <VisibleText text={server.name} className="clip" />
      <span className="faint">{word}</span>
    </span>
  )
}

function groupsOf(list: readonly Server[]) {
  const groups = new Map<string, { id: string; name: string; serverIds: string[] }>()
  for (const server of list)
    for (const { id, name } of server.groups) {
      const group = groups.get(id) ?? { id, name, serverIds: [] }
      group.serverIds.push(server.id)
      groups.set(id, group)
    }
  return [...groups.values()].sort((left, right) => left.name.localeCompare(right.name)).slice(0, 12)
}
