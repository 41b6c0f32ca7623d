const browsers: readonly [RegExp, string][] = [
  [/Edg\/(\d+)/, 'Edge'],
  [/Firefox\/(\d+)/, 'Firefox'],
  [/(?:Headless)?Chrome\/(\d+)/, 'Chrome'],
  [/Version\/(\d+).*Safari/, 'Safari'],
]
const systems: readonly [RegExp, string][] = [
  [/Android/, 'Android'],
  [/iPhone|iPad/, 'iOS'],
  [/Windows/, 'Windows'],
  [/Mac OS X/, 'macOS'],
  [/Linux/, 'Linux'],
]

/** A User-Agent in a few words, "Chrome 140 on Linux"; one that is no browser's stays as it is. */
export function clientWords(client: string | null): string | null {
  if (client === null) return null
  const browser = browsers.find(([pattern]) => pattern.test(client))
  if (browser === undefined) return client
  const system = systems.find(([pattern]) => pattern.test(client))?.[1]
  const words = `${browser[1]} ${browser[0].exec(client)![1]}`
  return system === undefined ? words : `${words} on ${system}`
}
