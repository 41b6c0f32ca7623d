import { AskedWorker } from './asked-worker.ts'
import type { ShowAnswer, ShowAsk, TranscriptAnswer, TranscriptAsk } from './screen-worker.ts'

/** The thread that draws screens: drawing must never hold up who types. */
export class Screens {
  readonly #thread = new AskedWorker<ShowAsk | TranscriptAsk, ShowAnswer | TranscriptAnswer>(
    new URL('./screen-worker.ts', import.meta.url),
  )

  /** @throws Error when these bytes cannot be drawn */
  show(ask: Omit<ShowAsk, 'ask'>): Promise<ShowAnswer> {
    return this.#thread.ask(ask) as Promise<ShowAnswer>
  }

  /** @throws Error when these bytes cannot be drawn */
  write(ask: Omit<TranscriptAsk, 'ask'>): Promise<TranscriptAnswer> {
    return this.#thread.ask(ask) as Promise<TranscriptAnswer>
  }

  stop(): Promise<void> {
    return this.#thread.stop()
  }
}
