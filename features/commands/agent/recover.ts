import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { AgentPort } from '../../../wire/agent/agent-port.ts'
import type { Order } from '../../../wire/common/messages.ts'
import type { Delivery } from './delivery.ts'
import type { OutputSpool } from './output-spool.ts'
import { isSameProcess, type ProcessMark, signalGroup } from './process-group.ts'
import type { Ending, RunStore } from './run-store.ts'

export interface RecoverOptions {
  readonly port: AgentPort
  readonly runs: RunStore
  readonly spoolDirectory: string
  /** Takes over the output that is left. */
  readonly deliver: (id: string) => { spool: OutputSpool; delivery: Delivery }
}

/**
 * After the agent was killed: what had been accepted but never started can still start, so it is returned; what had
 * started is not started again, its processes are ended, and its end is reported with the output so far.
 */
export async function recoverRuns({ port, runs, spoolDirectory, deliver }: RecoverOptions): Promise<Order[]> {
  const left = runs.all()
  const known = new Set(left.map(({ id }) => id))
  for (const name of readdirSync(spoolDirectory)) if (!known.has(name)) rmSync(join(spoolDirectory, name))
  const waiting: Order[] = []
  for (const run of left) {
    if (run.state === 'waiting') {
      waiting.push(run.order)
      continue
    }
    const { spool, delivery } = deliver(run.id)
    if (run.state === 'ended') {
      await delivery.ended(run.ending)
      continue
    }
    const isKilled = killLeft(run.mark)
    const { stdoutBytes, stderrBytes, droppedBytes } = spool
    const ending: Ending = {
      at: port.now().toISOString(),
      exitCode: null,
      signal: null,
      errorPhase: 'agent_disconnected',
      reason: isKilled
        ? 'The agent on this server was killed while the command ran; the command was ended when the agent came back.'
        : 'The agent on this server was killed while the command ran; how the command ended is not known.',
      elapsedMilliseconds: null,
      stdoutBytes,
      stderrBytes,
      droppedBytes,
    }
    await delivery.ended(ending)
  }
  return waiting
}

/** @returns whether the very process still ran. Nobody reads its output any more, so it gets no grace. */
function killLeft(mark: ProcessMark): boolean {
  return isSameProcess(mark) && signalGroup(mark.pid, 'SIGKILL')
}
