import type { ReactNode } from 'react'
import { asCell, asRow } from './roles.ts'

/** A row of one cell: a gap, the completeness line, an opened row's content. */
export function Band({ className, children }: { className: string; children: ReactNode }) {
  return (
    <div {...asRow()}>
      <div {...asCell} className={className}>
        {children}
      </div>
    </div>
  )
}
