/** Entries by hour and small numbers, as the rollup tables keep them. */
export interface Counts {
  /** Hours since 1970 → actor_no × 32768 + kind_no → entries. */
  readonly actors: Map<number, Map<number, number>>
  /** The same by server_no. */
  readonly servers: Map<number, Map<number, number>>
}

export const KINDS = 32768

export const noCounts = (): Counts => ({ actors: new Map(), servers: new Map() })

export function addCounts(sum: Counts, more: Counts): void {
  for (const who of ['actors', 'servers'] as const) {
    for (const [hour, counted] of more[who]) {
      const kept = sum[who].get(hour) ?? new Map<number, number>()
      sum[who].set(hour, kept)
      for (const [key, n] of counted) kept.set(key, (kept.get(key) ?? 0) + n)
    }
  }
}

const HOUR_MICROSECONDS = 3_600_000_000
const HOURS_BEFORE_2000 = Date.UTC(2000, 0, 1) / 3_600_000

/** Counts rows as they pass; most rows are of the hour of the row before. */
export class Counter {
  readonly counts: Counts = noCounts()
  #hour = Number.NaN
  #actors = new Map<number, number>()
  #servers = new Map<number, number>()

  /** @param microseconds since 2000, as the timestamptz column has it. */
  add(microseconds: number, kindNo: number, actorNo: number, serverNo: number | undefined): void {
    const hour = Math.floor(microseconds / HOUR_MICROSECONDS) + HOURS_BEFORE_2000
    if (hour !== this.#hour) {
      this.#hour = hour
      this.#actors = this.counts.actors.get(hour) ?? new Map()
      this.#servers = this.counts.servers.get(hour) ?? new Map()
      this.counts.actors.set(hour, this.#actors)
      this.counts.servers.set(hour, this.#servers)
    }
    const actor = actorNo * KINDS + kindNo
    this.#actors.set(actor, (this.#actors.get(actor) ?? 0) + 1)
    if (serverNo === undefined) return
    const server = serverNo * KINDS + kindNo
    this.#servers.set(server, (this.#servers.get(server) ?? 0) + 1)
  }
}
