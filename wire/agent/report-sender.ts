import type { ReportQueue } from './report-queue.ts'

const BATCHES_UNDER_WAY = 8
const SAME_RESEND_MAX = 5

/** Sends the queue's reports over one connection, several batches ahead of the server's commits. */
export class ReportSender {
  readonly #queue: ReportQueue
  readonly #send: (text: string) => void
  #live = false
  #sent = 0
  /** The last number of each batch the server has not committed. */
  #underWay: number[] = []
  #resent = { expected: 0, times: 0 }

  constructor(queue: ReportQueue, send: (text: string) => void) {
    this.#queue = queue
    this.#send = send
  }

  start(committed: number): void {
    this.#live = true
    this.#sent = committed
    this.#queue.forget(committed)
    this.pump()
  }

  stop(): void {
    this.#live = false
  }

  pump(): void {
    while (this.#live && this.#underWay.length < BATCHES_UNDER_WAY) {
      const batch = this.#queue.batch(this.#sent)
      if (batch === undefined) return
      this.#sent = batch.last
      this.#underWay.push(batch.last)
      this.#send(batch.text)
    }
  }

  committed(upTo: number): void {
    this.#underWay = this.#underWay.filter((last) => last > upTo)
    this.#queue.forget(upTo)
    this.pump()
  }

  /** Goes back to `expected`. @returns false when the server keeps asking for the same. */
  async resend(expected: number): Promise<boolean> {
    const times = this.#resent.expected === expected ? this.#resent.times + 1 : 1
    this.#resent = { expected, times }
    if (times > SAME_RESEND_MAX) return false
    await this.#queue.settle(expected - 1)
    this.#sent = expected - 1
    this.#underWay = []
    this.pump()
    return true
  }
}
