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
  const checked = async function* () {
    for await (const bytes of body) {
      if (performance.now() - checkedAt > CHECK_EVERY_MILLISECONDS) {
        await check()
        checkedAt = performance.now()
      }
      yield bytes
    }
  }
  const stream = Readable.from(checked(), { objectMode: false })
  const stopListening = bus.subscribe('actor', () => {
    if (stream.destroyed) return
    check().catch((error) => void stream.destroy(error))
  })
  stream.once('close', stopListening)
  return stream
}
