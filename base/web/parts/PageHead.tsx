import { Button } from '@mantine/core'
import { type ReactNode, useEffect } from 'react'
import { To } from './To.tsx'
import { useGo } from './use-go.ts'
import '../filters/filters.css'

export interface View {
  readonly label: string
  readonly to: string
  readonly search?: Readonly<Record<string, string | undefined>>
  readonly current: boolean
}

interface Props {
  readonly title: string
  readonly crumb?: { readonly label: string; readonly to: string }
  readonly views?: readonly View[]
  /** Views that are places of their own, not filters: on a phone they stand under the head. */
  readonly areParts?: boolean
  readonly children?: ReactNode
}

export function PageHead({ title, crumb, views, areParts = false, children }: Props) {
  useEffect(() => {
    document.title = `${title} · Annals`
  }, [title])
  return (
    <>
      <header className="head">
        {crumb !== undefined && (
          <To to={crumb.to} className="crumb">
            {crumb.label}
          </To>
        )}
        <h1 className="clip">{title}</h1>
        {views !== undefined && (
          <nav className="views" aria-label="Views">
            {views.map((view) => (
              <To
                key={view.label}
                to={view.to}
                search={view.search ?? {}}
                aria-current={view.current ? 'page' : undefined}
              >
                {view.label}
              </To>
            ))}
          </nav>
        )}
        <div className="head-actions">{children}</div>
      </header>
      {areParts && views !== undefined && <NarrowViews of={views} />}
    </>
  )
}

function NarrowViews({ of }: { of: readonly View[] }) {
  const go = useGo()
  return (
    <nav className="views-narrow" aria-label="Views">
      {of.map(({ label, to, search, current }) => (
        <Button
          key={label}
          variant={current ? 'light' : 'default'}
          aria-current={current ? 'page' : undefined}
          onClick={() => go(to, search)}
        >
          {label}
        </Button>
      ))}
    </nav>
  )
}
