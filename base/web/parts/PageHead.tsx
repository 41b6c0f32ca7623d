import type { ReactNode } from 'react'
import { useEffect } from 'react'
import { To } from './To.tsx'
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
  readonly children?: ReactNode
}

export function PageHead({ title, crumb, views, children }: Props) {
  useEffect(() => {
    document.title = `${title} · Annals`
  }, [title])
  return (
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
  )
}
