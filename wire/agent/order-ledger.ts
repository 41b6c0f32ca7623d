import type { Order } from '../common/messages.ts'
import type { Store } from './store.ts'

const REMEMBERED_ORDERS_MAX = 1_000_000
const FORGET_EVERY = 10_000

/**
 * Which orders this machine has ever taken, so that none is carried out twice, whoever was restarted in between.
 * The newest million is remembered.
 */
export class OrderLedger {
  readonly #statements
  readonly #underWay = new Set<string>()
  #sinceForgetting = 0

  constructor({ database }: Store) {
    database.exec(`create table if not exists orders (
      sequence integer primary key autoincrement, id text not null unique, kind text not null)`)
    this.#statements = {
      find: database.prepare('select 1 from orders where id = ?'),
      insert: database.prepare('insert into orders (id, kind) values (?, ?)'),
      forget: database.prepare('delete from orders where sequence <= (select max(sequence) from orders) - ?'),
    }
  }

  has(id: string): boolean {
    return this.#underWay.has(id) || this.#statements.find.get(id) !== undefined
  }

  /** @returns false when this order was taken before, or is just being taken. */
  begin(order: Order): boolean {
    if (this.has(order.id)) return false
    this.#underWay.add(order.id)
    return true
  }

  /** Belongs inside a `write` of the store, together with what taking the order means. */
  remember(order: Order): void {
    this.#statements.insert.run(order.id, order.kind)
    if (++this.#sinceForgetting >= FORGET_EVERY) {
      this.#sinceForgetting = 0
      this.#statements.forget.run(REMEMBERED_ORDERS_MAX)
    }
  }

  /** It is on disk, or it was given up before anything was done: only the disk decides from now on. */
  settle(order: Order): void {
    this.#underWay.delete(order.id)
  }
}
