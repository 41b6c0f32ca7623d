import { Readable } from 'node:stream'
import type { Bus } from './bus.ts'

const CHECK_EVERY_MILLISECONDS = 500

/**
 * Bytes as they come, for as long as whoever asked may have them. `check` runs again after half a second of sending and
 * whenever rights were changed by anybody, also while nothing flows; when it throws, the stream is cut there and then.
 */
export function whileAllowed(
  body: AsyncIterable<Uint8Array>,
  check: () => Promise<void>,
  bus: Pick<Bus, 'subscribe'>,
): Readable {
  let checkedAt = performance.now()
  // One at a time, and whoever was refused once stays refused: two at once would be two refusals in the record.
  let last = Promise.resolve()
  const checkInTurn = () => (last = last.then(check))
  const checked = async function* () {
    for await (const bytes of body) {
      if (performance.now() - checkedAt > CHECK_EVERY_MILLISECONDS) {
        await checkInTurn()
        checkedAt = performance.now()
      }
      yield bytes
    }
  }
  const stream = Readable.from(checked(), { objectMode: false })
  const stopListening = bus.subscribe('actor', () => {
    if (stream.destroyed) return
    checkInTurn().catch((error) => void stream.destroy(error))
  })
  stream.once('close', stopListening)
  return stream
}
