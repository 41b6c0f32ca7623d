import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import { PageHead, type View } from '../../../base/web/parts/PageHead.tsx'
import { useGo } from '../../../base/web/parts/use-go.ts'

interface Props {
  readonly title: string
  readonly views: readonly View[]
  /** What can be done here. */
  readonly children?: ReactNode
}

/** The head of a page with others beside it; where the head is too narrow for their names, they stand under it. */
export function Frame({ title, views, children }: Props) {
  const go = useGo()
  return (
    <>
      <PageHead title={title} views={views}>
        {children}
      </PageHead>
      <nav className="views-narrow" aria-label="Views">
        {views.map(({ label, to, search, current }) => (
          <Button
            key={label}
            variant={current ? 'light' : 'default'}
            aria-current={current ? 'page' : undefined}
            onClick={() => go(to, (search ?? {}) as Record<string, string>)}
          >
            {label}
          </Button>
        ))}
      </nav>
    </>
  )
}
