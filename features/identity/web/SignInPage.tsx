import { notifications } from '@mantine/notifications'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useRouter, useSearch } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { me } from './me.ts'
import { type Due, PasswordStep } from './PasswordStep.tsx'
import { returnAddress } from './return-address.ts'
import { SecondFactorStep } from './SecondFactorStep.tsx'
import { SignInFrame } from './SignInFrame.tsx'
import { dueAfterProvider } from './single-sign-on/due-after-provider.ts'
import { SingleSignOnStep } from './single-sign-on/SingleSignOnStep.tsx'
import { waysToSignIn } from './single-sign-on/ways.ts'

/** Name and password, then what else is due, then the page that was wanted. */
export function SignInPage() {
  const router = useRouter()
  const cache = useQueryClient()
  const search = useSearch({ strict: false }) as {
    to?: string
    refused?: string
    step?: string
    methods?: string
  }
  const { to, refused } = search
  const [due, setDue] = useState<Due | null>(() => dueAfterProvider(search))
  const [sentBack, setSentBack] = useState<string>()
  const { data: known } = useQuery(me())
  const { data: ways } = useQuery(waysToSignIn())

  useEffect(() => {
    if (known) router.history.replace(returnAddress(to))
  }, [known, router, to])

  const enter = async () => {
    // Whatever was read as someone else must not be shown to whoever signed in now.
    cache.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'auth.me' })
    await cache.fetchQuery({ ...me(), staleTime: 0 })
    router.history.replace(returnAddress(to))
  }
  return (
    <SignInFrame>
      {due === null ? (
        <SingleSignOnStep ways={ways} to={returnAddress(to)} refused={refused}>
          {(others) => (
            <PasswordStep
              sentBack={sentBack}
              onEnter={() => void enter()}
              onDue={(next) => {
                setSentBack(undefined)
                setDue(next)
              }}
            >
              {others}
            </PasswordStep>
          )}
        </SingleSignOnStep>
      ) : (
        <SecondFactorStep
          {...due}
          onDone={(left) => {
            if (left !== undefined)
              notifications.show({
                message: `${left} recovery ${left === 1 ? 'code is' : 'codes are'} left. New ones are made under Profile, Security.`,
                autoClose: 12_000,
              })
            void enter()
          }}
          onBack={(why) => {
            setSentBack(why)
            setDue(null)
          }}
        />
      )}
    </SignInFrame>
  )
}
