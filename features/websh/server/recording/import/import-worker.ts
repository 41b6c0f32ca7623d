import { parentPort } from 'node:worker_threads'
import { stepBack } from '../follow/step-back.ts'
import { NotACast } from './cast-reader.ts'
import { CastTaking, type Taken } from './cast-taking.ts'

/** The next bytes of a cast; `end` when there are no more, `drop` when it is not wanted any more. */
export interface TakeAsk {
  readonly ask: number
  readonly id: string
  readonly next: Uint8Array | 'end' | 'drop'
}

export type TakeAnswer =
  | { readonly ask: number; readonly taken: Taken | undefined }
  | { readonly ask: number; readonly refused: { readonly line: number; readonly why: string } }
  | { readonly ask: number; readonly error: string }

const takings = new Map<string, CastTaking>()

function take({ id, next }: TakeAsk): Taken | undefined {
  const taking = takings.get(id) ?? new CastTaking()
  takings.set(id, taking)
  if (next === 'drop') taking.drop()
  if (typeof next === 'string') takings.delete(id)
  if (next === 'drop') return undefined
  return next === 'end' ? taking.end() : taking.take(next)
}

stepBack()

parentPort!.on('message', (ask: TakeAsk) => {
  try {
    parentPort!.postMessage({ ask: ask.ask, taken: take(ask) } satisfies TakeAnswer)
  } catch (error) {
    takings.get(ask.id)?.drop()
    takings.delete(ask.id)
    if (error instanceof NotACast)
      parentPort!.postMessage({
        ask: ask.ask,
        refused: { line: error.line, why: error.why },
      } satisfies TakeAnswer)
    else parentPort!.postMessage({ ask: ask.ask, error: String(error) } satisfies TakeAnswer)
  }
})
