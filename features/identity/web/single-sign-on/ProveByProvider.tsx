import { useQuery } from '@tanstack/react-query'
import { visible } from '../../../../base/web/parts/visible.ts'
import { startAddress, waysToSignIn } from './ways.ts'

/** For whom the provider knows and who may have no password here: a new sign-in there is a proof as well. */
export function ProveByProvider() {
  const { data: ways } = useQuery(waysToSignIn())
  if (!ways?.singleSignOn) return null
  const { label, startsAt } = ways.singleSignOn
  const here = location.pathname + location.search
  return (
    <a className="link" href={startAddress(startsAt, here, true)}>
      Sign in anew with {visible(label)}; what is not saved here is lost
    </a>
  )
}
