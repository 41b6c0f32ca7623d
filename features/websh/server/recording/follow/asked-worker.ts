import { Worker } from 'node:worker_threads'

/**
 * Of one thread's JavaScript; a screen of the largest size takes a tenth of it. Left to itself a thread keeps what it once needed:
 * it collects late where it may grow.
 */
const HEAP_LIMITS = { maxOldGenerationSizeMb: 384, maxYoungGenerationSizeMb: 12 }

interface Numbered {
  readonly ask: number
}

/** A thread that answers asks by number; it is begun when first asked, and anew after it failed. */
export class AskedWorker<Ask extends Numbered, Answer extends Numbered> {
  readonly #url: URL
  #worker: Worker | undefined
  #asked = 0
  readonly #waiting = new Map<number, { resolve: (answer: Answer) => void; reject: (error: Error) => void }>()

  constructor(url: URL) {
    this.#url = url
  }

  /**
   * @param given buffers of the ask that the thread may keep: they are not copied, and empty here from then on
   * @throws Error when the thread ended, or answered with one
   */
  ask(ask: Omit<Ask, 'ask'>, given: readonly ArrayBuffer[] = []): Promise<Answer> {
    const number = ++this.#asked
    return new Promise((resolve, reject) => {
      this.#waiting.set(number, { resolve, reject })
      this.#thread().postMessage({ ...ask, ask: number }, given)
    })
  }

  async stop(): Promise<void> {
    await this.#worker?.terminate()
  }

  #thread(): Worker {
    if (this.#worker) return this.#worker
    const worker = new Worker(this.#url, {
      execArgv: ['--disable-warning=ExperimentalWarning'],
      resourceLimits: HEAP_LIMITS,
    })
    worker.unref()
    worker.on('message', (answer: Answer | (Numbered & { readonly error: string })) => {
      const waiting = this.#waiting.get(answer.ask)
      this.#waiting.delete(answer.ask)
      if ('error' in answer) waiting?.reject(new Error(answer.error))
      else waiting?.resolve(answer)
    })
    const end = (error: Error) => {
      if (this.#worker !== worker) return
      this.#worker = undefined
      for (const { reject } of this.#waiting.values()) reject(error)
      this.#waiting.clear()
    }
    worker.on('error', end)
    worker.on('exit', () => end(new Error('the thread ended')))
    this.#worker = worker
    return worker
  }
}
