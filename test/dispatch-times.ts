import { setTimeout as wait } from 'node:timers/promises'
import type { Client } from './product.ts'

/** Milliseconds since 1970 with their fractions: what a shell's $EPOCHREALTIME says, too. */
export const wallClock = () => performance.timeOrigin + performance.now()

/** A line whose process says when it began, without starting another one where the shell is bash. */
export const SAY_WHEN = '[ -n "$EPOCHREALTIME" ] && echo "$EPOCHREALTIME" || date +%s.%N'

export interface DispatchTime {
  /** From sending the request to its answer: the submission is durable. */
  readonly submit: number
  /** From the answer to the process's own first word. Below zero where it was quicker than the answer. */
  readonly process: number
  /** From the answer to the start that the agent reported. */
  readonly agent: number
  /** From sending the request to the process's own first word. */
  readonly whole: number
}

/** Submits one after another, or at a steady rate, and asks each when it began. Milliseconds. */
export async function dispatchTimes(
  client: Client,
  serverId: string,
  count: number,
  everyMilliseconds?: number,
): Promise<DispatchTime[]> {
  const began = performance.now()
  const times: Promise<DispatchTime>[] = []
  for (let n = 0; n < count; n++) {
    if (everyMilliseconds === undefined) await times.at(-1)
    else await wait(Math.max(0, began + n * everyMilliseconds - performance.now()))
    times.push(one(client, serverId))
    await Promise.race([times.at(-1), wait(0)])
  }
  return Promise.all(times)
}

async function one(client: Client, serverId: string): Promise<DispatchTime> {
  const asked = wallClock()
  const { commands } = await client.tell('command.submit', { serverIds: [serverId], line: SAY_WHEN })
  const answered = wallClock()
  const row = await ended(client, commands[0].id)
  if (row.status !== 'Success') throw new Error(`a command ended ${row.status}: ${row.reason ?? row.result}`)
  const said = Number(row.result) * 1000
  return {
    submit: answered - asked,
    process: said - answered,
    agent: Date.parse(row.startedAt) - answered,
    whole: said - asked,
  }
}

/** The row of a command once it has ended. */
// biome-ignore lint/suspicious/noExplicitAny: answers are checked by the assertions that read them
export async function ended(client: Client, id: string, patienceSeconds = 60): Promise<any> {
  const until = performance.now() + patienceSeconds * 1000
  for (;;) {
    const row = await client.ask('command.read', { id })
    if (row.finishedAt !== null) return row
    if (performance.now() > until) throw new Error(`command ${id} is still ${row.state}`)
    await wait(20)
  }
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!
}
