const LENGTH_MAX = 1000
/** A browser strips tabs and line ends from an address, so that "/\t/evil.example" would be one of another site. */
const unsafe = /[\\\s\p{Cc}]/u

/** Where to go after sign-in: only ever an address of this console, never another site, an endpoint or a loop. */
export function returnAddress(to: string | undefined): string {
  if (to === undefined || to.length > LENGTH_MAX || unsafe.test(to)) return '/'
  if (!to.startsWith('/') || to.startsWith('//')) return '/'
  return /^\/(sign-in|api)(?![\w-])/.test(to) ? '/' : to
}
