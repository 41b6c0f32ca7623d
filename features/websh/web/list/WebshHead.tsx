import type { ReactNode } from 'react'
import { PageHead } from '../../../../base/web/parts/PageHead.tsx'
import { useViewer } from '../../../../base/web/viewer.ts'
import { webshLabel, webshViews } from '../views.ts'

/** The head of Websh, with what stands beside it. */
export function WebshHead({ at, children }: { at: Parameters<typeof webshViews>[0]; children?: ReactNode }) {
  const { role } = useViewer()
  return (
    <PageHead title={webshLabel(role)} views={webshViews(at)} areParts>
      {children}
    </PageHead>
  )
}
