import type { ReactNode } from 'react'
import { DeniedPage } from '../../base/web/shell/DeniedPage.tsx'
import type { Page } from '../../base/web/shell/pages.ts'
import { useViewer } from '../../base/web/viewer.ts'

/** A page, or what those see whose role does not open it. */
export function Guarded({ page, children }: { page: Page; children: ReactNode }) {
  const { role } = useViewer()
  if (page.allow.includes(role)) return children
  return (
    <DeniedPage
      title={page.denied?.title ?? 'This page is not for your role'}
      why={page.denied?.why ?? 'The server does not send it to you.'}
      home={{ label: role === 'member' ? 'My commands' : 'Commands', to: '/commands' }}
    />
  )
}
