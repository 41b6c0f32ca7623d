const browsers: readonly [string, RegExp][] = [
  ['Edge', /\bEdgA?\/(\d+)/],
  ['Opera', /\bOPR\/(\d+)/],
  ['Firefox', /\b(?:Firefox|FxiOS)\/(\d+)/],
  ['Chrome', /\b(?:HeadlessChrome|Chrome|CriOS)\/(\d+)/],
  ['Safari', /\bVersion\/(\d+).*\bSafari\//],
]
const systems: readonly [string, RegExp][] = [
  ['Android', /\bAndroid\b/],
  ['iOS', /\b(?:iPhone|iPad)\b/],
  ['Windows', /\bWindows\b/],
  ['macOS', /\bMac OS X\b/],
  ['Linux', /\bLinux\b/],
]

/** "Chrome 142 on Linux" from a User-Agent header; what is no browser by its first word: "curl/8.5.0". */
export function browserName(client: string): string | null {
  const browser = browsers.flatMap(([name, pattern]) => {
    const match = pattern.exec(client)
    return match ? [`${name} ${match[1]}`] : []
  })[0]
  if (browser === undefined) return client.split(/[\s;(]/)[0]?.slice(0, 60) || null
  const system = systems.find(([, pattern]) => pattern.test(client))?.[0]
  return system === undefined ? browser : `${browser} on ${system}`
}
