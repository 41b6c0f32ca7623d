import { notifications } from '@mantine/notifications'
import { useQuery } from '@tanstack/react-query'
import { useLocation } from '@tanstack/react-router'
import { useEffect } from 'react'
import { clientWords } from '../../../base/web/client-words.ts'
import { useGo } from '../../../base/web/parts/use-go.ts'
import { visible } from '../../../base/web/parts/visible.ts'
import { useTier } from '../../../base/web/use-clock.ts'
import { identity } from './client.ts'

const ID = 'new-place'
const PHONE_MILLISECONDS = 10_000

/** Tells on any page that somebody signed in as this person from somewhere new. Closing it says nothing; the Security page asks. */
export function NewPlaceNotice() {
  const { data } = useQuery({ ...identity.ask('auth.notices', {}), staleTime: 60_000 })
  const newest = data?.items[0]
  const go = useGo()
  const { pathname } = useLocation()
  const tier = useTier()
  // The Security page asks by itself.
  const isAsked = pathname === '/profile/security'
  useEffect(() => {
    if (newest === undefined || isAsked) return
    notifications.show({
      id: ID,
      // On a phone it would lie over the keys of a terminal: it goes by itself, and comes again with the next visit.
      autoClose: tier === 'phone' ? PHONE_MILLISECONDS : false,
      title: 'A sign-in from somewhere new',
      message: (
        <>
          {visible(newest.address)}, {visible(clientWords(newest.client) || 'an unnamed client')}.{' '}
          {/* Notifications stand outside the router: a link of it would not work there. */}
          <button
            type="button"
            className="link"
            onClick={() => {
              notifications.hide(ID)
              go('/profile/security')
            }}
          >
            Was this you?
          </button>
        </>
      ),
    })
    return () => void notifications.hide(ID)
  }, [newest, isAsked])
  return null
}
