import { useQuery } from '@tanstack/react-query'
import { clientWords } from '../../../base/web/client-words.ts'
import { SealMark } from '../../../base/web/journal/SealMark.tsx'
import { Actor } from '../../../base/web/parts/Actor.tsx'
import { type Fact, Facts } from '../../../base/web/parts/Facts.tsx'
import { To } from '../../../base/web/parts/To.tsx'
import { VisibleText } from '../../../base/web/parts/VisibleText.tsx'
import { visible } from '../../../base/web/parts/visible.ts'
import { When } from '../../../base/web/parts/When.tsx'
import { count, size, span } from '../../../base/web/time.ts'
import { servers } from '../../servers/web/index.ts'
import type { CommandDetail, ErrorPhase } from '../common/command.ts'

const phases: Record<ErrorPhase, string> = {
  agent_disconnected: 'The agent lost its link before it could run',
  agent_timeout: 'The agent did not answer in time',
  remote_command_exceeded_timeout: 'It ran longer than its time limit and was killed',
  spawn_failed: 'The agent could not start it',
}
const CLOCK_DOUBT_MILLISECONDS = 100

/** Everything known of a command beside its output. */
export function CommandFacts({ command }: { command: CommandDetail }) {
  const server = useQuery({
    ...servers.ask('server.read', { id: command.serverId }),
    staleTime: 30_000,
    retry: false,
  })
  const offset = server.data?.clockOffsetMilliseconds ?? null
  return (
    <Facts
      of={[
        [
          'Server',
          <To to="/servers" search={{ open: command.serverId }} className="link">
            <VisibleText text={command.serverName} />
          </To>,
        ],
        [
          'Operator',
          <Actor name={command.operator.name} kind={command.operator.kind} via={command.operator.via} />,
        ],
        command.operator.via !== null && [
          'Through',
          <To to={`/tokens/${command.operator.via.id}`} className="link">
            <VisibleText text={`token ${command.operator.via.name}`} />
          </To>,
        ],
        command.workSession !== null && ['Work session', <VisibleText text={command.workSession.name} />],
        ['Ran as', <RanAs command={command} />],
        ...outcome(command),
        command.runAfterId !== null && [
          'Run after',
          <To to={`/commands/${command.runAfterId}`} className="link">
            another command succeeded
          </To>,
        ],
        command.scheduledAt !== null && ['Due', <When at={command.scheduledAt} whole />],
        command.envNames.length > 0 && [
          'Environment',
          <code>
            <VisibleText text={command.envNames.join(' ')} />
          </code>,
        ],
        command.stdinBytes !== null && ['Standard input', size(command.stdinBytes)],
        command.timeoutSeconds !== null && ['Time limit', span(command.timeoutSeconds)],
        ['Delay', <span className="num">{span(command.delaySeconds)}</span>],
        ['Shell', command.shell],
        (command.client !== null || command.remoteAddress !== null) && [
          'Submitted from',
          <span title={visible(command.client ?? '')}>
            <VisibleText
              text={[clientWords(command.client), command.remoteAddress].filter(Boolean).join(', ')}
            />
          </span>,
        ],
        offset !== null &&
          Math.abs(offset) > CLOCK_DOUBT_MILLISECONDS && [
            'Clock',
            <>
              <VisibleText text={command.serverName} /> runs {(Math.abs(offset) / 1000).toFixed(1)} s{' '}
              {offset > 0 ? 'behind' : 'ahead'}
            </>,
          ],
        ['Date', <When at={command.submittedAt} whole />],
        ['Record', <SealMark sequence={command.entry?.sequence ?? null} subjectId={command.id} />],
      ]}
    />
  )
}

function RanAs({ command }: { command: CommandDetail }) {
  const word = command.startedAt === null && command.status !== 'Success' ? 'would run as ' : ''
  return (
    <>
      {word}
      {command.account === null ? 'the agent’s own account' : <VisibleText text={command.account} />}
      {command.group !== null && (
        <>
          {' '}
          (group <VisibleText text={command.group} />)
        </>
      )}
    </>
  )
}

function outcome(command: CommandDetail): (Fact | false)[] {
  const { exitCode, signal, errorPhase, reason, pid, output } = command
  return [
    exitCode !== null && [
      'Exit code',
      <span className={exitCode === 0 ? 'num' : 'num tone-fail'}>{exitCode}</span>,
    ],
    signal !== null && [
      'Signal',
      <span className="tone-fail">
        <VisibleText text={signal} />
      </span>,
    ],
    errorPhase !== null && ['Error', <span className="tone-fail">{phases[errorPhase]}</span>],
    reason !== null && ['Reason', <VisibleText text={reason} />],
    pid !== null && ['Process', <span>{pid}</span>],
    output.droppedBytes > 0 && ['Not kept', `${count(output.droppedBytes)} bytes of output`],
  ]
}
