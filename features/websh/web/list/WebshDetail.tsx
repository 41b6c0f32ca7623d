import { Button } from '@mantine/core'
import { IconPlayerPlay } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { asRefused } from '../../../../base/web/client/refused.ts'
import { useGo } from '../../../../base/web/parts/use-go.ts'
import { VisibleText } from '../../../../base/web/parts/VisibleText.tsx'
import { isOpen, type TerminalRow } from '../../common/terminal.ts'
import { terminals } from '../client.ts'
import { CommandList } from '../replay/CommandList.tsx'
import { useCommands } from '../replay/use-commands.ts'
import { TerminalActions } from './TerminalActions.tsx'
import { TerminalFacts } from './TerminalFacts.tsx'
import { Viewers } from './Viewers.tsx'
import './websh.css'

/** A row of Websh, opened: how it was reached, who was there, what was run. */
export function WebshDetail({ row }: { row: TerminalRow }) {
  const go = useGo()
  const { data, error } = useQuery({
    ...terminals.ask('terminal.read', { id: row.id }),
    queryKey: ['terminal.read', { id: row.id }, row.status, row.entry?.sequence],
    placeholderData: (before) => (before?.id === row.id ? before : undefined),
  })
  const commands = useCommands(row.id, isOpen(row.status))
  if (error !== null && data === undefined)
    return (
      <p className="tone-fail" role="alert">
        <VisibleText text={asRefused(error).message} />
      </p>
    )
  if (data === undefined) return <div className="detail-room" aria-busy="true" />
  const replay = (seconds?: number) =>
    go(`/audit/websh/${row.id}`, seconds === undefined ? {} : { t: String(seconds) })
  return (
    <div className="detail-body websh-detail">
      <div>
        <div className="detail-actions">
          <Button variant="filled" leftSection={<IconPlayerPlay size={14} />} onClick={() => replay()}>
            Replay
          </Button>
          <TerminalActions terminal={data} />
        </div>
        <CommandList commands={commands} at={null} onOpen={(command) => replay(command.seconds)} most={12} />
        <Viewers id={row.id} isLive={isOpen(row.status)} />
      </div>
      <div className="detail-side">
        <TerminalFacts terminal={data} />
      </div>
    </div>
  )
}
