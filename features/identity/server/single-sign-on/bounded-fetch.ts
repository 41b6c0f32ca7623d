import type { CustomFetch } from 'openid-client'
import { isSafeAddress } from '../../common/single-sign-on.ts'

const ANSWER_BYTES_MAX = 512 * 1024
const PATIENCE_MILLISECONDS = 8000

/** The provider did not answer, not in time, or only that it cannot. */
export class Unreachable extends Error {}
/** The provider answered with what nobody should read. */
export class Unacceptable extends Error {}

/**
 * Asks the provider: over https (or on this machine), no redirect followed, for eight seconds and half a megabyte at most,
 * body included. What comes packed counts unpacked.
 */
export const boundedFetch =
  (issuer: string): CustomFetch =>
  async (url, options) => {
    if (!isSafeAddress(url, issuer)) throw new Unacceptable('an address that is not https')
    const signal = AbortSignal.timeout(PATIENCE_MILLISECONDS)
    let response: Response
    let body: Uint8Array<ArrayBuffer>
    try {
      response = await fetch(url, {
        method: options.method,
        headers: options.headers,
        ...(options.body === undefined || options.body === null
          ? {}
          : { body: options.body as URLSearchParams }),
        redirect: 'manual',
        signal,
      })
      body = await readAll(response)
    } catch (cause) {
      if (cause instanceof Unacceptable) throw cause
      throw new Unreachable(signal.aborted ? 'no answer in time' : networkWords(cause), { cause })
    }
    if (response.status >= 500) throw new Unreachable(`status ${response.status}`)
    if (response.status >= 300 && response.status < 400) throw new Unacceptable('a redirect')
    const { status, headers } = response
    return new Response(status === 204 || status === 205 ? null : body, { status, headers })
  }

async function readAll(response: Response): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength
    if (bytes > ANSWER_BYTES_MAX) throw new Unacceptable('an answer that is too large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** ECONNREFUSED, CERT_HAS_EXPIRED and the like: the code, and no address. */
function networkWords(error: unknown): string {
  const code = ((error as Error).cause as { code?: unknown } | undefined)?.code
  return typeof code === 'string' && /^\w{1,60}$/.test(code) ? code : 'no connection'
}
