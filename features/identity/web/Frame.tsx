import type { ReactNode } from 'react'
import { PageHead, type View } from '../../../base/web/parts/PageHead.tsx'

interface Props {
  readonly title: string
  readonly views: readonly View[]
  /** What can be done here. */
  readonly children?: ReactNode
}

/** The head of a page with others beside it. */
export function Frame({ title, views, children }: Props) {
  return (
    <PageHead title={title} views={views} areParts>
      {children}
    </PageHead>
  )
}
