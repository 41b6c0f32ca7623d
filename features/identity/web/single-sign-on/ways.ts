import { identity } from '../client.ts'

/** How one may sign in here; asked once for a page. */
export const waysToSignIn = () => ({ ...identity.ask('auth.ways', {}), staleTime: 60_000 })

/** Where a sign-in at the provider begins. @param to the address of this console to come back to */
export function startAddress(startsAt: string, to: string, again = false): string {
  const address = new URL(startsAt)
  if (to !== '/') address.searchParams.set('to', to)
  if (again) address.searchParams.set('again', 'true')
  return address.href
}
