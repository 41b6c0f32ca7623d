import type { TerminalCommand } from '../../common/recording.ts'
import { isOpen, type TerminalDetail } from '../../common/terminal.ts'
import { TerminalFacts } from '../list/TerminalFacts.tsx'
import { Viewers } from '../list/Viewers.tsx'
import '../list/websh.css'
import { CommandList } from './CommandList.tsx'
import type { Commands } from './use-commands.ts'

interface Props {
  readonly terminal: TerminalDetail
  readonly commands: Commands
  readonly onOpen: (command: TerminalCommand) => void
}

/** What was run and who was there, for reading. */
export function RecordTab({ terminal, commands, onOpen }: Props) {
  return (
    <div className="scroll record-tab">
      <div>
        <CommandList commands={commands} at={null} onOpen={onOpen} />
        <Viewers id={terminal.id} isLive={isOpen(terminal.status)} />
      </div>
      <div>
        <TerminalFacts terminal={terminal} />
      </div>
    </div>
  )
}
