import { notifications } from '@mantine/notifications'
import { Action } from '../../../base/web/parts/Action.tsx'
import { useGo } from '../../../base/web/parts/use-go.ts'
import { visible } from '../../../base/web/parts/visible.ts'
import { useViewer } from '../../../base/web/viewer.ts'
import { type CommandDetail, commandCan } from '../common/command.ts'
import { commands } from './client.ts'

// The row itself changes by the live list.
const stale = ['command.read']

/** What can be done about a command now. An auditor sees none of it. */
export function CommandActions({ command }: { command: CommandDetail }) {
  const { id, role } = useViewer()
  const go = useGo()
  const cancel = commands.useTell('command.cancel', stale)
  const stop = commands.useTell('command.stop', stale)
  if (role === 'auditor' || command.shell === 'internal') return null
  const ended = !commandCan.finish(command)
  const mayEnd = role === 'admin' || command.operator.id === id
  const failed = { onError: (refused: Error) => notifications.show({ message: visible(refused.message) }) }
  return (
    <div className="detail-actions">
      {!ended && mayEnd && (
        <>
          <Action
            className="danger"
            loading={stop.isPending}
            disabledReason={
              command.stopRequestedAt !== null
                ? 'It was told to stop; its processes are being killed.'
                : commandCan.stop(command)
                  ? undefined
                  : 'It does not run yet. Cancel it instead.'
            }
            onClick={() => stop.mutate({ id: command.id }, failed)}
          >
            Stop the command
          </Action>
          <Action
            loading={cancel.isPending}
            disabledReason={
              commandCan.cancel(command) ? undefined : 'A server has picked it up. Stop it instead.'
            }
            onClick={() => cancel.mutate({ id: command.id }, failed)}
          >
            Cancel before it runs
          </Action>
        </>
      )}
      <Action
        onClick={() =>
          go('/run', {
            line: command.line.slice(0, 4000),
            serverId: command.serverId,
            account: command.account ?? undefined,
            group: command.group ?? undefined,
          })
        }
      >
        Run again
      </Action>
    </div>
  )
}
