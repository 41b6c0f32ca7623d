import { BlockList, isIP, isIPv6 } from 'node:net'

/** An address, or a CIDR range. Mapped IPv4 is IPv4: `::ffff:10.0.0.0/104` is `10.0.0.0/8`. */
const RANGE = /^([^/]+?)(?:\/(\d{1,3}))?$/

/** Whether an address is one of these, or in one of these CIDR ranges. @throws Error on anything else among them */
export function addressesIn(ranges: readonly string[]): (address: string) => boolean {
  const list = new BlockList()
  for (const range of ranges) {
    const wrong = () => new Error(`${range} is not an address or a CIDR range`)
    const [, given = '', digits] = RANGE.exec(range) ?? []
    const address = plain(given)
    if (isIP(address) === 0 || address.includes('%')) throw wrong()
    const family = familyOf(address)
    const bits = digits === undefined ? undefined : Number(digits) - (address === given ? 0 : 96)
    if (bits === undefined) list.addAddress(address, family)
    else if (bits < 0 || bits > (family === 'ipv6' ? 128 : 32)) throw wrong()
    else list.addSubnet(address, bits, family)
  }
  return (address) => {
    const asked = plain(address).replace(/%.*$/, '')
    return isIP(asked) !== 0 && list.check(asked, familyOf(asked))
  }
}

/** Which peers may say on whose behalf they speak. */
export const trustedProxies = addressesIn

const familyOf = (address: string) => (isIPv6(address) ? 'ipv6' : 'ipv4')

/** ::ffff:10.0.0.1 is 10.0.0.1 on a socket that speaks both. */
const plain = (address: string) => address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '')

/**
 * The client's address: the peer's own, unless the peer is a trusted proxy; then the nearest address in
 * X-Forwarded-For that is not one itself. What a client writes there by itself is never reached.
 */
export function clientAddress(
  peer: string,
  forwardedFor: string | string[] | undefined,
  isTrusted: (address: string) => boolean,
): string {
  const hops = String(forwardedFor ?? '')
    .split(',')
    .map((hop) => hop.trim())
    .filter((hop) => hop !== '')
  let address = plain(peer)
  while (isTrusted(address) && hops.length > 0) {
    const next = plain(hops.pop()!)
    if (isIP(next) === 0) break
    address = next
  }
  return address
}
