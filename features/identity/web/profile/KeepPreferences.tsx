import { useMantineColorScheme } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { prefer, usePreferences } from '../../../../base/web/preferences.ts'
import type { Me, Preferences } from '../../common/person.ts'
import { identity } from '../client.ts'

const plain: Required<Preferences> = { theme: 'auto', density: 'standard', timeZone: null }
const SETTLE_MILLISECONDS = 600

/**
 * Keeps on the account how somebody likes the console. What the account says is taken first; from then on what is chosen
 * here, wherever on the page, is told to it. This browser's own copy serves the first paint.
 */
export function KeepPreferences({ me }: { me: Me }) {
  const cache = useQueryClient()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const { density, timeZone } = usePreferences()
  const kept = JSON.stringify({ ...plain, ...me.preferences })
  const [taken, setTaken] = useState<string | null>(null)
  const save = identity.useTell('person.update-profile')

  useEffect(() => {
    const { theme, density, timeZone } = me.preferences
    if (theme !== undefined) setColorScheme(theme)
    if (density !== undefined) prefer({ density })
    if (timeZone !== undefined) prefer({ timeZone })
    setTaken(kept)
    // Only what the account says is taken; choices made here must not bring back what it said before.
  }, [kept])

  const chosen = JSON.stringify({ theme: colorScheme, density, timeZone })
  useEffect(() => {
    if (taken !== kept || chosen === kept) return
    const timer = setTimeout(() => {
      const preferences = JSON.parse(chosen) as Preferences
      save.mutate(
        { preferences },
        {
          onSuccess: () =>
            cache.setQueryData<Me | null>(['auth.me'], (now) => (now ? { ...now, preferences } : now)),
        },
      )
    }, SETTLE_MILLISECONDS)
    return () => clearTimeout(timer)
  }, [chosen, taken, kept])
  return null
}
