import type { ReactNode } from 'react'
import { PageHead } from '../../../../base/web/parts/PageHead.tsx'
import { useViewer } from '../../../../base/web/viewer.ts'
import { webshLabel, webshViews } from '../views.ts'

interface Props {
  readonly at: Parameters<typeof webshViews>[0]
  /** What it is called where that is not the role's own word. */
  readonly title?: string
  readonly children?: ReactNode
}

/** The head of Websh, with what stands beside it. */
export function WebshHead({ at, title, children }: Props) {
  const { role } = useViewer()
  return (
    <PageHead title={title ?? webshLabel(role)} views={webshViews(at)} areParts>
      {children}
    </PageHead>
  )
}
