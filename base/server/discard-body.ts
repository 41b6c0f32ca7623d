import type { IncomingMessage } from 'node:http'

const DISCARDED_BYTES_MAX = 32 * 1024 * 1024

/**
 * Reads on what is not wanted, up to a limit. Who is refused while still sending would otherwise see a broken
 * connection instead of the refusal.
 */
export function discardBody(request: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    let discarded = 0
    request.on('data', (bytes: Buffer) => {
      discarded += bytes.length
      if (discarded > DISCARDED_BYTES_MAX) resolve()
    })
    for (const end of ['end', 'close', 'error']) request.once(end, () => resolve())
    request.resume()
  })
}
