import type { RequestFacts } from '../../../../base/server/endpoint.ts'
import { keepRefusalUntil } from '../../../../base/server/refusal-time.ts'

const FIRST_MILLISECONDS = 40
const MARGIN_MILLISECONDS = 10
const WAIT_MILLISECONDS_MAX = 400

/**
 * Every refused sign-in is answered after the same time, half as long again as a comparison took lately with all that follows:
 * one that is not compared because it has to wait, one for a name of nobody, one for a person. Otherwise work that only
 * one of them needs would tell them apart, once somebody has asked often enough.
 */
export class RefusalPace {
  #typicalMilliseconds = FIRST_MILLISECONDS

  /** To be called before anything is looked at. @returns what to call when a wrong password is counted and kept */
  begin(request: RequestFacts): () => void {
    const began = performance.now()
    const wait = 1.5 * this.#typicalMilliseconds + MARGIN_MILLISECONDS
    keepRefusalUntil(request, began + Math.min(WAIT_MILLISECONDS_MAX, wait))
    return () => {
      this.#typicalMilliseconds += (performance.now() - began - this.#typicalMilliseconds) / 16
    }
  }
}
