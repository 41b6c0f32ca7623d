import { useQuery } from '@tanstack/react-query'
import { Navigate, useRouter } from '@tanstack/react-router'
import { lazy, Suspense, useEffect } from 'react'
import { whenSignedOut } from '../../base/web/client/http.ts'
import { liveLink } from '../../base/web/client/live.ts'
import { asRefused } from '../../base/web/client/refused.ts'
import { SealFoot } from '../../base/web/journal/SealFoot.tsx'
import { Boot, Unreachable } from '../../base/web/shell/Boot.tsx'
import { Shell } from '../../base/web/shell/Shell.tsx'
import { ViewerContext } from '../../base/web/viewer.ts'
import { me } from '../../features/identity/web/me.ts'
import { NewPasswordPage } from '../../features/identity/web/NewPasswordPage.tsx'
import { NewPlaceNotice } from '../../features/identity/web/NewPlaceNotice.tsx'
import { ProfileMenu } from '../../features/identity/web/ProfileMenu.tsx'
import { ProofDialog } from '../../features/identity/web/ProofDialog.tsx'
import { KeepPreferences } from '../../features/identity/web/profile/KeepPreferences.tsx'
import { cache } from './cache.ts'
import { features } from './features.ts'

const EnrolFactorPage = lazy(async () => ({
  default: (await import('../../features/identity/web/EnrolFactorPage.tsx')).EnrolFactorPage,
}))

whenSignedOut(() => void cache.invalidateQueries({ queryKey: ['auth.me'] }))

/** The part of the console behind sign-in. The address one came with is kept until one has signed in. */
export function SignedIn() {
  const router = useRouter()
  const { data, error, isPending, refetch } = useQuery(me())
  const isIn = data !== undefined && data !== null && !data.mustChangePassword && !data.mustEnrolFactor
  useEffect(() => {
    if (!isIn) return
    liveLink.start()
    return () => liveLink.stop()
  }, [isIn])

  if (isPending) return <Boot />
  if (error !== null && data === undefined)
    return <Unreachable message={asRefused(error).message} onAgain={() => void refetch()} />
  if (data === null || data === undefined) {
    const here = router.state.location.href
    return <Navigate to={'/sign-in' as '/'} search={(here === '/' ? {} : { to: here }) as never} replace />
  }
  if (data.mustChangePassword) return <NewPasswordPage me={data} />
  if (data.mustEnrolFactor)
    return (
      <Suspense fallback={<Boot />}>
        <EnrolFactorPage me={data} />
        <ProofDialog />
      </Suspense>
    )
  return (
    <ViewerContext value={data}>
      <KeepPreferences me={data} />
      <ProofDialog />
      <NewPlaceNotice />
      <Shell features={features} seal={<SealFoot />} profile={<ProfileMenu me={data} />} />
    </ViewerContext>
  )
}
