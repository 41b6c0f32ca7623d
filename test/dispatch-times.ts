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

interface Submitted {
  readonly id: string
  readonly asked: number
  readonly answered: number
}

/** Submits one after another, or at a steady rate, and asks each when it began. Milliseconds. */
export async function dispatchTimes(
  client: Client,
  serverId: string,
  count: number,
  everyMilliseconds?: number,
): Promise<DispatchTime[]> {
  const times: DispatchTime[] = []
  if (everyMilliseconds === undefined) {
    for (let n = 0; n < count; n++) times.push(await timeOf(client, await submitted(client, serverId)))
    return times
  }
  const began = performance.now()
  const sent: Promise<Submitted>[] = []
  for (let n = 0; n < count; n++) {
    await wait(Math.max(0, began + n * everyMilliseconds - performance.now()))
    sent.push(submitted(client, serverId))
  }
  // Asked only now: to ask while others are submitted would be a load of its own.
  for (const each of await Promise.all(sent)) times.push(await timeOf(client, each))
  return times
}

async function submitted(client: Client, serverId: string): Promise<Submitted> {
  const asked = wallClock()
  const { commands } = await client.tell('command.submit', { serverIds: [serverId], line: SAY_WHEN })
  return { id: commands[0].id, asked, answered: wallClock() }
}

async function timeOf(client: Client, { id, asked, answered }: Submitted): Promise<DispatchTime> {
  const row = await ended(client, id)
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
export async function ended(client: Client, id: string, patienceSeconds = 180): Promise<any> {
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
