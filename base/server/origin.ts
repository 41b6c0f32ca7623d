import { isIP } from 'node:net'

/**
 * Whether a browser page may use its cookie here. The Origin must be the public address, or, while no public address
 * is set, the very address the request was sent to as long as that is an IP literal or localhost: a DNS name could be
 * rebound by whoever owns it.
 */
export function isOwnOrigin(
  origin: string,
  { publicUrl, host }: { publicUrl: string | undefined; host: string | undefined },
): boolean {
  let asked: URL
  try {
    asked = new URL(origin)
  } catch {
    return false
  }
  if (asked.origin !== origin) return false
  if (publicUrl !== undefined) return asked.origin === new URL(publicUrl).origin
  if (host === undefined || asked.host !== host) return false
  const name = asked.hostname.replace(/^\[|\]$/g, '')
  return name === 'localhost' || isIP(name) !== 0
}
