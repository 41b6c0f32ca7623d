import { Dialog } from '../../../../base/web/parts/Dialog.tsx'
import { VisibleText } from '../../../../base/web/parts/VisibleText.tsx'
import type { TerminalRow } from '../../common/terminal.ts'
import { terminals } from '../client.ts'

/** Before a terminal and what runs in it is ended. */
export function CloseDialog({
  terminal,
  mine,
  onClose,
}: {
  terminal: TerminalRow
  mine: boolean
  onClose: () => void
}) {
  const close = terminals.useTell('terminal.close', ['terminal.read', 'terminal.list'])
  return (
    <Dialog
      title={mine ? 'Close this terminal' : `Close the terminal of ${terminal.operator.name}`}
      submit={mine ? 'Close it' : 'Force it closed'}
      danger
      isBusy={close.isPending}
      problem={close.error?.message}
      onClose={onClose}
      onSubmit={() => close.mutate({ id: terminal.id }, { onSuccess: onClose })}
    >
      <p>
        Everything that runs in it on <VisibleText text={terminal.serverName} /> is hung up, then killed. Its
        recording stays.
        {!mine && ' Its owner is told, and it is recorded that you closed it.'}
      </p>
    </Dialog>
  )
}
