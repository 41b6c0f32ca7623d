import { Worker } from 'node:worker_threads'
import type { FailedAnswer, ShowAnswer, ShowAsk, TranscriptAnswer, TranscriptAsk } from './screen-worker.ts'

type Answer = ShowAnswer | TranscriptAnswer

/** The thread that draws screens: drawing must never hold up who types. */
export class Screens {
  #worker: Worker | undefined
  #asked = 0
  readonly #waiting = new Map<number, { resolve: (answer: Answer) => void; reject: (error: Error) => void }>()

  /** @throws Error when these bytes cannot be drawn */
  show(ask: Omit<ShowAsk, 'ask'>): Promise<ShowAnswer> {
    return this.#send(ask) as Promise<ShowAnswer>
  }

  /** @throws Error when these bytes cannot be drawn */
  write(ask: Omit<TranscriptAsk, 'ask'>): Promise<TranscriptAnswer> {
    return this.#send(ask) as Promise<TranscriptAnswer>
  }

  #send(ask: Omit<ShowAsk, 'ask'> | Omit<TranscriptAsk, 'ask'>): Promise<Answer> {
    const number = ++this.#asked
    return new Promise((resolve, reject) => {
      this.#waiting.set(number, { resolve, reject })
      this.#thread().postMessage({ ...ask, ask: number })
    })
  }

  async stop(): Promise<void> {
    await this.#worker?.terminate()
  }

  #thread(): Worker {
    if (this.#worker) return this.#worker
    const worker = new Worker(new URL('./screen-worker.ts', import.meta.url), {
      execArgv: ['--disable-warning=ExperimentalWarning'],
      resourceLimits: { maxOldGenerationSizeMb: 512 },
    })
    worker.unref()
    worker.on('message', (answer: Answer | FailedAnswer) => {
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
    worker.on('exit', () => end(new Error('the thread that draws screens ended')))
    this.#worker = worker
    return worker
  }
}
