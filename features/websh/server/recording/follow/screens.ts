import { AskedWorker } from './asked-worker.ts'
import type {
  DrawAnswer,
  DrawAsk,
  JoinAnswer,
  JoinAsk,
  ShowAnswer,
  ShowAsk,
  SignAnswer,
  SignAsk,
  TranscriptAnswer,
  TranscriptAsk,
} from './draw.ts'

/** The thread that draws screens: drawing must never hold up who types. */
export class Screens {
  readonly #thread = new AskedWorker<DrawAsk, DrawAnswer>(new URL('./screen-worker.ts', import.meta.url))

  /** @throws Error when these bytes cannot be drawn */
  show(ask: Omit<ShowAsk, 'ask'>): Promise<ShowAnswer> {
    return this.#thread.ask(ask) as Promise<ShowAnswer>
  }

  /** @throws Error when these bytes cannot be drawn */
  write(ask: Omit<TranscriptAsk, 'ask'>): Promise<TranscriptAnswer> {
    return this.#thread.ask(ask) as Promise<TranscriptAnswer>
  }

  sign(ask: Omit<SignAsk, 'ask'>): Promise<SignAnswer> {
    return this.#thread.ask(ask) as Promise<SignAnswer>
  }

  join(ask: Omit<JoinAsk, 'ask'>): Promise<JoinAnswer> {
    return this.#thread.ask(ask) as Promise<JoinAnswer>
  }

  stop(): Promise<void> {
    return this.#thread.stop()
  }
}
