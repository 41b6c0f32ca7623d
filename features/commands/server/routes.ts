import type { Transaction } from 'kysely'
import type { Database } from '../../../base/server/database.ts'
import { serve } from '../../../base/server/endpoint.ts'
import type { FeatureParts } from '../../../base/server/parts.ts'
import type { Reader } from '../../../base/server/scope.ts'
import type { LinkReactions } from '../../../wire/server/agent-link.ts'
import { commandsApi } from '../common/api.ts'
import { commandsEvents } from '../common/events.ts'
import { cancel, stop } from './cancel.ts'
import { changes, follow } from './channels.ts'
import { Dispatcher } from './dispatch.ts'
import { download } from './download.ts'
import { dueJob } from './due-job.ts'
import { listCommands } from './list-commands.ts'
import { Liveness, SWEEP_JOB } from './liveness.ts'
import { outputPage } from './output-pages.ts'
import { CommandOutputs } from './outputs.ts'
import type { CommandsParts } from './parts.ts'
import { Redelivery } from './redeliver.ts'
import { commandReports } from './reports.ts'
import { commandDetail } from './rows.ts'
import { serverRemoved } from './server-removed.ts'
import { DUE_JOB, submit } from './submit.ts'
import { TextIndex } from './text-index.ts'

export interface CommandsFeature extends FeatureParts {
  readonly reactions: LinkReactions<Transaction<Database>>
  /** Whether the reader sees a command: whoever sees the row may see its entries. */
  readonly isSeen: (read: Reader, id: string) => Promise<boolean>
  readonly serverRemoved: ReturnType<typeof serverRemoved>
}

export function commandsFeature(given: Omit<CommandsParts, 'outputs' | 'textIndex'>): CommandsFeature {
  const outputs = new CommandOutputs(given)
  // Spread would take the getter's value once and for all; the address is only known after listening.
  const parts: CommandsParts = Object.assign(Object.create(given), {
    outputs,
    textIndex: new TextIndex(given),
  })
  const dispatcher = new Dispatcher(parts)
  const redelivery = new Redelivery(parts, dispatcher)
  const liveness = new Liveness(parts)
  const feature = serve(commandsApi, commandsEvents, {
    'command.submit': submit(parts, dispatcher),
    'command.list': async ({ actor, read, input, now }) => ({
      ...(await listCommands(parts, read, input)),
      completeness: await parts.completeness(actor, now),
    }),
    'command.read': ({ read, input }) => commandDetail(parts, read, input.id),
    'command.output': ({ read, input }) => outputPage(parts, read, input.id, input.after),
    'command.download': download(parts),
    'command.cancel': cancel(parts, dispatcher),
    'command.stop': stop(parts, dispatcher),
    'command.changes': changes(parts),
    'command.follow': follow(parts),
  })
  return {
    ...feature,
    jobs: { [DUE_JOB]: dueJob(parts, dispatcher), [SWEEP_JOB]: liveness.job },
    reactions: {
      reports: commandReports(parts, dispatcher),
      streams: { 'command.output': (serverId, id) => outputs.open(serverId, id) },
      linked: (link) => void redelivery.linked(link),
      beat: (link, running) => liveness.heard(link.serverId, running),
    },
    isSeen: async (read, id) =>
      (await read.selectFrom('command').select('id').where('id', '=', id).executeTakeFirst()) !== undefined,
    serverRemoved: serverRemoved(parts, dispatcher),
    start: async () => {
      liveness.start()
      redelivery.start()
      await parts.jobs.schedule(parts.db, SWEEP_JOB, { key: 'all', dueAt: parts.now() })
    },
    stop: async () => {
      liveness.stop()
      await redelivery.stop()
      dispatcher.stop()
      await outputs.close()
    },
  }
}
