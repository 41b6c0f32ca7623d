import { notifications } from '@mantine/notifications'
import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { clientWords } from '../../../base/web/client-words.ts'
import { useGo } from '../../../base/web/parts/use-go.ts'
import { visible } from '../../../base/web/parts/visible.ts'
import { identity } from './client.ts'

const ID = 'new-place'

/** Tells on any page that somebody signed in as this person from somewhere new. Closing it says nothing; the Security page asks. */
export function NewPlaceNotice() {
  const { data } = useQuery({ ...identity.ask('auth.notices', {}), staleTime: 60_000 })
  const newest = data?.items[0]
  const go = useGo()
  useEffect(() => {
    if (newest === undefined) return
    notifications.show({
      id: ID,
      autoClose: false,
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
  }, [newest])
  return null
}
