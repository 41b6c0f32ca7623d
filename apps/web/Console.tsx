import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { resolver, theme } from '../../base/web/theme/theme.ts'
import { cache } from './cache.ts'
import { router } from './router.tsx'

const scheme = localStorageColorSchemeManager({ key: 'annals.scheme' })

export function Console() {
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={resolver}
      defaultColorScheme="auto"
      colorSchemeManager={scheme}
    >
      <Notifications position="bottom-right" limit={3} autoClose={4000} />
      <QueryClientProvider client={cache}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  )
}
