import { webshFaults } from '../../../common/faults.ts'
import { AskedWorker } from '../follow/asked-worker.ts'
import type { Taken } from './cast-taking.ts'
import type { TakeAnswer, TakeAsk } from './import-worker.ts'

/** The thread that reads casts: reading a large one takes minutes, and must never hold up who types. */
export class Imports {
  readonly #thread = new AskedWorker<TakeAsk, TakeAnswer>(new URL('./import-worker.ts', import.meta.url))

  /** @param id of the import @throws recording.not_a_cast */
  async take(id: string, next: Uint8Array | 'end'): Promise<Taken> {
    // Of a view the whole buffer would be sent.
    const isView = typeof next !== 'string' && next.byteLength !== next.buffer.byteLength
    const answer = await this.#thread.ask({ id, next: isView ? new Uint8Array(next) : next })
    if ('refused' in answer)
      throw webshFaults['recording.not_a_cast'](answer.refused.line, answer.refused.why)
    return (answer as { readonly taken: Taken }).taken
  }

  /** What was read of it is forgotten; also when there is nothing, or no thread any more. */
  async drop(id: string): Promise<void> {
    await this.#thread.ask({ id, next: 'drop' }).catch(() => {})
  }

  stop(): Promise<void> {
    return this.#thread.stop()
  }
}
