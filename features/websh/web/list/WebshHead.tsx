import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import { PageHead } from '../../../../base/web/parts/PageHead.tsx'
import { useGo } from '../../../../base/web/parts/use-go.ts'
import { useViewer } from '../../../../base/web/viewer.ts'
import { webshLabel, webshViews } from '../views.ts'

/** The head of Websh; where it is too narrow for the tabs, they stand under it. */
export function WebshHead({ at, children }: { at: Parameters<typeof webshViews>[0]; children?: ReactNode }) {
  const { role } = useViewer()
  const go = useGo()
  const views = webshViews(at)
  return (
    <>
      <PageHead title={webshLabel(role)} views={views}>
        {children}
      </PageHead>
      <nav className="views-narrow" aria-label="Views">
        {views.map(({ label, to, current }) => (
          <Button
            key={label}
            variant={current ? 'light' : 'default'}
            aria-current={current ? 'page' : undefined}
            onClick={() => go(to)}
          >
            {label}
          </Button>
        ))}
      </nav>
    </>
  )
}
