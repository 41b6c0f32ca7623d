import type { HTMLAttributes } from 'react'

/**
 * The layout of a list is a CSS grid with virtual rows, which table elements cannot be; these give it a table's
 * meaning. They are spread, since the elements that carry them take no focus themselves: what is inside does.
 */
type Attributes = HTMLAttributes<HTMLElement>

export const asTable = (label: string): Attributes => ({
  role: 'table',
  'aria-rowcount': -1,
  'aria-label': label,
})
export const asRow = (more: Attributes = {}): Attributes => ({ role: 'row', ...more })
export const asHead = (more: Attributes = {}): Attributes => ({ role: 'columnheader', ...more })
export const asCell: Attributes = { role: 'cell' }
