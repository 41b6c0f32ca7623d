/** Where to go after sign-in: only ever an address of this console, never another site or a loop. */
export function returnAddress(to: string | undefined): string {
  if (to === undefined || !to.startsWith('/') || to.startsWith('//') || to.includes('\\')) return '/'
  return to.startsWith('/sign-in') ? '/' : to
}
