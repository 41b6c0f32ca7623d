import { networkOf } from '../sign-in/lock-out.ts'

const MINUTE_SECONDS = 60
const EACH_MAX = 30
const ALL_MAX = 600

/**
 * How much may fail in a minute, from one network and from all: each failure is an entry, and some ask the provider. Whoever has
 * used that up waits for the next minute; the kernel counts those refusals.
 */
export class FailureShare {
  #minute = 0
  #all = 0
  #each = new Map<string, number>()

  isSpent(address: string, now: Date): boolean {
    this.#turn(now)
    return this.#all >= ALL_MAX || (this.#each.get(networkOf(address)) ?? 0) >= EACH_MAX
  }

  count(address: string, now: Date): void {
    this.#turn(now)
    const network = networkOf(address)
    this.#all++
    this.#each.set(network, (this.#each.get(network) ?? 0) + 1)
  }

  #turn(now: Date) {
    const minute = Math.floor(now.getTime() / 1000 / MINUTE_SECONDS)
    if (minute === this.#minute) return
    this.#minute = minute
    this.#all = 0
    this.#each.clear()
  }
}
