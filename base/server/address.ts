import { BlockList, isIP, isIPv6 } from 'node:net'

/** Which peers may say on whose behalf they speak. Accepts addresses and CIDR ranges. @throws on anything else */
export function trustedProxies(ranges: readonly string[]): (address: string) => boolean {
  const list = new BlockList()
  for (const range of ranges) {
    const [address, bits] = range.split('/') as [string, string | undefined]
    if (isIP(address) === 0) throw new Error(`${range} is not an address or a CIDR range`)
    const family = isIPv6(address) ? 'ipv6' : 'ipv4'
    if (bits === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(bits), family)
  }
  return (address) =>
    isIP(address) !== 0 && list.check(plain(address), isIPv6(plain(address)) ? 'ipv6' : 'ipv4')
}

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
