import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { CommandsAgent, tellInternalTask } from '../../features/commands/agent/index.ts'
import { FactsAgent } from '../../features/servers/agent/index.ts'
import { TerminalsAgent } from '../../features/websh/agent/index.ts'
import type { AgentPart, AgentPort, Log } from '../../wire/agent/agent-port.ts'
import { AgentRefusal } from '../../wire/agent/agent-refusal.ts'
import { CheckpointKeeper } from '../../wire/agent/checkpoint-keeper.ts'
import { lockDirectory } from '../../wire/agent/directory-lock.ts'
import { loadIdentity, prepareDirectory } from '../../wire/agent/identity.ts'
import { Link } from '../../wire/agent/link.ts'
import { OrderDesk } from '../../wire/agent/order-desk.ts'
import { OrderLedger } from '../../wire/agent/order-ledger.ts'
import { OutgoingStreams } from '../../wire/agent/outgoing-streams.ts'
import { type QueueLimits, ReportQueue } from '../../wire/agent/report-queue.ts'
import { Store } from '../../wire/agent/store.ts'
import { agentVersion } from './version.ts'

/** How long a stopping agent waits for the server to take what is still in its queue. */
const LAST_WORDS_MILLISECONDS = 5000

export interface AgentOptions {
  /** Holds the identity and everything that must outlive a restart. */
  readonly directory: string
  readonly log: Log
  readonly now?: () => Date
  /** Milliseconds before a connection attempt; jittered doubling unless given. */
  readonly backOff?: (attempt: number) => number
  readonly pingMilliseconds?: number
  readonly queueLimits?: QueueLimits
  readonly runningMax?: number
  readonly spoolBytesMax?: number
  readonly idleClock?: () => number
  readonly unlinkedBytesMax?: number
}

export interface RunningAgent {
  readonly agentId: string
  readonly serverId: string
  /** Resolves when the agent has stopped by itself, with the reason; null after `stop`. */
  readonly ended: Promise<AgentRefusal | null>
  readonly isLinked: () => boolean
  /** Takes no more orders, ends what runs and reports it, hands over what it can, and lets go of the directory. */
  stop(): Promise<void>
}

export const databasePath = (directory: string) => join(directory, 'agent.db')

/** Runs an enrolled agent in this process. @throws AgentRefusal when it cannot run, with a sentence that says why. */
export async function startAgent(options: AgentOptions): Promise<RunningAgent> {
  const { directory, log } = options
  const now = options.now ?? (() => new Date())
  prepareDirectory(directory)
  const unlock = lockDirectory(directory)
  try {
    const identity = loadIdentity(directory)
    if (identity === undefined) {
      throw new AgentRefusal(`No agent is enrolled in ${directory}. Start it once with --url and --token.`)
    }
    const store = Store.open(databasePath(directory), { expected: true, now, log: (line) => log.error(line) })
    const reports = new ReportQueue(store, {
      now,
      ...(options.queueLimits && { limits: options.queueLimits }),
    })
    const streams = new OutgoingStreams()
    const ledger = new OrderLedger(store)
    const checkpoints = new CheckpointKeeper({
      store,
      queue: reports,
      directory,
      journalKey: identity.journalKey,
      now,
    })
    const send: AgentPort['send'] = (message) => link.session?.send(message) ?? false
    const port: AgentPort = { directory, identity, store, reports, ledger, streams, log, now, send }
    const commands = new CommandsAgent(port, options)
    const facts = new FactsAgent(port, (task) => tellInternalTask(reports, task))
    const terminals = new TerminalsAgent(port, {
      tellTask: (task) => tellInternalTask(reports, task),
      idleClock: options.idleClock,
      unlinkedBytesMax: options.unlinkedBytesMax,
    })
    const parts: readonly AgentPart[] = [commands, terminals, facts]
    const desk = new OrderDesk(port, parts)
    const link = new Link({
      identity,
      queue: reports,
      streams,
      checkpoints,
      log,
      agentVersion,
      runId: randomUUID(),
      now,
      running: () => parts.flatMap((part) => part.running?.() ?? []),
      onOrder: (order) => desk.receive(order),
      onFactsAsked: () => {
        for (const part of parts) part.factsAsked?.()
      },
      onLinked: ({ name, version }) => {
        log.info(`Linked to ${identity.url} as ${name}.`)
        for (const part of parts) part.linked?.(version)
      },
      onUnlinked: () => {
        for (const part of parts) part.unlinked?.()
      },
      onInput: (terminal, offset, bytes) => {
        for (const part of parts) part.input?.(terminal, offset, bytes)
      },
      onResize: (terminal, cols, rows) => {
        for (const part of parts) part.resize?.(terminal, cols, rows)
      },
      backOff: options.backOff,
      pingMilliseconds: options.pingMilliseconds,
    })
    await commands.start()
    await terminals.start()
    link.open()
    const stop = once(async () => {
      desk.close()
      for (const part of parts) await part.stop?.()
      await handOver(link, reports)
      link.close()
      await reports.close()
      store.close()
      unlock()
    })
    return {
      agentId: identity.agentId,
      serverId: identity.serverId,
      ended: Promise.race([link.ended, store.broken.then(brokenStore)]),
      isLinked: () => link.session?.welcomedAt !== undefined,
      stop,
    }
  } catch (error) {
    unlock()
    throw error
  }
}

const brokenStore = (cause: Error) =>
  new AgentRefusal(`The agent's database is damaged (${cause.message}). The next start puts it aside.`, {
    cause,
  })

/** While the link is up, waits until the server has committed everything; what it does not take stays on disk. */
async function handOver(link: Link, reports: ReportQueue): Promise<void> {
  const until = performance.now() + LAST_WORDS_MILLISECONDS
  while (link.session?.welcomedAt !== undefined && !reports.isCommitted && performance.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

function once(act: () => Promise<void>): () => Promise<void> {
  let acted: Promise<void> | undefined
  return () => {
    acted ??= act()
    return acted
  }
}
