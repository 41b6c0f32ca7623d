import type { Order } from '../common/messages.ts'
import type { AgentPart, AgentPort, TakeOrder } from './agent-port.ts'

/** Where orders arrive: each goes to its feature once, and never again. */
export class OrderDesk {
  readonly #port: AgentPort
  readonly #takers = new Map<string, TakeOrder>()
  #isOpen = true

  constructor(port: AgentPort, parts: readonly AgentPart[]) {
    this.#port = port
    for (const part of parts) {
      for (const [kind, take] of Object.entries(part.orders ?? {})) this.#takers.set(kind, take)
    }
  }

  /** What comes from here on is not remembered, so the server will send it again. */
  close(): void {
    this.#isOpen = false
  }

  receive(order: Order): void {
    const { ledger } = this.#port
    if (!this.#isOpen || !ledger.begin(order)) return
    void this.#take(order).finally(() => ledger.settle(order))
  }

  async #take(order: Order): Promise<void> {
    const { ledger, log } = this.#port
    let isRemembered = false
    const remember = () => {
      isRemembered = true
      ledger.remember(order)
    }
    const take = this.#takers.get(order.kind)
    try {
      if (take === undefined) throw new Error('this agent does not know orders of this kind')
      await take(order, remember)
    } catch (error) {
      log.error(`Order ${order.id} (${order.kind}) was not carried out: ${(error as Error).message}`)
      if (!isRemembered) await this.#refuse(order, (error as Error).message).catch(() => {})
    }
  }

  #refuse(order: Order, why: string): Promise<void> {
    const { ledger, reports, store } = this.#port
    const body = { orderId: order.id, kind: order.kind, why: why.slice(0, 300) }
    return store.write(() => {
      ledger.remember(order)
      reports.append('order.refused', body, { keep: true })
    })
  }
}
